"""Event subscriptions: who waits for which message, signal or condition."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class EventSubscription(Table):
    """One waiting execution, or (`execution_id` null) a start event of the latest version of a definition."""

    id = Id(primary_key=True)
    kind = peewee.TextField()
    name = peewee.TextField(null=True)
    activity_id = peewee.TextField(null=True)
    execution_id = Id(null=True, index=True)
    process_instance_id = Id(null=True, index=True)
    root_id = Id(null=True)
    definition_id = Id(null=True, index=True)
    tenant_id = peewee.TextField(null=True)
    created_at = Instant()

    class Meta:
        table_name = "event_subscription"
        indexes = ((("kind", "name"), False),)
