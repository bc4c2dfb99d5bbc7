"""Accounts for workers that can only send HTTP Basic."""

from __future__ import annotations

import peewee

from app.database.table import Instant, JsonText, Table


class WorkerAccount(Table):
    """One account; the password is kept as an argon2 hash. `claims` and `topics` are JSON lists (topics null: all)."""

    user_id = peewee.TextField(primary_key=True)
    password_hash = peewee.TextField()
    claims = JsonText()
    topics = JsonText(null=True)
    created_at = Instant()

    class Meta:
        table_name = "worker_account"
