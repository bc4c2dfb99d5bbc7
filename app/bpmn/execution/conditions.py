"""Conditional events: they look again when a variable changes, and when a scope begins.

Changes are collected and handed out at the next point where the process stands still for a moment (before an activity
is left, before one is carried out, after its output mapping), as Camunda does it: once for each changed variable, from
the scope that has the variable downwards.
"""

from __future__ import annotations

from app.bpmn.execution import events
from app.bpmn.execution.expressions import evaluate_condition
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import UnknownIdentifier
from app.bpmn.graph import Condition, Node


def dispatch(run: Run) -> None:
    """Hand out the variable changes collected so far."""
    if not run.changes:
        return
    changes, run.changes = run.changes, []
    if not any(entry["k"] == "conditional" for entry in run.subscriptions.entries.values()):
        return
    epochs = [execution.epoch for execution, _, _ in changes]
    for (execution, name, event), epoch in zip(changes, epochs, strict=True):
        if execution.alive and execution.epoch == epoch:
            _look(run, execution, name, event)


def look_at_beginning(run: Run, execution: Execution) -> None:
    """Evaluate the conditions that watch an execution that just began."""
    for id in run.subscriptions.of(execution.id):
        entry = run.subscriptions.entries.get(id)
        if entry is not None and entry["k"] == "conditional" and execution.alive:
            node = execution.process.nodes[entry["n"]]
            if (node.attached_to or node.tag == "startEvent") and _is_true(run, execution, node):
                events.trigger(run, execution, node)


def _look(run: Run, top: Execution, name: str, event: str) -> None:
    watching = [id for execution in _downwards(run, top) for id in run.subscriptions.of(execution.id)]
    for id in watching:
        entry = run.subscriptions.entries.get(id)
        if entry is None or entry["k"] != "conditional":
            continue
        execution = run.find(entry["x"])
        node = execution.process.nodes[entry["n"]]
        condition = node.event.condition
        if condition is not None and _concerns(condition, name, event) and _is_true(run, execution, node):
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


def _concerns(condition: Condition, name: str, event: str) -> bool:
    if condition.variable_name is not None and condition.variable_name != name:
        return False
    return not condition.variable_events or event in condition.variable_events


def _is_true(run: Run, execution: Execution, node: Node) -> bool:
    """Evaluate a condition; a name that does not exist (yet) makes it false."""
    assert node.event.condition is not None
    try:
        return evaluate_condition(node.event.condition.expression, run.scope(execution))
    except UnknownIdentifier:
        return False
