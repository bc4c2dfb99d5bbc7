"""A database from before there were events."""

from __future__ import annotations

from app.database.database import Database
from app.models import Delivery, Event, Webhook
from app.models.schema import SchemaVersion, migrate


def test_an_older_database_gets_the_tables(database: Database) -> None:
    database.bind([SchemaVersion])

    def grow_younger() -> None:
        database.drop_tables([Delivery, Webhook, Event])
        SchemaVersion.delete().where(SchemaVersion.version > 1).execute()

    database.write(grow_younger)
    newest = migrate(database)
    assert database.read(lambda: [table.select().count() for table in (Event, Webhook, Delivery)]) == [0, 0, 0]
    assert migrate(database) == newest
