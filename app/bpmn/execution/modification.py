"""Start and cancel activities of a running instance from outside, as `ModifyInstance` and start instructions ask for.

Instructions are carried out one after the other, each up to its wait states. The instance itself stays until the last
one, even when nothing is left in it for a moment.
"""

from __future__ import annotations

from app.bpmn.commands import StartInstruction
from app.bpmn.execution import activities, events, multi_instance
from app.bpmn.execution.ending import cancel as cancel_execution
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import BODY_SUFFIX, Execution
from app.bpmn.graph import Flow, Node
from app.bpmn.states import ProcessInstanceState
from app.errors import InvalidInput, InvalidInstruction


def carry_out(run: Run, instance: Execution, instruction: StartInstruction) -> None:
    """Carry out one instruction. Raises InvalidInstruction when it names nothing, InvalidInput when it is ambiguous."""
    _require_ancestor(run, instance, instruction)
    if instruction.kind == "cancel":
        _cancel(run, instance, instruction)
    elif instruction.kind == "startBeforeActivity":
        _start_before(run, instance, instruction)
    else:
        _start_flow(run, instance, instruction)


WORDS = {
    "startBeforeActivity": "Start before activity",
    "startAfterActivity": "Start after activity",
    "startTransition": "Start transition",
}
"""What Camunda calls the instructions to start."""


def _said(instruction: StartInstruction) -> str:
    if instruction.kind != "cancel":
        ancestor = instruction.ancestor_activity_instance_id
        within = "" if ancestor is None else f" with ancestor activity instance '{ancestor}'"
        return f"{WORDS[instruction.kind]} '{instruction.activity_id or instruction.transition_id}'{within}"
    if instruction.activity_instance_id is not None:
        return f"Cancel activity instance '{instruction.activity_instance_id}'"
    if instruction.transition_instance_id is not None:
        return f"Cancel transition instance '{instruction.transition_instance_id}'"
    return f"Cancel all instances of activity '{instruction.activity_id}'"


def _names_nothing(instruction: StartInstruction, why: str) -> InvalidInstruction:
    return InvalidInstruction(f"Cannot perform instruction: {_said(instruction)}; {why}")


def _no_element(instance: Execution, instruction: StartInstruction) -> InvalidInstruction:
    id, definition_id = instruction.activity_id or instruction.transition_id, instance.definition_id
    return _names_nothing(instruction, f"Element '{id}' does not exist in process '{definition_id}': element is null")


def _require_ancestor(run: Run, instance: Execution, instruction: StartInstruction) -> None:
    ancestor = instruction.ancestor_activity_instance_id
    if ancestor in (None, instance.id):
        return
    if not any(e.instance_id == instance.id and e.activity_instance_id == ancestor for e in run.tree.all()):
        why = f"Ancestor activity instance '{ancestor}' does not exist: ancestorInstance is null"
        raise _names_nothing(instruction, why)


def _start_before(run: Run, instance: Execution, instruction: StartInstruction) -> None:
    activity_id = (instruction.activity_id or "").removesuffix(BODY_SUFFIX)
    node = instance.process.nodes.get(activity_id)
    if node is None:
        raise _no_element(instance, instruction)
    scope = _scope_for(run, instance, node.scope_id, instruction)
    _set_variables(run, scope, instruction)
    is_body = (instruction.activity_id or "").endswith(BODY_SUFFIX)
    if node.multi_instance is not None and not is_body:
        body = _only(_executions(run, instance, node.id, "body", instruction), instruction)
        multi_instance.add_instance(
            run, body or activities.open_lone_body(run, scope, node), instruction.local_variables
        )
    elif node.behaviour.by_event and node.scope is not None and node.scope.start is not None:
        start = instance.process.nodes[node.scope.start]
        events.start_event_subprocess(run, scope, start, instruction.local_variables)
    else:
        _cancel_host(run, instance, node, instruction)
        run.push("enter", scope, node, None, instruction.local_variables)


def _cancel_host(run: Run, instance: Execution, node: Node, instruction: StartInstruction) -> None:
    """An interrupting boundary event that is started cancels its activity, if that runs once."""
    if node.attached_to is not None and node.interrupting:
        hosts = [e for e in run.tree.all() if e.instance_id == instance.id and e.node and e.node.id == node.attached_to]
        outermost = [e for e in hosts if e.parent is None or e.parent.node is not e.node]
        host = _only(outermost, instruction)
        if host is not None:
            cancel_execution(run, host)


def _start_flow(run: Run, instance: Execution, instruction: StartInstruction) -> None:
    flow = _flow(instance, instruction)
    scope = _scope_for(run, instance, instance.process.nodes[flow.source].scope_id, instruction)
    _set_variables(run, scope, instruction)
    run.push("enter", scope, instance.process.nodes[flow.target], flow.id, instruction.local_variables)


