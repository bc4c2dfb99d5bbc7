"""External tasks that are open: the hot table. A finished task leaves it; its outcome stays in the log."""

from __future__ import annotations

import peewee

from app.models.base import Id, Instant, JsonText, Table


class ExternalTask(Table):
    """One task that waits for a worker or is held by one.

    `ready` is 1 while the task may be handed out (no running lock or back-off, not suspended, retries null or > 0); the
    statements that change those keep it. `worker_id` is the last locker and survives the lock's end. `epoch` counts locks.
    """

    id = Id(primary_key=True)
    topic = peewee.TextField()
    priority = peewee.BigIntegerField(default=0)
    ready = peewee.SmallIntegerField(default=1)
    worker_id = peewee.TextField(null=True)
    lock_expires_at = Instant(null=True)
    epoch = peewee.IntegerField(default=0)
    silent_expiries = peewee.IntegerField(default=0)
    retries = peewee.IntegerField(null=True)
    suspended = peewee.BooleanField(default=False)
    error_message = peewee.TextField(null=True)
    error_details = peewee.TextField(null=True)
    created_at = Instant()
    activity_id = peewee.TextField()
    activity_instance_id = Id()
    execution_id = Id()
    process_instance_id = Id(index=True)
    root_id = Id()
    definition_id = Id()
    definition_key = peewee.TextField()
    definition_version_tag = peewee.TextField(null=True)
    business_key = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    trace = JsonText(null=True)

    class Meta:
        table_name = "external_task"


# Literal predicates: a bound `ready = ?` keeps Postgres' generic plans from using a partial index (100 times slower).
ExternalTask.add_index(
    peewee.SQL("CREATE INDEX external_task_ready ON external_task (topic, priority DESC, created_at) WHERE ready = 1")
)
ExternalTask.add_index(
    peewee.SQL(
        "CREATE INDEX external_task_locked ON external_task (lock_expires_at) WHERE ready = 0 AND lock_expires_at IS NOT NULL"
    )
)
ExternalTask.add_index(
    peewee.SQL("CREATE INDEX external_task_oldest ON external_task (topic, created_at) WHERE ready = 1")
)
