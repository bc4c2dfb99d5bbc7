"""Entering a node: its activity begins, its variables and events are set up, and what it is for is carried out."""

from __future__ import annotations

from app.bpmn.execution import conditions, listeners, multi_instance, token_values, waits
from app.bpmn.execution.behaviours import BEHAVIOURS
from app.bpmn.execution.ending import interrupt
from app.bpmn.execution.ids import activity_instance_id
from app.bpmn.execution.mappings import map_inputs
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution, Kind
from app.bpmn.execution.tokens import complete, note_interruption
from app.bpmn.graph import Node
from app.bpmn.states import JobKind
from app.bpmn.values import Variables
from app.bpmn.vocabulary import Behaviour


def enter(run: Run, scope: Execution, node: Node, flow_id: str | None, variables: Variables | None = None) -> None:
    """Let a token reach a node; with `asyncBefore` it waits for its job first. `variables` belong to the activity.

    A terminate or cancel end event interrupts its scope before anything else.
    """
    if flow_id is not None and scope.process.take_listeners:
        listeners.taken(run, scope, flow_id)
    token_values.entered(run, scope, node, flow_id)
    if node.event.type.ends_scope and node.behaviour is Behaviour.END:
        interrupt(run, scope)
    if node.async_before:
        waiting = run.add("async", scope, node)
        waiting.flow_id = flow_id
        _set_local(run, waiting, variables)
        waits.continue_later(run, waiting, node, JobKind.ASYNC_BEFORE)
        return
    enter_now(run, scope, node, variables)


def enter_now(run: Run, scope: Execution, node: Node, variables: Variables | None = None) -> None:
    """Let the activity of a node begin: the activity itself, or the body of a multi-instance one."""
    if node.multi_instance is not None:
        _begin_body(run, scope, node, variables)
    elif node.is_scope:
        begin(run, scope, node, variables)
    else:
        visit = Visit(node, scope, None, activity_instance_id(node.id, run.new_id()))
        run.record_begin(visit)
        listeners.begun(run, visit)
        if run.changes:
            conditions.dispatch(run, scope)
            if not visit.is_alive:
                note_interruption(run, visit)
                return
        BEHAVIOURS[node.behaviour](run, visit)


def begin(run: Run, scope: Execution, node: Node, variables: Variables | None = None) -> None:
    """Begin an activity that has an execution of its own: variables, events, input mapping, timers, then the work."""
    visit = _make(run, _kind(node), scope, node, variables)
    if _open(run, visit.place) and _is_left_to_begin(run, visit):
        BEHAVIOURS[node.behaviour](run, visit)


def _is_left_to_begin(run: Run, visit: Visit) -> bool:
    """Call the listeners, and tell whether the activity is still there afterwards."""
    if visit.node.listeners is None:
        return True
    listeners.begun(run, visit)
    if run.changes:
        conditions.dispatch(run, visit.place)
    return visit.place.alive and visit.place.epoch == 0


def _make(run: Run, kind: Kind, scope: Execution, node: Node, variables: Variables | None) -> Visit:
    execution = run.add(kind, scope, node)
    visit = Visit(node, scope, execution, execution.activity_instance_id)
    run.record_begin(visit)
    run.busy.add(execution.id)
    if variables:
        _set_local(run, execution, variables)
    return visit


def _set_local(run: Run, execution: Execution, variables: Variables | None) -> None:
    for name, variable in (variables or {}).items():
        run.variables.set_local(execution, name, variable)


def _kind(node: Node) -> Kind:
    if node.scope is not None:
        return "scope"
    return "join" if node.behaviour.joins else "activity"


def _open(run: Run, execution: Execution) -> bool:
    """Set up what watches an execution; tell whether it is still there afterwards."""
    node = execution.flow_node
    watched = bool(node.boundary) or node.scope is not None
    if watched:
        waits.open_subscriptions(run, execution)
    if execution.kind != "body" and node.io is not None:
        map_inputs(run, execution, node)
    if watched:
        waits.open_timers(run, execution)
    if run.changes:
        conditions.dispatch(run, execution)
    if watched and execution.alive:
        conditions.look_at_beginning(run, execution)
    run.busy.discard(execution.id)
    return execution.alive and execution.epoch == 0


def _begin_body(run: Run, scope: Execution, node: Node, variables: Variables | None = None) -> None:
    visit = _make(run, "body", scope, node, variables)
    if _open(run, visit.place) and not multi_instance.open_body(run, visit.place):
        complete(run, visit)


def open_lone_body(run: Run, scope: Execution, node: Node) -> Execution:
    """Begin the body of a multi-instance activity without instances."""
    body = _make(run, "body", scope, node, None).place
    body.loop = [0, 0, 0, 0]
    _open(run, body)
    return body


def open_scope(run: Run, scope: Execution, node: Node) -> Execution:
    """Begin a subprocess without sending a token to its start event; a multi-instance one as its only instance."""
    if node.multi_instance is not None:
        scope = open_lone_body(run, scope, node)
        multi_instance.count_lone_instance(run, scope)
    execution = _make(run, "scope", scope, node, None).place
    _open(run, execution)
    return execution


def begin_instance(run: Run, body: Execution, variables: Variables | None) -> None:
    """Begin one instance of a multi-instance activity; the variables of a sequential one lie on the body."""
    node = body.flow_node
    if variables is None:
        multi_instance.next_variables(run, body)
        variables = {}
    if node.multi_instance is not None and node.multi_instance.async_before:
        multi_instance.continue_instance_later(run, body, node, variables)
    else:
        begin(run, body, node, variables)
