"""The version of the schema, and the way forward from each one to the next."""

from __future__ import annotations

import peewee

from app import clock
from app.database.database import Database
from app.database.table import Instant, Table
from app.models.migrations import MIGRATIONS


class SchemaVersion(Table):
    """One row a migration that has run."""

    version = peewee.IntegerField(primary_key=True)
    applied_at = Instant()

    class Meta:
        table_name = "schema_version"


class SchemaTooNew(Exception):
    """The database was made by a newer version of this program."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"The database has schema version {found}; this program knows versions up to {known}.")


def migrate(database: Database) -> int:
    """Bring the schema to the newest version and return it. Processes that start at once wait for each other.

    Everything happens in one transaction: it is migrated, or as it was. Raises SchemaTooNew.
    """
    database.bind([SchemaVersion])
    return database.write(lambda: _migrate(database))


def _migrate(database: Database) -> int:
    database.take_schema_lock()
    if not database.table_exists("schema_version"):  # a standby refuses to make a table, even one that is there
        database.create_tables([SchemaVersion])
    version = SchemaVersion.select(peewee.fn.MAX(SchemaVersion.version)).scalar() or 0
    if version > len(MIGRATIONS):
        raise SchemaTooNew(version, len(MIGRATIONS))
    for number, step in enumerate(MIGRATIONS[version:], version + 1):
        step(database)
        SchemaVersion.insert(version=number, applied_at=clock.now_ms()).execute()
    return len(MIGRATIONS)
