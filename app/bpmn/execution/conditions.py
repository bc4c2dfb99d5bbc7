"""Conditional events: they look again when a variable changes, and when a scope begins.

Changes are collected and handed out at the next point where the process stands still for a moment (before an activity
is left, before one is carried out, after its output mapping), as Camunda does it: once for each changed variable, from
the scope that has the variable downwards.
"""

from __future__ import annotations

from app.bpmn.execution import events
from app.bpmn.execution.expressions import evaluate_condition
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import UnknownIdentifier
from app.bpmn.graph import Condition, Node
from app.bpmn.states import SubscriptionKind


def dispatch(run: Run, place: Execution, ending: Execution | None = None) -> None:
    """Hand out the variable changes collected so far in the process instance of a place.

    The events that watch an activity which is `ending` are not asked.
    """
    changes = [change for change in run.changes if change[0].instance_id == place.instance_id]
    if not changes:
        return
    run.changes[:] = [change for change in run.changes if change[0].instance_id != place.instance_id]
    if not run.subscriptions.any_of(SubscriptionKind.CONDITIONAL):
        return
    epochs = [execution.epoch for execution, _, _ in changes]
    for (execution, name, event), epoch in zip(changes, epochs, strict=True):
        if execution.alive and execution.epoch == epoch:
            watching = [watcher for watcher in _downwards(run, execution) if watcher is not ending]
            _look(run, watching, name, event)


def look_at_beginning(run: Run, execution: Execution) -> None:
    """Evaluate the conditions that watch an execution that just began."""
    if run.subscriptions.entries:
        _look(run, [execution])


def _look(run: Run, watching: list[Execution], name: str | None = None, event: str = "") -> None:
    """Ask the events of executions, all that are there now; without a `name` whatever variables they look at.

    An event subprocess that interrupts does not keep the other events of its scope from being asked: they may interrupt
    it in turn. An interrupting boundary event takes its execution with it.
    """
    asked: list[tuple[Execution, Node]] = []
    for execution in watching:
        entries, nodes = run.subscriptions.entries, execution.process.nodes
        conditional = run.subscriptions.of(execution.id, SubscriptionKind.CONDITIONAL)
        asked += [(execution, nodes[entries[id]["n"]]) for id in conditional]
    for execution, node in asked:
        condition = node.event.condition
        if condition is None or not execution.alive or not _concerns(condition, name, event):
            continue
        if holds(run, execution, node):
            events.trigger(run, execution, node)


def _downwards(run: Run, top: Execution) -> list[Execution]:
    """Return an execution and those below it in the same process instance, but for what is beginning or ending."""
    found, pending = [], [top]
    while pending:
        current = pending.pop()
        if current.id not in run.busy:
            found.append(current)
        pending.extend(child for child in reversed(run.tree.children(current)) if child.kind != "process")
    return found


def _concerns(condition: Condition, name: str | None, event: str) -> bool:
    if name is None:
        return True
    if condition.variable_name is not None and condition.variable_name != name:
        return False
    return not condition.variable_events or event in condition.variable_events


def holds(run: Run, execution: Execution, node: Node) -> bool:
    """Tell whether an event has a condition and it holds; a name that does not exist (yet) makes it false."""
    if node.event.condition is None:
        return False
    try:
        return evaluate_condition(node.event.condition.expression, scope_at(run, execution))
    except UnknownIdentifier:
        return False
