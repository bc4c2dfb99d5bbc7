"""Locks of single tasks: taken, extended, freed. Each is one guarded statement on the task alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import peewee

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import ErrandError, LockNotOwned
from app.identity import Identity
from app.models import ExternalTask
from app.models.external_task import HELD_BY, MAY_RUN, NOT_HELD_BY_ANOTHER, TASK_COLUMNS, LockRule, TaskRow
from app.records.announcements import announce_tasks
from app.records.events import tell_locked, tell_unlocked
from app.services.external_tasks.locking import open_alone
from app.services.external_tasks.refusals import refusal
from app.services.validation import until

_MINE = ExternalTask.worker_id == P("worker_id")
_NOT_SUSPENDED = peewee.SQL("NOT suspended")

_LOCK = Statement(
    ExternalTask.update(
        worker_id=P("worker_id"), lock_expires_at=P("until"), ready=0, backing_off=False, epoch=ExternalTask.epoch + 1
    )
    .where(
        ExternalTask.id == P("id"),
        _MINE | ExternalTask.lock_expires_at.is_null() | (ExternalTask.lock_expires_at < P("now")),
    )
    .returning(*TASK_COLUMNS)
)
_EXTEND = {
    HELD_BY: Statement(
        ExternalTask.update(lock_expires_at=P("until"), ready=0)
        .where(ExternalTask.id == P("id"), _MINE, ExternalTask.lock_expires_at >= P("now"), _NOT_SUSPENDED)
        .returning(ExternalTask.topic)
    ),
    NOT_HELD_BY_ANOTHER: Statement(
        ExternalTask.update(
            worker_id=P("worker_id"),
            lock_expires_at=P("until"),
            ready=0,
            backing_off=False,
            epoch=ExternalTask.epoch + peewee.Case(None, ((_MINE, 0),), 1),
        )
        .where(ExternalTask.id == P("id"), NOT_HELD_BY_ANOTHER.condition, _NOT_SUSPENDED)
        .returning(ExternalTask.topic)
    ),
}
_FREE = {
    "worker_id": None,
    "lock_expires_at": None,
    "backing_off": False,
    "ready": peewee.Case(None, ((MAY_RUN, 1),), 0),
}
_UNLOCK = Statement(ExternalTask.update(**_FREE).where(ExternalTask.id == P("id")).returning(*TASK_COLUMNS))
_RELEASE = Statement(
    ExternalTask.update(**_FREE)
    .where(_MINE, ExternalTask.lock_expires_at > P("now"), ExternalTask.backing_off == False)  # noqa: E712
    .returning(*TASK_COLUMNS)
)
_GIVE_BACK = Statement(
    ExternalTask.update(**_FREE)
    .where(ExternalTask.id == P("id"), _MINE, ExternalTask.epoch == P("epoch"))
    .returning(ExternalTask.topic, ExternalTask.ready)
)


def lock(database: Database, identity: Identity, task_id: str, worker_id: str, duration_ms: int) -> None:
    """Lock one task, unless another worker's lock still runs (up to and including its last millisecond)."""
    now = clock.now_ms()
    row = _LOCK.one(database, id=task_id, worker_id=worker_id, now=now, until=until(now, duration_ms))
    if row is None:
        task = open_alone(database, identity, task_id)
        raise LockNotOwned("lock", task_id, worker_id, task.worker_id, task.lock_expires_at)
    locked = TaskRow(*row)
    identity.require_task(locked)
    tell_locked(database, [locked])


def extend(
    database: Database, identity: Identity, task_id: str, worker_id: str, duration_ms: int, lock_rule: LockRule
) -> None:
    """Let a lock end `duration_ms` from now."""
    now = clock.now_ms()
    row = _EXTEND[lock_rule].one(database, id=task_id, worker_id=worker_id, now=now, until=until(now, duration_ms))
    if row is None:
        raise _refused(database, identity, task_id, worker_id, now, lock_rule)
    identity.require_topic(row[0])


def _refused(
    database: Database, identity: Identity, task_id: str, worker_id: str, now: int, lock_rule: LockRule
) -> ErrandError:
    return refusal(open_alone(database, identity, task_id), "extend_lock", worker_id, now, lock_rule)


def unlock(database: Database, identity: Identity, task_id: str) -> None:
    """Free one task, whoever holds it."""
    row = _UNLOCK.one(database, id=task_id)
    if row is None:
        open_alone(database, identity, task_id)
        return
    freed = TaskRow(*row)
    identity.require_task(freed)
    tell_unlocked(database, [freed])
    if freed.ready:
        announce_tasks(database, {freed.topic: 1})


def release_all_of(database: Database, identity: Identity, worker_id: str) -> int:
    """Free every task that a worker holds, and return how many. Raises TopicForbidden, freeing none."""
    freed = [TaskRow(*row) for row in _RELEASE.all(database, worker_id=worker_id, now=clock.now_ms())]
    for task in freed:
        identity.require_task(task)
    tell_unlocked(database, freed)
    announce_tasks(database, Counter(task.topic for task in freed if task.ready))
    return len(freed)


def give_back(database: Database, tasks: Sequence[TaskRow]) -> int:
    """Free those of the tasks whose lock is still the one in the row, and return how many."""
    freed: dict[str, int] = {}
    count = 0
    for task in tasks:
        row = _GIVE_BACK.one(database, id=task.id, worker_id=task.worker_id, epoch=task.epoch)
        if row is not None:
            count += 1
            tell_unlocked(database, [task])
            freed[task.topic] = freed.get(task.topic, 0) + row[1]
    announce_tasks(database, {topic: number for topic, number in freed.items() if number})
    return count
