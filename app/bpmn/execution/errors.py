"""BPMN errors: who catches them, and what happens when nobody does."""

from __future__ import annotations

from app.bpmn.commands import Policy
from app.bpmn.delta import IncidentCreated
from app.bpmn.execution import conditions, events, listeners, mappings, multi_instance, tokens, waits
from app.bpmn.execution.ending import cancel
from app.bpmn.execution.failed_handlers import handler_failed
from app.bpmn.execution.ids import task_id
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Node
from app.bpmn.states import IncidentKind, JobKind, ProcessInstanceState, TaskOutcome
from app.bpmn.values import Variable, Variables
from app.bpmn.vocabulary import Behaviour, EventType
from app.errors import ErrorNotCaught

_CATCHERS = (Behaviour.BOUNDARY, Behaviour.START)


def find_handler(run: Run, origin: Execution, code: str) -> tuple[Execution, Node] | None:
    """Walk outwards from where an error was thrown; return the scope and the event that catches it, or None.

    The nearest scope wins. Within one scope: an event subprocess with the code, one for all codes, a boundary event
    with the code, one for all codes. An event subprocess does not catch what is thrown inside it; across call
    activities Camunda does not see that. Where the walk leaves a called process, its out variables are handed over.
    """
    inside: set[str] = set()
    place: Execution | None = origin
    while place is not None:
        if place.kind == "process":
            mappings.pass_out(run, place)
        for handler in handlers(place):
            if handler.event.code in (None, code) and handler.scope_id not in inside:
                return place, handler
        if place.instance_id == origin.instance_id and place.node is not None:
            inside.add(place.node.id)
        place = place.parent
    return None


def handlers(place: Execution) -> list[Node]:
    """Return the error events registered at a scope, in the order in which they are asked."""
    nodes = place.process.nodes
    found = _watchers(place)
    if place.node is not None and (place.kind == "body" or place.node.multi_instance is None):
        found += [nodes[id] for id in place.node.boundary]
    catching = [node for node in found if node.event.type is EventType.ERROR]
    return sorted(catching, key=lambda node: (node.attached_to is not None, node.event.code is None))


def _watchers(place: Execution) -> list[Node]:
    if place.kind not in ("process", "scope", "compensating"):
        return []
    scope = place.process.root if place.node is None else place.node.scope
    return [] if scope is None else [place.process.nodes[start_id] for start_id in scope.watchers]


def throw_error(
    run: Run,
    visit: Visit,
    code: str,
    message: str | None,
    policy: Policy,
    token_variables: Variables | None = None,
) -> None:
    """Throw a BPMN error from an activity. Raises ErrorNotCaught under the policy `reject`."""
    caught = find_handler(run, visit.place, code)
    run.delta.error_caught = caught is not None
    if caught is None:
        _not_caught(run, visit, code, message, policy)
        return
    place, handler = caught
    run.delta.caught_by = handler.id
    _cancel_if_light(run, visit)
    if handler.event.code_variable is not None:
        run.variables.set(place, handler.event.code_variable, Variable("String", code))
    if handler.event.message_variable is not None:
        text = Variable("Null") if message is None else Variable("String", message)
        run.variables.set(place, handler.event.message_variable, text)
    run.variables.set_all(place, token_variables or {})
    events.trigger(run, place, handler)


def _cancel_if_light(run: Run, visit: Visit) -> None:
    """Note that an error event is cancelled by its handler, when its token has no execution to be cancelled with."""
    if visit.execution is None:
        listeners.cancelled(run, visit)
        run.record_end(visit, canceled=True)


def _not_caught(run: Run, visit: Visit, code: str, message: str | None, policy: Policy) -> None:
    if policy == "reject":
        raise ErrorNotCaught(code, message, visit.node.id)
    if policy in ("incident", "abort"):
        run.delta.incidents.append(_incident(run, visit, code, message))
    if policy == "abort":
        root = run.find(run.id)
        _cancel_if_light(run, visit)
        before = len(run.delta.instances_ended)
        cancel(run, root, ProcessInstanceState.INTERNALLY_TERMINATED, _text(visit, code, message))
        for ended in run.delta.instances_ended[before:]:
            ended.error_code = code
        return
    end_like_none_end_event(run, visit)


def end_like_none_end_event(run: Run, visit: Visit) -> None:
    """End the token of an error that nobody catches: flow goes on around it, as in Camunda.

    One instance of a multi-instance activity counts as completed. With `asyncAfter` the activity has ended, and a job
    takes it away together with its task, which is open until then.
    """
    if run.changes:
        conditions.dispatch(run, visit.place, ending=visit.execution)
        if not visit.is_alive:
            tokens.note_interruption(run, visit)
            return
    scope, is_instance = visit.scope, visit.scope.kind == "body"
    loop = visit.node.multi_instance if is_instance else None
    if visit.execution is not None and (visit.node.async_after if loop is None else loop.async_after):
        run.record_end(visit, complete_scope=True)
        waits.continue_later(run, visit.execution, visit.node, JobKind.ASYNC_AFTER, inner=is_instance)
        return
    variables = {} if visit.execution is None else multi_instance.variables_of(run, visit.execution)
    tokens.end_activity(run, visit, complete_scope=True, mapped_anyway=True)
    if not scope.alive or scope.epoch != visit.epoch:
        return
    if is_instance:
        multi_instance.instance_ended(run, scope, variables)
    elif scope.kind in ("process", "scope"):
        tokens.end_scope_if_empty(run, scope)
    else:
        handler_failed(run, scope)


def ended_before_its_task(run: Run, visit: Visit) -> bool:
    """Tell whether a user task is left of an activity that such an error ended, while a job is to take it away.

    With boundary events or parameters the activity has an execution of its own in Camunda, which goes on all the same.
    """
    if visit.node.boundary or visit.node.io is not None:
        return False
    return waits.has_ended(run, visit.place)


def leave_to_job(run: Run, execution: Execution) -> None:
    """Close the task of an activity that has ended; the job that waits ends its token, as in Camunda."""
    run.task_ended(execution, TaskOutcome.COMPLETED)
    execution.kind = "async"


def _incident(run: Run, visit: Visit, code: str, message: str | None) -> IncidentCreated:
    place = visit.place
    return IncidentCreated(
        run.new_id(),
        IncidentKind.UNHANDLED_BPMN_ERROR,
        _text(visit, code, message),
        visit.node.id,
        place.id,
        place.instance_id,
        place.definition_id,
        configuration=task_id(place.id) if visit.node.behaviour.is_task else None,
    )


def _text(visit: Visit, code: str, message: str | None) -> str:
    """Say what happened, and which codes the definitions on the way would have caught."""
    codes: dict[str, None] = {}
    place: Execution | None = visit.place
    while place is not None:
        for node in place.process.nodes.values():
            if node.event.type is EventType.ERROR and node.behaviour in _CATCHERS:
                codes[node.event.code or "any"] = None
        place = place.instance.parent
    caught = ", ".join(repr(known) for known in codes) or "none"
    said = "" if message is None else f" ({message})"
    return (
        f"Nothing catches the BPMN error '{code}'{said} thrown by '{visit.node.id}'. "
        f"Codes that the model catches: {caught}."
    )
