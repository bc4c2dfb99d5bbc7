"""The migrations make what the classes say; a database of an older version gets what it lacks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database.database import Database
from app.models import TABLES, migrations
from app.models.database import open_database
from app.models.migrations import MIGRATIONS, NEWEST
from app.models.schema import SchemaTooNew, SchemaVersion, migrate
from tests.databases import scratch
from tests.models.schemas import Schema, schema_of


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Give an open database, and close it."""
    database = open_database(url)
    database.bind([SchemaVersion])
    yield database
    database.close()


def by_classes(database_url: str, directory: Path) -> Schema:
    """Return the schema that peewee makes of the classes."""
    with opened(scratch(database_url, directory, "by_classes")) as database:
        database.write(lambda: database.create_tables((*TABLES, SchemaVersion)))
        return schema_of(database)


def by_migrations(database_url: str, directory: Path) -> Schema:
    """Return the schema that the migrations make, from the first to the last."""
    with opened(scratch(database_url, directory, "by_migrations")) as database:
        migrate(database)
        return schema_of(database)


def go_back_to(database: Database, version: int, *statements: str) -> None:
    def work() -> None:
        for statement in statements:
            database.execute_sql(statement)
        SchemaVersion.delete().where(SchemaVersion.version > version).execute()

    database.bind([SchemaVersion])
    database.write(work)


def versions(database: Database) -> list[int]:
    return [row[0] for row in database.read(lambda: database.rows("SELECT version FROM schema_version", ()))]


def test_the_migrations_make_what_the_classes_say(database_url: str, tmp_path: Path) -> None:
    """Whoever adds a column, an index or a table to a class adds a migration: docs/development.md tells how."""
    assert by_migrations(database_url, tmp_path) == by_classes(database_url, tmp_path)


class _Undone(Exception):
    pass


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE more (id TEXT)"],
        ["ALTER TABLE batch ADD COLUMN pinned TEXT"],
        ["ALTER TABLE batch DROP COLUMN removal_at"],
        ["ALTER TABLE batch DROP COLUMN removal_at", "ALTER TABLE batch ADD COLUMN removal_at TEXT"],
        ["ALTER TABLE batch DROP COLUMN removal_at", "ALTER TABLE batch ADD COLUMN removal_at BIGINT DEFAULT 0"],
        ["ALTER TABLE batch DROP COLUMN tenant_id", "ALTER TABLE batch ADD COLUMN tenant_id TEXT NOT NULL DEFAULT ''"],
        ["DROP INDEX job_due"],
        ["DROP INDEX job_due", "CREATE INDEX job_due ON job (due_at)"],
        ["DROP INDEX job_due", "CREATE UNIQUE INDEX job_due ON job (due_at) WHERE retries > 0"],
        ["DROP INDEX job_due", "CREATE INDEX job_due ON job (due_at DESC) WHERE retries > 0"],
    ],
    ids=" ".join,
)
def test_no_difference_between_two_schemas_is_overlooked(database: Database, statements: list[str]) -> None:
    before = schema_of(database)

    def change() -> None:
        for statement in statements:
            database.execute_sql(statement)
        assert schema_of(database) != before
        raise _Undone  # an SQLite file is this test's own, but Postgres' tables are for all tests

    with pytest.raises(_Undone):
        database.write(change)


def test_every_file_of_a_migration_is_listed_by_its_number() -> None:
    files = sorted(path.stem for path in Path(migrations.__file__).parent.glob("*.py") if path.stem != "__init__")
    assert all(re.fullmatch(r"m\d{4}_[a-z0-9_]+", name) for name in files)
    assert [int(name[1:5]) for name in files] == list(MIGRATIONS) == list(range(7, NEWEST + 1))


def test_a_migration_that_was_interrupted_is_run_again(database_url: str, tmp_path: Path) -> None:
    with opened(scratch(database_url, tmp_path, "interrupted")) as database:
        migrate(database)
        made = schema_of(database), versions(database)
        for version in MIGRATIONS:
            go_back_to(database, version - 1)
            migrate(database)
            assert (schema_of(database), versions(database)) == made


def test_what_databases_from_before_the_release_lack_is_added(database_url: str, tmp_path: Path) -> None:
    with opened(scratch(database_url, tmp_path, "before_the_release")) as database:
        migrate(database)
        made = schema_of(database)
        go_back_to(
            database,
            1,
            *(f"DROP TABLE {table}" for table in ("event", "webhook", "delivery", "variable_update", "comment")),
            "ALTER TABLE batch DROP COLUMN removal_at",
            "ALTER TABLE process_instance DROP COLUMN restarted_instance_id",
            "DROP INDEX process_instance_case",
            "ALTER TABLE process_instance DROP COLUMN case_instance_id",
        )
        assert schema_of(database) != made
        assert migrate(database) == NEWEST
        assert schema_of(database) == made


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = schema_of(database), versions(database)
    assert (migrate(database), migrate(database)) == (NEWEST, NEWEST)
    assert (schema_of(database), versions(database)) == before == (before[0], list(MIGRATIONS))


def test_a_newer_schema_is_left_alone(database_url: str, tmp_path: Path) -> None:
    with opened(scratch(database_url, tmp_path, "newer")) as database:
        migrate(database)
        database.write(lambda: SchemaVersion.insert(version=999, applied_at=0).execute())
        before = schema_of(database), versions(database)
        with pytest.raises(SchemaTooNew) as refusal:
            migrate(database)
        assert str(refusal.value) == (
            f"The database has schema version 999; this program knows versions up to {NEWEST}."
            " Run the version of Errand that has used it last, or a newer one."
        )
        assert (schema_of(database), versions(database)) == before


_MIGRATE = """
import sys
from app.models.database import open_database
from app.models.schema import migrate
print(migrate(open_database(sys.argv[1])))
"""


def test_processes_that_start_at_once_migrate_once(database_url: str, tmp_path: Path) -> None:
    url = scratch(database_url, tmp_path, "at_once")
    starting = [
        subprocess.Popen([sys.executable, "-c", _MIGRATE, url], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.communicate()[0].strip() for process in starting] == [str(NEWEST)] * 3
    with opened(url) as database:
        assert versions(database) == list(MIGRATIONS)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_schema_that_is_up_to_date_is_only_read(database_url: str) -> None:
    separator = "&" if "?" in database_url else "?"
    standby = open_database(f"{database_url}{separator}options=-c%20default_transaction_read_only%3Don")
    assert migrate(standby) == NEWEST
    standby.close()
