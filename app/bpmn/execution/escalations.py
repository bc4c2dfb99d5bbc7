"""Escalations: the walk to who catches them. Nobody has to."""

from __future__ import annotations

from app.bpmn.execution import events, mappings
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.execution.waits import event_nodes
from app.bpmn.graph import Node
from app.bpmn.values import Variable
from app.bpmn.vocabulary import EventType


def throw(run: Run, visit: Visit, code: str | None) -> Node | None:
    """Throw an escalation from an event or a user task; return the event that caught it, or None."""
    caught = find_handler(run, visit, code)
    if caught is None:
        return None
    place, handler = caught
    if handler.event.code_variable is not None:
        target = place if handler.interrupting or handler.attached_to is None else place.parent or place
        value = Variable("Null") if code is None else Variable("String", code)
        run.variables.set(target, handler.event.code_variable, value)
    if visit.execution is None and handler.interrupting:
        run.record_end(visit, canceled=True)
    events.trigger(run, place, handler)
    return handler


def find_handler(run: Run, visit: Visit, code: str | None) -> tuple[Execution, Node] | None:
    """Walk outwards; in each scope event subprocesses are asked before boundary events.

    An event subprocess does not catch what one of its own nodes throws. Where the walk leaves a called process, its out
    variables are handed over.
    """
    place: Execution | None = visit.place
    while place is not None:
        if place.kind == "process":
            mappings.pass_out(run, place)
        for node in sorted(event_nodes(place), key=lambda node: node.attached_to is not None):
            thrown_inside = node.attached_to is None and node.scope_id == visit.node.scope_id
            if node.event.type is EventType.ESCALATION and node.event.code in (None, code) and not thrown_inside:
                return place, node
        place = place.parent
    return None
