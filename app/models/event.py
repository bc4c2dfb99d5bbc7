"""Events: what happened to tasks and processes, one row a transaction, kept for a short time."""

from __future__ import annotations

import peewee

from app.database.table import Instant, JsonText, Table


class Event(Table):
    """What one transaction made happen: `body` is a JSON list of events, in their order. Ids grow with time; on
    Postgres two transactions may commit in the other order, and one that is rolled back leaves a hole."""

    id = peewee.BigAutoField()
    at = Instant()
    body = JsonText()

    class Meta:
        table_name = "event"
