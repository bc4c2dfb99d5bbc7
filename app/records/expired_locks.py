"""Make tasks ready again whose lock or back-off is over, and stop those that silently kill their workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import peewee

from app.database.database import Database
from app.database.statements import P, Statement, one_of
from app.models import ExternalTask, ExternalTaskLog
from app.models.external_task import TASK_COLUMNS, WAITS_FOR_EXPIRY, TaskRow
from app.models.external_task_log import EXPIRED
from app.records.incidents import change_retries
from app.records.task_log import cut, log_row, write_log

BATCH = 200
"""Most tasks that one statement makes ready: a thousand at once would take 5 to 22 ms of somebody's fetch."""

_RECLAIM = Statement(
    lambda database: (
        ExternalTask.update(
            ready=1,
            silent_expiries=ExternalTask.silent_expiries + peewee.Case(None, ((ExternalTask.backing_off, 0),), 1),
        )
        .where(
            database.claim(
                ExternalTask.id,
                ExternalTask.select(ExternalTask.id)
                .where(WAITS_FOR_EXPIRY, ExternalTask.lock_expires_at <= P("now"))
                .order_by(ExternalTask.lock_expires_at)
                .limit(BATCH),
            )
        )
        .returning(*TASK_COLUMNS)
    )
)
_STOP = Statement(ExternalTask.update(ready=0, retries=0).where(one_of(ExternalTask.id, "ids")))
_SILENT_WORKERS = Statement(
    ExternalTaskLog.select(ExternalTaskLog.worker_id)
    .where(ExternalTaskLog.external_task_id == P("id"), ExternalTaskLog.kind == EXPIRED)
    .order_by(ExternalTaskLog.at.desc())
    .limit(P("number"))
)
_NEXT_EXPIRY = Statement(
    ExternalTask.select(ExternalTask.lock_expires_at)
    .where(WAITS_FOR_EXPIRY)
    .order_by(ExternalTask.lock_expires_at)
    .limit(1)
)


def reclaim(database: Database, now: int, max_silent_expiries: int) -> Counter[str]:
    """Make a batch of tasks ready whose lock or back-off has ended, and return how many of each topic.

    The worker stays in the row: it may report as long as nobody else has locked the task. A task whose lock has ended
    `max_silent_expiries` times in a row without a report gets an incident instead (0: never). To be called in a write.
    """
    tasks = [TaskRow(*row) for row in _RECLAIM.all(database, now=now)]
    expired = [task for task in tasks if not task.backing_off]
    if expired:
        write_log(database, (log_row(task, EXPIRED, now) for task in expired))
    stopped = [task for task in expired if 0 < max_silent_expiries <= task.silent_expiries]
    if stopped:
        _stop(database, stopped)
    return Counter(task.topic for task in tasks) - Counter(task.topic for task in stopped)


def next_expiry(database: Database) -> int | None:
    """Return the instant at which the next lock or back-off ends, None when there is none. To be called in a read."""
    row = _NEXT_EXPIRY.one(database)
    return row[0] if row else None


def _stop(database: Database, tasks: Sequence[TaskRow]) -> None:
    _STOP.count(database, ids=[task.id for task in tasks])
    for task in tasks:
        rows = _SILENT_WORKERS.all(database, id=task.id, number=task.silent_expiries)
        workers = ", ".join(sorted({row[0] for row in rows if row[0] is not None}))
        message = f"The lock expired {task.silent_expiries} times without a report. Workers: {workers}"
        change_retries(database, task, 0, cut(message))
