"""User tasks, open (`ended_at` null) and ended."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText
from app.models.place import Placed


class UserTask(Placed):
    """One task for a person. `outcome` of an ended one is a `UserTaskOutcome`."""

    id = Id(primary_key=True)
    name = peewee.TextField(null=True)
    description = peewee.TextField(null=True)
    assignee = peewee.TextField(null=True)
    owner = peewee.TextField(null=True)
    delegation_state = peewee.TextField(null=True)
    candidate_users = JsonText(null=True)
    candidate_groups = JsonText(null=True)
    due_at = Instant(null=True)
    follow_up_at = Instant(null=True)
    priority = peewee.IntegerField(default=50)
    form_key = peewee.TextField(null=True)
    suspended = peewee.BooleanField(default=False)
    created_at = Instant()
    updated_at = Instant(null=True)
    ended_at = Instant(null=True)
    outcome = peewee.TextField(null=True)
    activity_id = peewee.TextField()
    activity_instance_id = Id()

    class Meta:
        table_name = "user_task"


UserTask.add_index(peewee.SQL("CREATE INDEX user_task_open ON user_task (assignee) WHERE ended_at IS NULL"))
