"""Changes of the schema: made once however often they run, and nobody is kept from a table for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import peewee
import psycopg
import pytest

from app.database.database import Database
from app.database.schema_changes import AddColumn, AddIndex, AddTable, Change, Index
from app.models.database import open_database
from tests.databases import scratch
from tests.models.schemas import schema_of
from tests.waiting import until

_TABLE = AddTable(
    "note",
    "id TEXT NOT NULL PRIMARY KEY, size DOUBLE PRECISION, content BYTEA, read BOOLEAN NOT NULL DEFAULT FALSE",
    indexes=(Index("note_size", "(size) WHERE size > 1"),),
    churns=True,
)
_COLUMN = AddColumn("note", "written_at BIGINT NOT NULL DEFAULT 0")
_INDEX = AddIndex("note", Index("note_content", "(content)", unique=True))


@pytest.fixture
def database(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return an open database without tables."""
    database = open_database(scratch(database_url, tmp_path_factory.mktemp("changes"), "changes"))
    yield database
    database.close()


def make(database: Database, *changes: Change) -> None:
    with database.schema_session() as session:
        for change in changes:
            change.apply(session)


def add_notes(database: Database, *notes: str) -> None:
    def work() -> None:
        for note in notes:
            database.execute_sql(f"INSERT INTO note (id, content) VALUES ('{note}', 'x')")

    database.write(work)


def test_a_change_that_was_made_is_not_made_again(database: Database) -> None:
    make(database, _TABLE, _COLUMN, _INDEX)
    made = schema_of(database)
    assert len(made["columns"]) == 5
    make(database, _INDEX, _COLUMN, _TABLE)
    assert schema_of(database) == made


def test_a_table_gets_what_it_lacks(database: Database) -> None:
    make(database, _TABLE)
    made = schema_of(database)
    make(database, AddTable("other", "id TEXT NOT NULL PRIMARY KEY"))
    make(database, AddTable("other", "id TEXT NOT NULL PRIMARY KEY, size DOUBLE PRECISION"))
    assert schema_of(database) != made
    database.write(lambda: database.execute_sql("DROP TABLE other"))
    assert schema_of(database) == made


def test_a_column_gets_its_default_in_rows_that_are_there_and_in_those_of_older_servers(database: Database) -> None:
    make(database, _TABLE)
    add_notes(database, "before")
    make(database, _COLUMN)
    add_notes(database, "after")
    rows = database.read(lambda: database.rows("SELECT id, written_at FROM note ORDER BY id DESC", ()))
    assert rows == [("before", 0), ("after", 0)]


def test_a_column_that_older_servers_cannot_leave_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"note\.size BIGINT NOT NULL: older servers .* add a DEFAULT"):
        AddColumn("note", "size BIGINT NOT NULL")


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with database.schema_session() as session, pytest.raises(peewee.PeeweeException):
        session.transaction(lambda: (_TABLE.apply(session), session.execute("SELECT nothing FROM nowhere")))
    assert schema_of(database)["columns"] == []


def test_an_index_whose_building_failed_is_built_anew(database: Database) -> None:
    make(database, _TABLE)
    add_notes(database, "one", "two")
    with pytest.raises(peewee.IntegrityError):
        make(database, _INDEX)
    database.write(lambda: database.execute_sql("DELETE FROM note WHERE id = 'two'"))
    make(database, _INDEX)
    with pytest.raises(peewee.IntegrityError):
        add_notes(database, "three")


def test_one_session_waits_for_another(database: Database) -> None:
    order: list[str] = []

    def second() -> None:
        with database.schema_session():
            order.append("second")

    with database.schema_session() as session:
        waiting = threading.Thread(target=second)
        waiting.start()
        session.transaction(lambda: _TABLE.apply(session))
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_an_index_is_built_while_others_write(database: Database) -> None:
    make(database, _TABLE)
    with psycopg.connect(database.wake_address) as writer:  # the index waits for the end of this transaction
        writer.execute("INSERT INTO note (id) VALUES ('before')")
        building = threading.Thread(target=make, args=(database, _INDEX))
        building.start()
        until(lambda: any("CONCURRENTLY" in statement for statement in waiting(database)))
        add_notes(database, "meanwhile")
    building.join()
    with pytest.raises(peewee.IntegrityError):
        add_notes(database, "later")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_whoever_comes_after_a_waiting_change_gets_through(database: Database) -> None:
    make(database, _TABLE)
    with psycopg.connect(database.wake_address) as reader:
        reader.execute("SELECT * FROM note")
        changing = threading.Thread(target=transact, args=(database, _COLUMN))
        changing.start()
        until(lambda: any("ADD COLUMN" in statement for statement in waiting(database)))
        add_notes(database, "meanwhile")  # waits behind the change, which gives way
    changing.join()
    assert database.read(lambda: database.rows("SELECT id, written_at FROM note", ())) == [("meanwhile", 0)]


def transact(database: Database, change: Change) -> None:
    with database.schema_session() as session:
        session.transaction(lambda: change.apply(session))


def waiting(database: Database) -> list[str]:
    """Return the statements that wait."""
    with psycopg.connect(database.wake_address, autocommit=True) as connection:
        sql = "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return [query for (query,) in connection.execute(sql)]
