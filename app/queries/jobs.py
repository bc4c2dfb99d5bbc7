"""Jobs: timers, asynchronous continuations and pieces of batches."""

from __future__ import annotations

from typing import Any

from app import clock
from app.bpmn.states import JobKind
from app.models.job import Job
from app.queries.conditions import comparisons, equals, number, one_of, only, tenants, text
from app.queries.job_definitions import made_by
from app.queries.listing import Listing

TIMERS = (JobKind.TIMER, JobKind.TIMER_START)
MESSAGES = (JobKind.ASYNC_BEFORE, JobKind.ASYNC_AFTER, JobKind.BATCH_SEED, JobKind.BATCH, JobKind.BATCH_MONITOR)


def _executable() -> Any:
    due = Job.due_at.is_null() | (Job.due_at <= clock.now_ms())
    return (Job.retries > 0) & due


JOBS = Listing(
    "job",
    Job,
    filters={
        "id": equals(Job.id),
        "ids": one_of(Job.id),
        "process_instance_id": equals(Job.process_instance_id),
        "process_instance_ids": one_of(Job.process_instance_id),
        "execution_id": equals(Job.execution_id),
        "definition_id": equals(Job.definition_id),
        "definition_key": equals(Job.definition_key),
        "activity_id": equals(Job.activity_id),
        "job_definition_id": text(made_by),
        "batch_id": equals(Job.batch_id),
        "with_retries_left": only(lambda: Job.retries > 0),
        "no_retries_left": only(lambda: Job.retries == 0),
        "executable": only(_executable),
        "timers": only(lambda: Job.kind.in_(TIMERS)),
        "messages": only(lambda: Job.kind.in_(MESSAGES)),
        "due": comparisons(Job.due_at),
        "created": comparisons(Job.created_at),
        "with_exception": only(lambda: Job.exception_message.is_null(False) | Job.exception_details.is_null(False)),
        "exception_message": equals(Job.exception_message),
        "failed_activity_id": equals(Job.activity_id),
        "active": only(lambda: Job.suspended == False),  # noqa: E712
        "suspended": only(lambda: Job.suspended == True),  # noqa: E712
        "acquired": only(lambda: Job.locked_until > clock.now_ms()),
        "priority_at_least": number(Job.priority, "gteq"),
        "priority_at_most": number(Job.priority, "lteq"),
        **tenants(Job.tenant_id),
    },
    orders={
        "id": Job.id,
        "execution_id": Job.execution_id,
        "process_instance_id": Job.process_instance_id,
        "definition_id": Job.definition_id,
        "definition_key": Job.definition_key,
        "priority": Job.priority,
        "retries": Job.retries,
        "due_at": Job.due_at,
        "tenant_id": Job.tenant_id,
    },
)
