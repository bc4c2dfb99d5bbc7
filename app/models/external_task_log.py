"""What happened to external tasks: append-only, and the memory that tells 410 from 404."""

from __future__ import annotations

import peewee

from app.bpmn.states import TaskOutcome
from app.database.table import Id, Instant
from app.models.place import Placed

CREATED, FAILED, SUCCESSFUL, DELETED, EXPIRED = 0, 1, 2, 3, 4

COMPLETED, ERROR, SERVICE_ERROR, CANCELLED = (
    TaskOutcome.COMPLETED,
    TaskOutcome.ERROR,
    TaskOutcome.SERVICE_ERROR,
    TaskOutcome.CANCELLED,
)
"""The outcomes of an ending."""


class ExternalTaskLog(Placed):
    """One event of one task. `kind` is CREATED, FAILED, SUCCESSFUL, DELETED (these two end it) or EXPIRED (of a lock).

    `outcome` of an ending: completed, error, service error, cancelled. `retries` is the value before the event.
    """

    id = Id(primary_key=True)
    kind = peewee.SmallIntegerField()
    at = Instant()
    external_task_id = Id(index=True)
    outcome = peewee.TextField(null=True)
    error_code = peewee.TextField(null=True)
    error_message = peewee.TextField(null=True)
    error_details = peewee.TextField(null=True)
    topic = peewee.TextField()
    worker_id = peewee.TextField(null=True)
    priority = peewee.BigIntegerField(default=0)
    retries = peewee.IntegerField(null=True)
    activity_id = peewee.TextField()
    activity_instance_id = Id()

    class Meta:
        table_name = "external_task_log"
