"""Jobs: what runs later without a worker."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText, Table


class Job(Table):
    """A timer, an asynchronous continuation, a timer that starts instances, or a piece of a batch.

    `kind` is a `JobKind`. `due_at` null means now. `locked_until` is the
    claim of a timer worker (of any process); a job is due while `retries` > 0, not suspended, and neither `due_at` nor
    `locked_until` lies ahead. `arguments` is the JSON that a batch job or a repeating timer needs.
    """

    id = Id(primary_key=True)
    kind = peewee.TextField()
    due_at = Instant(null=True)
    retries = peewee.IntegerField(default=3)
    attempts = peewee.IntegerField(default=0)
    retry_cycle = peewee.TextField(null=True)
    repeat = peewee.TextField(null=True)
    suspended = peewee.BooleanField(default=False)
    locked_until = Instant(null=True)
    priority = peewee.BigIntegerField(default=0)
    exception_message = peewee.TextField(null=True)
    exception_details = peewee.TextField(null=True)
    arguments = JsonText(null=True)
    created_at = Instant()
    activity_id = peewee.TextField(null=True)
    execution_id = Id(null=True, index=True)
    process_instance_id = Id(null=True, index=True)
    root_id = Id(null=True)
    definition_id = Id(null=True, index=True)
    definition_key = peewee.TextField(null=True)
    deployment_id = Id(null=True)
    batch_id = Id(null=True, index=True)
    tenant_id = peewee.TextField(null=True)

    class Meta:
        table_name = "job"


Job.add_index(peewee.SQL("CREATE INDEX job_due ON job (due_at) WHERE retries > 0"))
