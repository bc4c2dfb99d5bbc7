"""External tasks that are open: the hot table. A finished task leaves it; its outcome stays in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import peewee

from app.database.statements import P, one_of
from app.database.table import Id, Instant, JsonText
from app.models.place import Placed


class ExternalTask(Placed):
    """One task that waits for a worker or is held by one.

    `ready` is 1 while the task may be handed out (no running lock or back-off, not suspended, retries null or > 0); the
    statements that change those keep it. `worker_id` is the last locker and survives the lock's end; `epoch` counts
    locks. `lock_expires_at` ends a lock or, while `backing_off`, the pause after a failure. `silent_expiries` counts
    the locks that ended without a report since the last one. `scopes` is the JSON list of the executions whose
    variables the task sees, innermost first, down to the process instance's own id.
    """

    id = Id(primary_key=True)
    topic = peewee.TextField()
    priority = peewee.BigIntegerField(default=0)
    ready = peewee.SmallIntegerField(default=1)
    worker_id = peewee.TextField(null=True)
    lock_expires_at = Instant(null=True)
    epoch = peewee.IntegerField(default=0)
    backing_off = peewee.BooleanField(default=False)
    silent_expiries = peewee.IntegerField(default=0)
    retries = peewee.IntegerField(null=True)
    suspended = peewee.BooleanField(default=False)
    error_message = peewee.TextField(null=True)
    error_details = peewee.TextField(null=True)
    created_at = Instant()
    activity_id = peewee.TextField()
    activity_instance_id = Id()
    definition_version_tag = peewee.TextField(null=True)
    business_key = peewee.TextField(null=True)
    scopes = JsonText(null=True)
    trace = JsonText(null=True)

    class Meta:
        table_name = "external_task"


READY = peewee.SQL("ready = 1")
FAILED = peewee.SQL("retries = 0")
SUSPENDED = peewee.SQL("suspended")
MAY_RUN = peewee.SQL("NOT suspended AND (retries IS NULL OR retries > 0)")
WAITS_FOR_EXPIRY = peewee.SQL(
    "ready = 0 AND lock_expires_at IS NOT NULL AND NOT suspended AND (retries IS NULL OR retries > 0)"
)
"""Literal predicates of the partial indexes: a bound `ready = ?` keeps Postgres' generic plans from using them (100
times slower). Suspended tasks and those without retries are in neither index: they cost nothing, however many."""

for _name, _columns, _predicate in (
    ("external_task_ready", "topic, priority DESC, created_at", READY),
    ("external_task_oldest", "topic, created_at", READY),
    ("external_task_locked", "lock_expires_at", WAITS_FOR_EXPIRY),
    ("external_task_failed", "topic", FAILED),
    ("external_task_suspended", "topic", SUSPENDED),
):
    ExternalTask.add_index(peewee.SQL(f"CREATE INDEX {_name} ON external_task ({_columns}) WHERE {_predicate.sql}"))


class TaskRow(NamedTuple):
    """One row of the table as the hot path reads it; a peewee instance costs twenty times as much to make."""

    id: str
    topic: str
    priority: int
    ready: int
    worker_id: str | None
    lock_expires_at: int | None
    epoch: int
    backing_off: bool
    silent_expiries: int
    retries: int | None
    suspended: bool
    error_message: str | None
    error_details: str | None
    created_at: int
    activity_id: str
    activity_instance_id: str
    execution_id: str
    process_instance_id: str
    root_id: str
    definition_id: str
    definition_key: str
    definition_version_tag: str | None
    business_key: str | None
    tenant_id: str | None
    scopes: str | None
    trace: str | None


TASK_COLUMNS = tuple(getattr(ExternalTask, name) for name in TaskRow._fields)


@dataclass(frozen=True, slots=True, eq=False)
class LockRule:
    """Who may touch a locked task, as a condition with the places `worker_id` and `now`.

    `condition_of_many` is the same for several tasks and their workers: its list `holders` has a `holder` of each.
    """

    name: str
    condition: Any
    condition_of_many: Any


def holder(task_id: str, worker_id: str) -> str:
    """Return a task and a worker as one value."""
    return f"{task_id} {worker_id}"


_MINE = ExternalTask.worker_id == P("worker_id")
_OF_ITS_WORKER = one_of(ExternalTask.id.concat(" ").concat(ExternalTask.worker_id), "holders")
_OF_NOBODY = (
    ExternalTask.worker_id.is_null()
    | ExternalTask.lock_expires_at.is_null()
    | (ExternalTask.lock_expires_at <= P("now"))
)

HELD_BY = LockRule("held_by", _MINE, _OF_ITS_WORKER)
"""Camunda: whoever locked the task last, whether the lock has expired or not."""

NOT_HELD_BY_ANOTHER = LockRule("not_held_by_another", _MINE | _OF_NOBODY, _OF_NOBODY | _OF_ITS_WORKER)
"""process-engine.io: everybody, unless another worker's lock is running."""
