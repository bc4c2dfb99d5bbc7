"""Webhooks: who is told of events by HTTP."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText, Table

ENGINE = "engine"
"""The id of the webhook that is no one's: the process engine elsewhere, which the settings name."""


class Webhook(Table):
    """One receiver. `event_types`, `topics` and `definition_keys` are JSON lists of patterns, null means all.

    `cursor` is the last row of `event` that was looked at for it. `failures` counts the attempts since the last
    success; after some the whole receiver rests until `paused_until`. It is told nothing once it is not `active`.
    """

    id = Id(primary_key=True)
    url = peewee.TextField()
    secret = peewee.TextField()
    event_types = JsonText(null=True)
    topics = JsonText(null=True)
    definition_keys = JsonText(null=True)
    active = peewee.BooleanField(default=True)
    created_at = Instant()
    created_by = peewee.TextField(null=True)
    cursor = peewee.BigIntegerField(default=0)
    failures = peewee.IntegerField(default=0)
    paused_until = Instant(null=True)
    last_error = peewee.TextField(null=True)
    last_failed_at = Instant(null=True)
    last_delivered_at = Instant(null=True)

    class Meta:
        table_name = "webhook"
