"""End external tasks: they leave the hot table, and the log remembers how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.bpmn.states import IncidentState
from app.database.database import Database
from app.database.statements import Statement, one_of
from app.models import ExternalTask
from app.models.external_task import TASK_COLUMNS, TaskRow
from app.models.external_task_log import CANCELLED, COMPLETED, DELETED, SUCCESSFUL
from app.records.incidents import close_incidents
from app.records.task_log import log_row, write_log

_TAKE = Statement(ExternalTask.delete().where(one_of(ExternalTask.id, "ids")).returning(*TASK_COLUMNS))

_DELETE = Statement(ExternalTask.delete().where(one_of(ExternalTask.id, "ids")), each="ids")


def end_open_task(database: Database, task: TaskRow) -> None:
    """Delete a task that has been opened; the caller logs how it ended."""
    _DELETE.send(database, ids=[task.id])


def end_tasks(database: Database, ids: Sequence[str], outcome: str = CANCELLED, **columns: Any) -> list[TaskRow]:
    """Delete these tasks, log the outcome of each, close their incidents; return those that were still there.

    `outcome` is completed, error, service error or cancelled; `columns` say what the log tells otherwise than the row.
    To be called inside a write.
    """
    if not ids:
        return []
    tasks = [TaskRow(*row) for row in _TAKE.all(database, ids=ids)]
    if tasks:
        now = clock.now_ms()
        kind = SUCCESSFUL if outcome == COMPLETED else DELETED
        write_log(database, (log_row(task, kind, now, outcome=outcome, **columns) for task in tasks))
        state = IncidentState.RESOLVED if outcome == COMPLETED else IncidentState.DELETED
        close_incidents(database, [task.id for task in tasks if task.retries is not None], state)
    return tasks
