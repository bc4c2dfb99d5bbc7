"""Answers given to reports that carried an `Idempotency-Key`, for the retention time."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class IdempotencyKey(Table):
    """One key of one identity. `fingerprint` is a hash of verb, task and body: the same key with another is refused."""

    id = Id(primary_key=True)
    user_id = peewee.TextField()
    key = peewee.TextField()
    fingerprint = peewee.TextField()
    created_at = Instant(index=True)

    class Meta:
        table_name = "idempotency_key"
        indexes = ((("user_id", "key"), True),)