def _flow(instance: Execution, instruction: StartInstruction) -> Flow:
    nodes = instance.process.nodes
    if instruction.kind == "startTransition":
        flows = [f for node in nodes.values() for f in node.outgoing if f.id == instruction.transition_id]
        if not flows:
            raise _no_element(instance, instruction)
        return flows[0]
    node = nodes.get(instruction.activity_id or "")
    if node is None:
        raise _names_nothing(instruction, f"Activity '{instruction.activity_id}' does not exist: activity is null")
    if len(node.outgoing) != 1:
        how_many = "no outgoing sequence flow to take" if not node.outgoing else "more than one outgoing sequence flow"
        raise InvalidInput(f"Cannot start after activity {instruction.activity_id}; activity has {how_many}")
    return node.outgoing[0]


def _set_variables(run: Run, scope: Execution, instruction: StartInstruction) -> None:
    run.variables.set_all(scope, instruction.variables)


def _scope_for(run: Run, instance: Execution, scope_id: str, instruction: StartInstruction) -> Execution:
    """Return the one execution of a scope; the scopes that are missing around it begin, without their start events."""
    missing: list[Node] = []
    while scope_id != instance.process.key:
        found = _only(_executions(run, instance, scope_id, "scope", instruction), instruction)
        if found is not None:
            break
        missing.append(instance.process.nodes[scope_id])
        scope_id = missing[-1].scope_id
    else:
        found = instance
    for node in reversed(missing):
        found = activities.open_scope(run, found, node)
    return found


def _executions(
    run: Run, instance: Execution, node_id: str, kind: str, instruction: StartInstruction
) -> list[Execution]:
    found = (e for e in run.tree.all() if e.kind == kind and e.node is not None and e.node.id == node_id)
    ancestor_id = instruction.ancestor_activity_instance_id
    return [e for e in found if e.instance_id == instance.id and (ancestor_id is None or _is_within(e, ancestor_id))]


def _is_within(execution: Execution, activity_instance_id: str) -> bool:
    place: Execution | None = execution
    while place is not None:
        if place.activity_instance_id == activity_instance_id:
            return True
        place = place.parent
    return False


def _only(found: list[Execution], instruction: StartInstruction) -> Execution | None:
    if len(found) > 1:
        why = "Ancestor activity execution is ambiguous"
        raise InvalidInput(f"Cannot perform instruction: {_said(instruction)}; {why}")
    return found[0] if found else None


def _cancel(run: Run, instance: Execution, instruction: StartInstruction) -> None:
    """Cancel activity or transition instances, and the scopes in which nothing is left."""
    found = [e for e in run.tree.all() if e.instance_id == instance.id and _is_meant(e, instruction)]
    if not found and instruction.activity_id is None:
        raise _no_instance(instruction)
    for execution in found:
        if execution.alive:
            _cancel_with_empty_scopes(run, instance, execution)


def _no_instance(instruction: StartInstruction) -> InvalidInstruction:
    kind = "Activity" if instruction.transition_instance_id is None else "Transition"
    id = instruction.transition_instance_id or instruction.activity_instance_id
    return _names_nothing(instruction, f"{kind} instance '{id}' does not exist: {kind.lower()}Instance is null")


def _is_meant(execution: Execution, instruction: StartInstruction) -> bool:
    if instruction.activity_instance_id is not None:
        return execution.kind != "async" and execution.activity_instance_id == instruction.activity_instance_id
    if instruction.transition_instance_id is not None:
        return execution.kind == "async" and execution.id == instruction.transition_instance_id
    hidden = execution.kind in ("process", "snapshot", "compensating")
    return not hidden and execution.activity_id == instruction.activity_id


def cancel_instance(run: Run, instance: Execution, ended_as: ProcessInstanceState, reason: str | None) -> None:
    """Cancel a process instance; a called one goes with its call activity and all that is empty around it then."""
    caller: Execution | None = instance
    while caller is not None and caller.alive:
        instance, caller = caller.instance, caller.instance.parent
        cancel_execution(run, instance, ended_as, reason)
        if caller is not None:
            _cancel_with_empty_scopes(run, caller.instance, caller)
            if not run.tree.is_empty(caller.instance):
                return
            caller = caller.instance


def _cancel_with_empty_scopes(run: Run, instance: Execution, execution: Execution) -> None:
    if execution is instance:
        for child in run.tree.children(instance):
            cancel_execution(run, child)
        return
    while execution.parent is not None and execution.parent is not instance:
        if len(run.tree.children(execution.parent)) > 1:
            break
        execution = execution.parent
    body = execution.parent
    cancel_execution(run, execution)
    if body is not None and body.kind == "body":
        multi_instance.drop_instance(run, body)
