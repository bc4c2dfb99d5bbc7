"""The loop that does one step after the other, and who does which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bpmn.execution import activities, calls, gateways, throwing, tokens
from app.bpmn.execution.run import Run, Step
from app.bpmn.execution.state import Execution
from app.bpmn.vocabulary import EventType


def work_off(run: Run) -> None:
    """Do all steps, depth first, until everything waits. Raises StepLimitReached, EngineFailed."""
    while True:
        while (found := run.next_step()) is not None:
            step, scope, arguments = found
            _STEPS[step](run, scope, *arguments)
        if not gateways.fire_late_joins(run):
            return


def _complete(run: Run, scope: Execution, execution: Execution) -> None:
    """Complete an activity whose event came, whose inside ended, or whose compensation is done."""
    if not execution.alive:
        return
    visit = run.visit_of(execution)
    if visit.node.event.type is EventType.CANCEL:
        throwing.leave_transaction(run, visit)
    else:
        tokens.complete(run, visit)


def _end_scope(run: Run, scope: Execution) -> None:
    """End a scope without tokens: a process instance, or a subprocess, which completes like any activity."""
    if scope.pending or not run.tree.is_empty(scope):
        return
    if scope is run.preserved:
        run.preserved_ended = True
    elif scope.kind == "process":
        calls.end_instance(run, scope)
    else:
        tokens.complete(run, run.visit_of(scope))


_STEPS: dict[Step, Callable[..., Any]] = {
    "enter": activities.enter,
    "event subprocess": activities.begin,
    "next instance": activities.begin_instance,
    "complete": _complete,
    "end scope": _end_scope,
}
