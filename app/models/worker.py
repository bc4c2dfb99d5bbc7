"""The workers that have been seen, and what was done in each topic and by each worker, minute by minute."""

from __future__ import annotations

import peewee

from app.database.table import Instant, JsonText, Table


class Worker(Table):
    """One worker id. `topics` is the JSON list of what it asked for last; `address` where it polled from last.

    `other_address` is the one before it and `other_seen_at` when it was last seen there: an id that is seen at two
    places at once belongs to two workers.
    """

    id = peewee.TextField(primary_key=True)
    topics = JsonText()
    address = peewee.TextField(null=True)
    other_address = peewee.TextField(null=True)
    other_seen_at = Instant(null=True)
    first_seen_at = Instant()
    seen_at = Instant(index=True)

    class Meta:
        table_name = "worker"


class WorkCount(Table):
    """What became of the tasks of one topic, or of one worker (`subject`), in the minute that begins at `at`."""

    id = peewee.TextField(primary_key=True)
    subject = peewee.TextField()
    name = peewee.TextField()
    at = Instant(index=True)
    completed = peewee.IntegerField(default=0)
    failed = peewee.IntegerField(default=0)
    erred = peewee.IntegerField(default=0)
    expired = peewee.IntegerField(default=0)

    class Meta:
        table_name = "work_count"


WorkCount.add_index(peewee.SQL("CREATE INDEX work_count_name ON work_count (subject, name, at)"))
