"""Failures that workers report: how often and when a task is tried again, and what remembers it."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import peewee

from app.bpmn.timers.retries import retry_delays
from app.bpmn.values import LAST_INSTANT
from app.database.database import Database
from app.database.statements import P, Statement
from app.models import ExternalTask
from app.models.external_task import TASK_COLUMNS, TaskRow
from app.models.external_task_log import FAILED
from app.records.incidents import change_retries
from app.records.task_log import log_row, write_log
from app.services.external_tasks.activity_facts import ActivityFacts
from app.services.validation import until

_RECORD = Statement(
    ExternalTask.update(
        error_message=P("error_message"),
        error_details=peewee.fn.COALESCE(P("error_details"), ExternalTask.error_details),
        retries=P("retries"),
        lock_expires_at=P("until"),
        backing_off=True,
        ready=P("ready"),
        silent_expiries=0,
    )
    .where(ExternalTask.id == P("id"))
    .returning(*TASK_COLUMNS)
)


class Plan(NamedTuple):
    """How many retries are left after a failure at `now`, and when the next attempt may begin."""

    retries: int
    at: int
    now: int


def plan(activities: ActivityFacts, task: TaskRow, retries: int | None, retry_timeout_ms: int | None, now: int) -> Plan:
    """Return what the worker says, and where it says nothing, what the retry cycle of the model says."""
    asked = until(now, retry_timeout_ms or 0)
    if retries is not None:
        return Plan(retries, asked, now)
    cycle = activities.retry_cycle(task.definition_id, task.activity_id)
    if cycle is None:
        return Plan(0, asked, now)
    policy = retry_delays(cycle)
    left = policy.attempts if task.retries is None else min(task.retries, policy.attempts)
    left = max(left - 1, 0)
    at = policy.retry_at(policy.attempts - left, now)
    if at is None or retry_timeout_ms is not None:
        at = asked
    else:
        at += _spread(task.id, at - now)
    return Plan(left, min(at, LAST_INSTANT), now)


def _spread(task_id: str, wait_ms: int) -> int:
    """Return up to a tenth of the wait, by the task's id: tasks that failed together shall not come back together."""
    return wait_ms * (crc32(task_id.encode()) % 1000) // 10_000


def record(
    database: Database, task: TaskRow, plan: Plan, error_message: str | None, error_details: str | None
) -> TaskRow:
    """Write the failure into a task that has been opened, and return the row as it is now."""
    (row,) = _RECORD.all(
        database,
        id=task.id,
        error_message=error_message,
        error_details=error_details,
        retries=plan.retries,
        until=plan.at,
        ready=int(plan.retries > 0 and plan.at <= plan.now),
    )
    return TaskRow(*row)


def follow_up(database: Database, before: TaskRow, failed: TaskRow, now: int) -> None:
    """Log the failure with the retries from before it, open or resolve incidents."""
    row = log_row(
        failed,
        FAILED,
        now,
        retries=before.retries,
        error_message=failed.error_message,
        error_details=failed.error_details,
    )
    write_log(database, [row])
    change_retries(database, before, failed.retries or 0, failed.error_message, row["id"])
