"""The loop that does one step after the other, and who does which."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from app.bpmn.execution import activities, calls, errors, gateways, throwing, tokens
from app.bpmn.execution.listeners import ActivityThrew
from app.bpmn.execution.run import Run, Step, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.scripts import ThrownError
from app.bpmn.vocabulary import EventType


def work_off(run: Run) -> None:
    """Do all steps, depth first, until everything waits. Raises StepLimitReached, EngineFailed."""
    while True:
        while (found := run.next_step()) is not None:
            step, scope, arguments = found
            attempt(run, partial(_STEPS[step], run, scope, *arguments))
        if not gateways.fire_late_joins(run):
            return


def attempt(run: Run, step: Callable[[], None]) -> None:
    """Do a step; a BPMN error that a script throws in it goes to whoever catches it."""
    try:
        step()
    except ActivityThrew as threw:
        attempt(run, partial(_throw, run, threw.visit, threw.thrown))


def _throw(run: Run, visit: Visit, thrown: ThrownError) -> None:
    policy = "abort" if visit.scope.process.reads_token else run.context.unhandled_policy
    errors.throw_error(run, visit, thrown.code, thrown.message, policy)


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
