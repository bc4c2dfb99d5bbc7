"""The processes of all servers on this database, and what they know in their memory alone: who polls for what."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class ServerProcess(Table):
    """One process of one server. `seen_at` is told every few seconds; one that is silent for long has died."""

    id = Id(primary_key=True)
    host = peewee.TextField()
    pid = peewee.IntegerField()
    started_at = Instant()
    seen_at = Instant()

    class Meta:
        table_name = "server_process"


class ParkedPolls(Table):
    """How many long polls of one process wait for a topic; a topic without any has no row."""

    id = peewee.TextField(primary_key=True)
    process_id = Id(index=True)
    topic = peewee.TextField()
    polls = peewee.IntegerField()

    class Meta:
        table_name = "parked_polls"
