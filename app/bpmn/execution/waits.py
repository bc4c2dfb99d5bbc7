"""What an execution waits for: messages, signals, conditions, timers, asynchronous continuations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.bpmn.delta import JobCreated, SubscriptionCreated
from app.bpmn.execution.expressions import evaluate_text
from app.bpmn.execution.order import as_set_up
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.priorities import evaluate_priority
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import to_text
from app.bpmn.graph import Node
from app.bpmn.states import JobKind, SubscriptionKind
from app.bpmn.timers import Due, first_due, next_due
from app.errors import EngineFailed


def event_nodes(execution: Execution) -> Iterator[Node]:
    """Yield the events that watch an execution: boundary events of its activity, then starts of event subprocesses.

    The boundary events of a multi-instance activity belong to its body, not to the instances.
    """
    nodes = execution.process.nodes
    node = execution.node
    if node is not None and (execution.kind == "body" or node.multi_instance is None):
        for boundary_id in node.boundary:
            yield nodes[boundary_id]
    if execution.kind in ("process", "scope"):
        scope = execution.process.root if node is None else node.scope
        for start_id in () if scope is None else scope.watchers:
            yield nodes[start_id]


def open_subscriptions(run: Run, execution: Execution) -> None:
    """Subscribe an execution to the events that watch it."""
    for node in as_set_up(node for node in event_nodes(execution) if node.event.type.subscribes):
        subscribe(run, execution, node)


def open_timers(run: Run, execution: Execution) -> None:
    """Start the timers that watch an execution."""
    for node in as_set_up(node for node in event_nodes(execution) if node.event.timer is not None):
        start_timer(run, execution, node)


def wait_for(run: Run, execution: Execution, node: Node) -> None:
    """Make an execution wait for one event of its own, or of the event-based gateway where it stands."""
    if node.event.timer is not None:
        start_timer(run, execution, node)
    elif node.event.type.subscribes:
        subscribe(run, execution, node)


def subscribe(run: Run, execution: Execution, node: Node) -> None:
    """Create the subscription for a message, signal or condition."""
    kind = SubscriptionKind[node.event.type.name]
    name = evaluate_text(node.event.name, scope_at(run, execution))
    id = run.new_id()
    entry = {"x": execution.id, "n": node.id, "k": kind}
    if name is not None:
        entry["e"] = name
    run.subscriptions.add(id, entry)
    run.delta.subscriptions_created.append(
        SubscriptionCreated(id, kind, name, node.id, execution.id, execution.instance_id, execution.definition_id)
    )


def unsubscribe(run: Run, id: str) -> dict[str, Any]:
    """Remove a subscription and return its entry."""
    run.delta.subscriptions_removed.append(id)
    return run.subscriptions.remove(id)


def start_timer(run: Run, execution: Execution, node: Node) -> None:
    """Create the job of a timer event. Raises ExpressionFailed."""
    due = due_of(run, execution, node)
    _create_job(run, execution, node, JobKind.TIMER, due_at=due.due_at, repeat=due.repeat)


def due_of(run: Run, execution: Execution, node: Node) -> Due:
    """Return when a timer event is due that begins to wait now. Raises ExpressionFailed."""
    timer = node.event.timer
    assert timer is not None
    value = timer.expression.evaluate(scope_at(run, execution))
    if value is None:
        raise EngineFailed(f"The due date of the timer '{node.id}' is null.")
    return first_due(timer.kind, value if isinstance(value, int) else to_text(value), run.now_ms)


def restart_timer(run: Run, execution: Execution, node: Node, entry: dict[str, Any]) -> None:
    """Create the next job of a repeating timer, if it repeats once more."""
    if (repeat := entry.get("repeat")) is not None:
        due = next_due(repeat, run.now_ms, entry["due"])
        if due is not None:
            _create_job(run, execution, node, JobKind.TIMER, due_at=due.due_at, repeat=due.repeat)


def continue_later(run: Run, execution: Execution, node: Node, kind: JobKind, *, inner: bool = False) -> None:
    """Create the job of an asynchronous continuation (`inner`: of one instance of a multi-instance activity)."""
    loop = node.multi_instance if inner else None
    retry_cycle = node.retry_cycle if loop is None else loop.retry_cycle
    exclusive = node.exclusive if loop is None else loop.exclusive
    cycle = evaluate_text(retry_cycle, scope_at(run, execution))
    _create_job(run, execution, node, kind, retry_cycle=cycle, exclusive=exclusive)


def has_ended(run: Run, execution: Execution) -> bool:
    """Tell whether an activity has ended already, by an error that nobody caught, and a job is to take it away."""
    return bool(run.jobs.of(execution.id, JobKind.ASYNC_AFTER))


def _create_job(
    run: Run,
    execution: Execution,
    node: Node,
    kind: JobKind,
    *,
    due_at: int | None = None,
    repeat: str | None = None,
    retry_cycle: str | None = None,
    exclusive: bool = True,
) -> None:
    scope = scope_at(run, execution)
    if kind is JobKind.TIMER:
        retry_cycle = evaluate_text(node.retry_cycle, scope)
    priority = node.job_priority or execution.process.job_priority
    id = run.new_id()
    entry: dict[str, Any] = {"x": execution.id, "n": node.id, "k": kind}
    if due_at is not None:
        entry["due"] = due_at
    if repeat is not None:
        entry["repeat"] = repeat
    run.jobs.add(id, entry)
    run.delta.jobs_created.append(
        JobCreated(
            id,
            kind,
            due_at,
            node.id,
            execution.id,
            execution.instance_id,
            execution.definition_id,
            retry_cycle,
            evaluate_priority(priority, scope),
            repeat,
            exclusive,
        )
    )


def remove_job(run: Run, id: str) -> dict[str, Any]:
    """Remove a job and return its entry."""
    run.delta.jobs_removed.append(id)
    return run.jobs.remove(id)


def close(run: Run, execution: Execution, *, keep_compensation: bool = False) -> None:
    """Remove all jobs and subscriptions of an execution (`keep_compensation`: but for those to be compensated)."""
    if run.jobs.entries:
        for job_id in run.jobs.of(execution.id):
            remove_job(run, job_id)
    if run.subscriptions.entries:
        kept = frozenset(run.subscriptions.of(execution.id, SubscriptionKind.COMPENSATE) if keep_compensation else ())
        for id in run.subscriptions.of(execution.id):
            if id not in kept:
                unsubscribe(run, id)
