"""The token engine: one command on one tree of process instances, one delta.

    state          the JSON of what is active, and its objects
    ids            what follows from the ids of executions
    variables      what is stored, what changes, which scope a name belongs to
    run            what all parts share during one run: state, work list, delta
    steps          the loop; who does which step
    order          in which order things happen that begin or end together
    commands       the first change that each command means
    activities     entering a node
    behaviours     who does what, by the node's behaviour
    tokens         completing an activity, taking flows, the last token of a scope
    tasks, decisions, gateways, throwing, calls, subprocesses, multi_instance
                   what the kinds of nodes do
    events, conditions, waits
                   what is waited for, and what happens when it comes
    errors, escalations, compensation
                   the walks through scopes
    failed_handlers
                   handlers of compensation that an error ends
    mappings, expressions, scripts, places, hosts
                   values in and out, and what is seen where
    listeners      what is calculated when something begins or ends
    token_values   what scripts and conditions of 5Minds' models see, and what a node leaves behind
    priorities     of tasks and jobs
    ending         completing, cancelling, interrupting
    modification   starting and cancelling activities from outside
    inspect        what the activity tree and the list of executions show

A run is depth first, as Camunda's: a branch goes to its wait states before the next one starts. There is no recursion
over time, and the cost of a step depends on what is active.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from app.bpmn.commands import Command, StartInstance
from app.bpmn.context import RunContext
from app.bpmn.delta import Delta
from app.bpmn.execution.commands import CARRY_OUT
from app.bpmn.execution.run import Run
from app.bpmn.execution.steps import attempt, work_off

__all__ = ["finish", "resume", "run"]


def run(command: Command, state: dict[str, Any] | None, context: RunContext, *, in_place: bool = False) -> Delta:
    """Carry out one command and return everything that it changed.

    `state` is what an earlier delta held (None for StartInstance); it is not changed, unless it may be used up
    (`in_place`): then the cost does not depend on how much is active. Raises EngineFailed, ExpressionFailed,
    ErrorNotCaught, StepLimitReached: then nothing has happened, and a state that may be used up is worthless.
    """
    if isinstance(command, StartInstance):
        work = Run(context, None, command.instance_id)
    else:
        assert state is not None
        work = resume(state, context, in_place=in_place)
    attempt(work, partial(CARRY_OUT[type(command)], work, command))
    return finish(work)


def resume(state: dict[str, Any], context: RunContext, *, in_place: bool = False) -> Run:
    """Return a run of a stored state, which is not changed unless it may be used up (`in_place`)."""
    parts = state if in_place else {name: dict(state[name]) for name in ("executions", "jobs", "subscriptions")}
    return Run(context, parts, state["id"])


def finish(work: Run) -> Delta:
    """Go on until everything waits; return all that a run changed. Raises StepLimitReached, EngineFailed."""
    work_off(work)
    work.delta.state = work.to_json() if work.id in work.tree else None
    _leave_out_what_came_and_went(work.delta)
    return work.delta


def _leave_out_what_came_and_went(delta: Delta) -> None:
    """Drop jobs and subscriptions that were made and removed again in this run: nobody has seen them."""
    if delta.jobs_created and (gone := set(delta.jobs_removed) & {job.id for job in delta.jobs_created}):
        delta.jobs_created = [job for job in delta.jobs_created if job.id not in gone]
        delta.jobs_removed = [id for id in delta.jobs_removed if id not in gone]
    made = delta.subscriptions_created
    if made and (gone := set(delta.subscriptions_removed) & {subscription.id for subscription in made}):
        delta.subscriptions_created = [subscription for subscription in made if subscription.id not in gone]
        delta.subscriptions_removed = [id for id in delta.subscriptions_removed if id not in gone]
