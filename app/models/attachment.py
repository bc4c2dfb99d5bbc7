"""Attachments: files and links that persons add to user tasks."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class Attachment(Table):
    """One file (`content`), or a link to one elsewhere (`url`)."""

    id = Id(primary_key=True)
    name = peewee.TextField(null=True)
    description = peewee.TextField(null=True)
    kind = peewee.TextField(null=True)
    url = peewee.TextField(null=True)
    content = peewee.BlobField(null=True)
    created_at = Instant()
    task_id = Id(index=True)
    process_instance_id = Id(index=True)
    root_id = Id()

    class Meta:
        table_name = "attachment"
