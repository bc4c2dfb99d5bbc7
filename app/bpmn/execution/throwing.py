"""Events that throw or end: signals, errors, escalations, compensation, cancellation, termination."""

from __future__ import annotations

from collections.abc import Callable

from app.bpmn.delta import SignalThrown
from app.bpmn.execution import compensation, errors, escalations, events
from app.bpmn.execution.expressions import evaluate_message, evaluate_text
from app.bpmn.execution.mappings import call_variables
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.tokens import complete, note_interruption
from app.bpmn.vocabulary import EventType


def throw(run: Run, visit: Visit) -> None:
    """Do what a throwing or ending event stands for, then leave it."""
    _THROWS.get(visit.node.event.type, complete)(run, visit)


def _signal(run: Run, visit: Visit) -> None:
    event, scope = visit.node.event, scope_at(run, visit.place)
    name = evaluate_text(event.name, scope) or ""
    variables = call_variables(run, event.inputs, visit.place)
    run.delta.signals_thrown.append(SignalThrown(name, variables))
    events.throw_signal(run, name, variables)
    if visit.is_alive:
        complete(run, visit)
    else:
        note_interruption(run, visit)


def _error(run: Run, visit: Visit) -> None:
    event = visit.node.event
    message = evaluate_message(event.error_message, scope_at(run, visit.place))
    errors.throw_error(run, visit, event.code or "", message, run.context.unhandled_policy)


def _escalation(run: Run, visit: Visit) -> None:
    handler = escalations.throw(run, visit, visit.node.event.code)
    if visit.is_alive and (handler is None or not handler.interrupting):
        complete(run, visit)


def _compensation(run: Run, visit: Visit) -> None:
    thrower = visit.place
    if not compensation.throw(run, thrower, visit.node.event.activity_ref):
        complete(run, visit)


def _cancel(run: Run, visit: Visit) -> None:
    """Compensate the transaction; `leave_transaction` follows when that is done."""
    if not compensation.throw(run, visit.place):
        leave_transaction(run, visit)


def leave_transaction(run: Run, visit: Visit) -> None:
    """Leave a cancelled transaction by its cancel boundary event."""
    transaction = visit.place.enclosing if visit.execution is not None else visit.scope
    nodes = transaction.process.nodes
    boundaries = (nodes[id] for id in transaction.flow_node.boundary)
    boundary = next(node for node in boundaries if node.event.type is EventType.CANCEL)
    parent = transaction.parent
    host = parent if parent is not None and parent.kind == "body" else transaction
    events.fire_boundary(run, host, boundary)


_THROWS: dict[EventType, Callable[[Run, Visit], None]] = {
    EventType.SIGNAL: _signal,
    EventType.ERROR: _error,
    EventType.ESCALATION: _escalation,
    EventType.COMPENSATE: _compensation,
    EventType.CANCEL: _cancel,
}
