"""How executions leave the tree: by completing, by being cancelled, by the interruption of what is around them."""

from __future__ import annotations

from app.bpmn.delta import InstanceEnded, Remark
from app.bpmn.execution import listeners, waits
from app.bpmn.execution.mappings import map_outputs_anyway
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.states import ProcessInstanceState, TaskOutcome
from app.errors import EngineFailed

_VISITS = frozenset(("scope", "body", "activity", "join"))


def remove(run: Run, execution: Execution, outcome: TaskOutcome = TaskOutcome.COMPLETED) -> None:
    """Take an execution out of the tree, with its task, jobs, subscriptions, variables and snapshots."""
    run.task_ended(execution, outcome)
    waits.close(run, execution)
    run.variables.ended(execution)
    if execution.kind != "activity":
        for snapshot in run.tree.snapshots(execution):
            cancel(run, snapshot)
    run.tree.remove(execution)
    parent = execution.parent
    if parent is not None:
        run.joins_may_fire[parent.id] = parent


def cancel(
    run: Run,
    execution: Execution,
    ended_as: ProcessInstanceState = ProcessInstanceState.INTERNALLY_TERMINATED,
    reason: str | None = None,
) -> None:
    """Cancel an execution and everything below it, the innermost first."""
    pending = [execution]
    while pending:
        current = pending[-1]
        below = run.tree.snapshots(current) + run.tree.children(current)
        if below:
            pending.extend(reversed(below))
            continue
        pending.pop()
        _cancel_one(run, current, ended_as, reason)


def _cancel_one(run: Run, execution: Execution, ended_as: ProcessInstanceState, reason: str | None) -> None:
    if execution.kind in _VISITS and not waits.has_ended(run, execution):
        visit = run.visit_of(execution)
        if execution.kind in ("scope", "activity"):
            listeners.cancelled(run, visit)
        run.record_end(visit, canceled=True)
    if execution.kind in ("scope", "activity"):
        map_outputs_anyway(run, execution, execution.flow_node)
    elif execution.kind == "process":
        _end_listeners(run, execution)
        record_end(run, execution, ended_as, reason)
    remove(run, execution, TaskOutcome.CANCELLED)


def _end_listeners(run: Run, instance: Execution) -> None:
    try:
        listeners.instance_ended(run, instance)
    except EngineFailed as error:
        text = f"A listener of the end of '{instance.process.key}' was skipped: {error.message}"
        run.delta.remarks.append(Remark("listener skipped", instance.process.key, instance.id, text))


def record_end(run: Run, instance: Execution, state: ProcessInstanceState, reason: str | None = None) -> None:
    """Tell the delta that a process instance ended."""
    key = None if instance.parent is None else instance.business_key
    ended = InstanceEnded(instance.id, state, reason, definition_id=instance.definition_id, business_key=key)
    run.delta.instances_ended.append(ended)


def interrupt(run: Run, scope: Execution) -> None:
    """Cancel everything inside a scope, and all that it waits for, but for what it could compensate.

    As in Camunda the scope's own boundary events are gone as well: they wait on the same execution.
    """
    waits.close(run, scope, keep_compensation=True)
    for child in run.tree.children(scope):
        if child.alive:
            cancel(run, child)
    scope.epoch += 1
    scope.pending = 0
