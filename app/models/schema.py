"""The version of the schema, and the way forward from each one to the next."""

from __future__ import annotations

from collections.abc import Sequence

import peewee

from app import clock
from app.database.database import Database
from app.database.schema_changes import AddTable, Change
from app.database.schema_session import SchemaSession
from app.database.table import Instant, Table
from app.models.migrations import MIGRATIONS, NEWEST


class SchemaVersion(Table):
    """One row a migration that has run."""

    version = peewee.IntegerField(primary_key=True)
    applied_at = Instant()

    class Meta:
        table_name = "schema_version"


_VERSIONS = AddTable("schema_version", "version INTEGER NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL")


class SchemaTooNew(Exception):
    """The database was made by a newer version of this program."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The database has schema version {found}; this program knows versions up to {known}."
            " Run the version of Errand that has used it last, or a newer one."
        )


def migrate(database: Database) -> int:
    """Bring the schema to the newest version and return it. Processes that start at once wait for each other.

    A migration that is interrupted is run again by the next start. A schema that is up to date is only read, and
    nothing is locked. Raises SchemaTooNew.
    """
    database.bind([SchemaVersion])
    if _known(database.read(lambda: _found(database))) < NEWEST:
        with database.schema_session() as session:
            _advance(session)
    return NEWEST


def _known(version: int) -> int:
    if version > NEWEST:
        raise SchemaTooNew(version, NEWEST)
    return version


def _found(database: Database) -> int:
    if not database.table_exists("schema_version"):
        return 0
    return SchemaVersion.select(peewee.fn.MAX(SchemaVersion.version)).scalar() or 0


def _advance(session: SchemaSession) -> None:
    session.transaction(lambda: _VERSIONS.apply(session))
    ((found,),) = session.execute("SELECT COALESCE(MAX(version), 0) FROM schema_version").fetchall()
    _known(found)
    for version, changes in MIGRATIONS.items():
        if version > found:
            _make(session, changes)
            session.execute(f"INSERT INTO schema_version (version, applied_at) VALUES ({version}, {clock.now_ms()})")


def _make(session: SchemaSession, changes: Sequence[Change]) -> None:
    """Make changes in one transaction, and after it those that are online."""

    def make(online: bool) -> None:
        for change in changes:
            if change.online is online:
                change.apply(session)

    session.transaction(lambda: make(online=False))
    make(online=True)
