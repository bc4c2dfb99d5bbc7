"""Rows of the external tasks' log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from app import signals
from app.database.database import Database
from app.database.statements import insert
from app.ids import new_id
from app.models import ExternalTaskLog
from app.models.external_task import TaskRow
from app.records.events import tell_log

ERROR_MESSAGE_LENGTH = 666
"""Longest error message that is kept, in UTF-16 units."""


def log_row(task: TaskRow, kind: int, at: int, **columns: Any) -> dict[str, Any]:
    """Return the row of one event of a task; `columns` say what differs from the task's own."""
    return {
        "id": new_id(),
        "kind": kind,
        "at": at,
        "external_task_id": task.id,
        "topic": task.topic,
        "worker_id": task.worker_id,
        "priority": task.priority,
        "retries": task.retries,
        "activity_id": task.activity_id,
        "activity_instance_id": task.activity_instance_id,
        "execution_id": task.execution_id,
        "process_instance_id": task.process_instance_id,
        "root_id": task.root_id,
        "definition_id": task.definition_id,
        "definition_key": task.definition_key,
        "tenant_id": task.tenant_id,
        **columns,
    }


def write_log(database: Database, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append rows to the log, and tell what they say."""
    new = list(rows)
    insert(database, ExternalTaskLog, new)
    tell_log(database, new)
    if signals.tasks_logged.receivers:
        database.after_commit(partial(signals.tasks_logged.send, database, rows=new))


def cut(message: str | None) -> str | None:
    """Shorten an error message to what is kept of it, never in the middle of a character."""
    if message is None or len(message) * 2 <= ERROR_MESSAGE_LENGTH:
        return message
    kept = message.encode("utf-16-le", "surrogatepass")[: ERROR_MESSAGE_LENGTH * 2]
    return kept.decode("utf-16-le", "ignore")
