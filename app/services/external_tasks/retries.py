"""The number of retries of tasks, set by a person or a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement, one_of
from app.errors import ExternalTaskNotFound
from app.identity import Identity
from app.models import ExternalTask
from app.models.external_task import TASK_COLUMNS, TaskRow
from app.queries.selection import Selection, ids_of
from app.records.announcements import announce_tasks
from app.records.incidents import change_retries
from app.services.validation import not_negative

_LOCK_MANY = Statement(
    lambda database: database.for_update(
        ExternalTask.select(*TASK_COLUMNS).where(one_of(ExternalTask.id, "ids")).order_by(ExternalTask.id)
    )
)
_SET = Statement(ExternalTask.update(retries=P("retries"), ready=P("ready")).where(one_of(ExternalTask.id, "ids")))


def set_one(database: Database, task: TaskRow, retries: int) -> None:
    """Set the retries of a task that has been opened. A running lock or back-off goes on."""
    _set(database, [task], retries)


def set_many(database: Database, identity: Identity, chosen: Sequence[str] | Selection, retries: int) -> int:
    """Set the retries of all these tasks and return how many they are. What a selection has found may end meanwhile.

    Raises InvalidInput, ExternalTaskNotFound for one that is named and not open, TopicForbidden, NothingSelected.
    """
    not_negative("retries", retries)
    ids = ids_of(chosen, database)
    tasks = {row[0]: TaskRow(*row) for row in _LOCK_MANY.all(database, ids=ids)}
    for task_id in chosen if isinstance(chosen, Sequence) else chosen.named:
        if task_id not in tasks:
            raise ExternalTaskNotFound(task_id)
    for task in tasks.values():
        identity.require_task(task)
    _set(database, list(tasks.values()), retries)
    return len(tasks)


def _set(database: Database, tasks: Sequence[TaskRow], retries: int) -> None:
    now = clock.now_ms()
    ready = [task for task in tasks if retries > 0 and _free(task, now)]
    held = [task for task in tasks if not (retries > 0 and _free(task, now))]
    for group, flag in ((ready, 1), (held, 0)):
        if group:
            _SET.count(database, ids=[task.id for task in group], retries=retries, ready=flag)
    for task in tasks:
        change_retries(database, task, retries, task.error_message)
    announce_tasks(database, Counter(task.topic for task in ready if not task.ready))


def _free(task: TaskRow, now: int) -> bool:
    return not task.suspended and (task.lock_expires_at is None or task.lock_expires_at <= now)
