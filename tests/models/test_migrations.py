"""A database of an older version gets what it lacks."""

from __future__ import annotations

import pytest

from app.database.database import Database
from app.models.database import open_database
from app.models.migrations import MIGRATIONS
from app.models.schema import SchemaVersion, migrate


def columns(database: Database, table: str) -> set[str]:
    return database.read(lambda: {column.name for column in database.get_columns(table)})


def go_back_to(database: Database, version: int, *statements: str) -> None:
    def work() -> None:
        for statement in statements:
            database.execute_sql(statement)
        SchemaVersion.delete().where(SchemaVersion.version > version).execute()

    database.bind([SchemaVersion])
    database.write(work)


def test_new_columns_are_added_once(database: Database) -> None:
    before = columns(database, "batch"), columns(database, "process_instance")
    go_back_to(
        database,
        3,
        "ALTER TABLE batch DROP COLUMN removal_at",
        "ALTER TABLE process_instance DROP COLUMN restarted_instance_id",
        "DROP INDEX process_instance_case",
        "ALTER TABLE process_instance DROP COLUMN case_instance_id",
    )
    assert "removal_at" not in columns(database, "batch")
    assert migrate(database) == len(MIGRATIONS)
    assert (columns(database, "batch"), columns(database, "process_instance")) == before
    indexes = database.read(lambda: {index.name for index in database.get_indexes("process_instance")})
    assert "process_instance_case" in indexes
    assert migrate(database) == len(MIGRATIONS)


def test_new_tables_are_made(database: Database) -> None:
    go_back_to(database, 2, "DROP TABLE variable_update")
    migrate(database)
    assert {"id", "name", "created_at"} < columns(database, "variable_update")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_schema_that_is_up_to_date_is_only_read(database_url: str) -> None:
    separator = "&" if "?" in database_url else "?"
    standby = open_database(f"{database_url}{separator}options=-c%20default_transaction_read_only%3Don")
    assert migrate(standby) == len(MIGRATIONS)
    standby.close()
