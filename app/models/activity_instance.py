"""Activity instances: the history of what ran, one row each, ended or still open."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant
from app.models.place import Placed


class ActivityInstance(Placed):
    """One pass through one activity, event or gateway."""

    id = Id(primary_key=True)
    parent_id = Id(null=True)
    activity_id = peewee.TextField()
    activity_name = peewee.TextField(null=True)
    activity_type = peewee.TextField()
    execution_id = Id(index=True)
    task_id = Id(null=True)
    called_instance_id = Id(null=True)
    assignee = peewee.TextField(null=True)
    started_at = Instant()
    ended_at = Instant(null=True)
    canceled = peewee.BooleanField(default=False)
    complete_scope = peewee.BooleanField(default=False)

    class Meta:
        table_name = "activity_instance"
