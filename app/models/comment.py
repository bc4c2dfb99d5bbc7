"""Comments: what persons say about user tasks and process instances."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class Comment(Table):
    """One comment, on a process instance or on one of its user tasks too."""

    id = Id(primary_key=True)
    message = peewee.TextField()
    user_id = peewee.TextField(null=True)
    created_at = Instant()
    task_id = Id(null=True, index=True)
    process_instance_id = Id(index=True)
    root_id = Id()

    class Meta:
        table_name = "comment"
