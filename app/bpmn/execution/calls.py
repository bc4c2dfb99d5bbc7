"""Process instances: called ones, and how every one begins and ends."""

from __future__ import annotations

from app.bpmn.context import CalledElement
from app.bpmn.delta import InstanceStarted
from app.bpmn.execution import conditions, listeners, token_values, waits
from app.bpmn.execution.ending import record_end, remove
from app.bpmn.execution.expressions import evaluate_text
from app.bpmn.execution.mappings import call_business_key, call_variables, pass_out
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run, Visit, limit_reached
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import to_number
from app.bpmn.graph import Process
from app.bpmn.states import ProcessInstanceState
from app.bpmn.values import Variable, Variables
from app.errors import EngineFailed


def call(run: Run, visit: Visit) -> None:
    """Start the process that a call activity means, with its in variables."""
    place, definition = visit.place, visit.node.call
    assert definition is not None
    _check_depth(run, place)
    definition_id, process = run.context.definitions.called(_element(run, visit))
    if place.process.reads_token and not definition.inputs:
        variables = token_values.handed_in(run, place)
    else:
        variables = call_variables(run, definition.inputs, place)
    business_key = call_business_key(run, definition.inputs, place)
    instance = open_instance(run, run.new_id(), definition_id, process, place, business_key)
    record = run.record_of(place)
    if record is not None:
        record.called_instance_id = instance.id
    start_instance(run, instance, variables, process.initial)


def _check_depth(run: Run, place: Execution) -> None:
    """Raise StepLimitReached for a process that seems to call itself for ever: each level makes all below it slower."""
    depth, instance = 1, place.instance
    while instance.parent is not None:
        depth, instance = depth + 1, instance.parent.instance
    if depth > run.context.max_calls:
        text = f"More than {run.context.max_calls} processes call each other; they seem to do it for ever."
        raise limit_reached(place, text)


def _element(run: Run, visit: Visit) -> CalledElement:
    definition, scope = visit.node.call, scope_at(run, visit.place)
    assert definition is not None
    version = None if definition.version is None else int(to_number(definition.version.evaluate(scope)))
    return CalledElement(
        key=evaluate_text(definition.element, scope) or "",
        binding=definition.binding,
        version=version,
        version_tag=evaluate_text(definition.version_tag, scope),
        tenant_id=evaluate_text(definition.tenant_id, scope),
        caller_definition_id=visit.place.definition_id,
    )


def open_instance(
    run: Run, id: str, definition_id: str, process: Process, caller: Execution | None, business_key: str | None
) -> Execution:
    """Make the execution of a process instance."""
    instance = Execution(id, "process", caller, None)
    instance.set_process(definition_id, process)
    instance.business_key = business_key
    run.tree.add(instance)
    run.variables.began(instance)
    run.delta.instances_started.append(
        InstanceStarted(
            id,
            definition_id,
            business_key,
            process.initial,
            None if caller is None else caller.instance_id,
            None if caller is None else caller.id,
        )
    )
    return instance


def equip_instance(run: Run, instance: Execution, variables: Variables) -> None:
    """Give an instance its variables and events."""
    for name, variable in variables.items():
        run.variables.set_local(instance, name, variable)
    if instance.process.root.watchers:
        waits.open_subscriptions(run, instance)
        waits.open_timers(run, instance)


def start_instance(run: Run, instance: Execution, variables: Variables, start_id: str | None) -> None:
    """Equip an instance and send a token to a start event. Raises EngineFailed."""
    equip_instance(run, instance, variables)
    _tell_initiator(run, instance, variables, start_id)
    if start_id is None:
        raise EngineFailed(f"Process '{instance.process.key}' has no none start event.")
    listeners.instance_begun(run, instance, start_id)
    run.push("enter", instance, instance.process.nodes[start_id], None)
    conditions.look_at_beginning(run, instance)


def _tell_initiator(run: Run, instance: Execution, variables: Variables, start_id: str | None) -> None:
    """Set the variable that a start event names for the user who starts; one that is given already stays."""
    name = None if start_id is None else instance.process.nodes[start_id].initiator
    if name and name not in variables:
        user_id = run.context.user_id
        value = Variable("Null") if user_id is None else Variable("String", user_id)
        run.variables.set_local(instance, name, value)


def end_instance(run: Run, instance: Execution) -> None:
    """End an instance whose last token has ended; a called one hands over its out variables and its caller goes on."""
    caller = instance.parent
    listeners.instance_ended(run, instance)
    if caller is not None:
        pass_out(run, instance)
    token_values.left(run, instance)
    record_end(run, instance, ProcessInstanceState.COMPLETED)
    remove(run, instance)
    if caller is not None and caller.parent is not None:
        run.push("complete", caller.parent, caller)
