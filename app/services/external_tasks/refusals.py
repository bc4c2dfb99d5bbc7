"""Why a guarded statement changed nothing: looked up afterwards, so that the way of the many stays short."""

from __future__ import annotations

from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import Conflict, ErrandError, ExternalTaskNotFound, LockExpired, LockNotOwned, Suspended, TaskFinished
from app.identity import Identity
from app.models import ExternalTaskLog
from app.models.external_task import HELD_BY, LockRule, TaskRow
from app.models.external_task_log import COMPLETED, DELETED, SUCCESSFUL

_ENDING = Statement(
    ExternalTaskLog.select(ExternalTaskLog.topic, ExternalTaskLog.outcome).where(
        ExternalTaskLog.external_task_id == P("id"), ExternalTaskLog.kind.in_((SUCCESSFUL, DELETED))
    )
)


def gone(database: Database, identity: Identity, task_id: str) -> ErrandError:
    """Return what to raise for a task that is not open: it has ended, or never was.

    Raises TopicForbidden for one that has ended and is none of the identity's business.
    """
    ending = _ENDING.one(database, id=task_id)
    if ending is None:
        return ExternalTaskNotFound(task_id)
    topic, outcome = ending
    identity.require_topic(topic)
    return TaskFinished(task_id, outcome or COMPLETED)


def refuse_ended(database: Database, task_id: str) -> None:
    """Raise TaskFinished for a task that has ended."""
    ending = _ENDING.one(database, id=task_id)
    if ending is not None:
        raise TaskFinished(task_id, ending[1] or COMPLETED)


def refusal(task: TaskRow, verb: str, worker_id: str, now: int, lock_rule: LockRule) -> ErrandError:
    """Return what to raise for an open task that a report or an extension may not touch: 423 before suspension."""
    if not _allowed(task, worker_id, now, lock_rule):
        return LockNotOwned(verb, task.id, worker_id, task.worker_id, task.lock_expires_at)
    if task.suspended:
        return Suspended("external task", task.id)
    if verb == "extend_lock":
        return LockExpired(task.id, now)
    return Conflict(f"External task '{task.id}' was changed by somebody else at the same moment.")


def _allowed(task: TaskRow, worker_id: str, now: int, lock_rule: LockRule) -> bool:
    """Say in Python what `lock_rule.condition` says in SQL, of a row that has been read."""
    if task.worker_id == worker_id:
        return True
    return lock_rule is not HELD_BY and (
        task.worker_id is None or task.lock_expires_at is None or task.lock_expires_at <= now
    )
