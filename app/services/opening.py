"""Lock one external task for a change: its process instance first, then the task itself."""

from __future__ import annotations

import peewee

from app import clock
from app.identity import Identity
from app.models import ExternalTask, InstanceState
from app.models.database import Database
from app.models.external_task import HELD_BY, NOT_HELD_BY_ANOTHER, TASK_COLUMNS, LockRule, TaskRow
from app.models.process_instance import STATE_COLUMNS, StateRow, remember_locked_state
from app.models.statements import P, Statement
from app.services.refusals import gone, refusal

_RULES = (HELD_BY, NOT_HELD_BY_ANOTHER)
_IT = ExternalTask.id == P("id")
_ACTIVE = ~ExternalTask.suspended
_JOINED = InstanceState.select(*TASK_COLUMNS, *STATE_COLUMNS).join(
    ExternalTask, on=(ExternalTask.root_id == InstanceState.id)
)
_SINGLE = ExternalTask.select(*TASK_COLUMNS)


def _locking(query: peewee.Select, *conditions: object) -> Statement:
    return Statement(lambda database: database.for_update(query.where(*conditions)))


_WITH_STATE = {rule: _locking(_JOINED, _IT, rule.condition, _ACTIVE) for rule in _RULES}
_ALONE = {rule: _locking(_SINGLE, _IT, rule.condition, _ACTIVE) for rule in _RULES}
_ANYHOW = _locking(_SINGLE, _IT)
_WIDTH = len(TASK_COLUMNS)


def open_task(
    database: Database, identity: Identity, task_id: str, verb: str, worker_id: str, lock_rule: LockRule
) -> tuple[TaskRow, int]:
    """Lock a task that the worker may report on, with the state of its root instance, in one guarded statement.

    Returns the task and the instant of the check. What is locked stays as it is until the end of the transaction, so
    the changes that follow need no condition of their own; the engine finds the state already read. Raises
    ExternalTaskNotFound, TaskFinished, TopicForbidden, LockNotOwned, Suspended.
    """
    now = clock.now_ms()
    guard = {"id": task_id, "worker_id": worker_id, "now": now}
    row = _WITH_STATE[lock_rule].one(database, **guard) or _ALONE[lock_rule].one(database, **guard)
    if row is None:
        raise refusal(open_alone(database, identity, task_id), verb, worker_id, now, lock_rule)
    task = TaskRow(*row[:_WIDTH])
    identity.require_task(task)
    if len(row) > _WIDTH:
        remember_locked_state(database, StateRow(*row[_WIDTH:]))
    return task, now


def open_alone(database: Database, identity: Identity, task_id: str) -> TaskRow:
    """Lock a task for a change that does not concern its process, whoever holds it, and return it.

    Raises ExternalTaskNotFound, TaskFinished, TopicForbidden.
    """
    row = _ANYHOW.one(database, id=task_id)
    if row is None:
        raise gone(database, identity, task_id)
    task = TaskRow(*row)
    identity.require_task(task)
    return task
