"""Changes that wait: they are made together, in the order of each write, and before anybody reads what they change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database.database import Database
from app.database.pending_changes import together
from app.database.postgres.array_literals import array_of
from app.database.statements import P, Statement, insert, one_of
from app.ids import new_id
from app.models import Comment, Event, InstanceState, VariableRow

RENAME = Statement(Comment.update(message=P("message")).where(one_of(Comment.id, "ids")), each="ids")
FORGET = Statement(Comment.delete().where(one_of(Comment.id, "ids")), each="ids")
MESSAGES = Statement(Comment.select(Comment.message).where(one_of(Comment.id, "ids")).order_by(Comment.message))
MESSAGES_OF_TREE = Statement(Comment.select(Comment.message).where(Comment.id == P("id")), of_tree=True)
EVENTS = Statement(Event.select(Event.body))


def comment(message: str, id: str | None = None) -> dict[str, Any]:
    return {"id": id or new_id(), "message": message, "created_at": 1, "process_instance_id": "i", "root_id": "i"}


@contextmanager
def sent(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the first words of the changes that are made during the block."""
    made: list[str] = []
    original = type(database).execute_later

    def execute(self: Database, sql: str, params: Any) -> None:
        made.append(sql.split(" ", 1)[0])
        original(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(type(database), "execute_later", execute)
        yield made


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=5))
def test_each_list_keeps_its_order_and_nothing_is_lost(kinds: list[list[str]]) -> None:
    lists: list[Any] = [
        [(kind, (number, at)) for at, kind in enumerate(row)] for number, row in enumerate(kinds) if row
    ]
    made = [(kind, payload) for kind, payloads in together(lists) for payload in payloads]
    for number, row in enumerate(kinds):
        assert [(kind, at) for kind, (of, at) in made if of == number] == [(kind, at) for at, kind in enumerate(row)]
    assert len(made) == sum(map(len, kinds))


def test_equal_lists_become_one_change_of_each_kind() -> None:
    lists: list[Any] = [[("a", 1), ("b", 2)], [("a", 3), ("b", 4)], [("a", 5), ("b", 6)]]
    assert list(together(lists)) == [("a", [1, 3, 5]), ("b", [2, 4, 6])]


def test_what_waits_is_made_before_it_is_read(database: Database) -> None:
    row = comment("first")

    def work() -> list[str]:
        insert(database, Comment, [row])
        RENAME.send(database, ids=[row["id"]], message="second")
        seen = [text for (text,) in MESSAGES.all(database, ids=[row["id"]])]
        FORGET.send(database, ids=[row["id"]])
        return seen + [text for (text,) in MESSAGES.all(database, ids=[row["id"]])]

    assert database.write(work) == ["second"]


def test_a_statement_of_peewees_own_sees_everything(database: Database) -> None:
    def work() -> list[str]:
        insert(database, Comment, [comment("here")])
        return [row.message for row in Comment.select()]

    assert database.write(work) == ["here"]


def test_what_cannot_be_seen_goes_on_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> list[str]:
        insert(database, Comment, [comment("one")])
        EVENTS.all(database)
        return list(made)

    with sent(database, monkeypatch) as made:
        assert database.write(work) == []
    assert made == ["INSERT"]


def test_ones_own_changes_are_seen_of_a_tree(database: Database) -> None:
    row = comment("mine")

    def work() -> list[tuple[Any, ...]]:
        insert(database, Comment, [row])
        return MESSAGES_OF_TREE.all(database, id=row["id"])

    assert database.write(work) == [("mine",)]


def test_a_change_whose_other_values_are_the_same_is_made_once_for_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [comment(f"old {number}") for number in range(5)]
    database.write(lambda: insert(database, Comment, rows))
    with sent(database, monkeypatch) as made:
        database.write(
            lambda: RENAME.apply(
                database, [{"ids": [row["id"]], "message": f"new {at % 2}"} for at, row in enumerate(rows)]
            )
        )
    assert made == ["UPDATE", "UPDATE"]
    texts = database.read(lambda: MESSAGES.all(database, ids=[row["id"] for row in rows]))
    assert [text for (text,) in texts] == ["new 0", "new 0", "new 0", "new 1", "new 1"]


def test_a_write_that_fails_leaves_no_change_behind(database: Database) -> None:
    def work() -> None:
        insert(database, Comment, [comment("never")])
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    assert database.read(lambda: Comment.select().count()) == 0


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 65, 200])
def test_any_number_of_rows_is_inserted(database: Database, count: int) -> None:
    rows = [comment(f"{number:03}") for number in range(count)]
    database.write(lambda: insert(database, Comment, rows))
    stored = database.read(lambda: [row.message for row in Comment.select().order_by(Comment.message)])
    assert stored == [row["message"] for row in rows]


AWKWARD = [
    "",
    "NULL",
    "null",
    '"',
    "\\",
    "{a,b}",
    "a,b",
    " ",
    "'",
    "\n\t",
    "\\N",
    "日本 🎌",
    "%s $1",
    "{}",
    '{"a": "\\"\\\\"}',
]
VALUES = {
    "text": [*AWKWARD, None],
    "integer": [0, -1, 2**63 - 1, -(2**63), None],
    "number": [0.0, -1.5, 1e300, 5e-324, float("inf"), None],
    "bytes": [b"", b"\x00\xff\\", b'"', None],
}


@pytest.mark.parametrize("column", VALUES)
def test_every_value_comes_back_as_it_was(database: Database, column: str) -> None:
    values = VALUES[column]
    fixed = {"type": "x", "created_at": 1, "process_instance_id": "i", "root_id": "i", "definition_id": "d"}
    ids = [new_id() for _ in values]
    rows = [
        {**fixed, "id": id, "execution_id": id, "name": "a", "definition_key": "k", column: value}
        for id, value in zip(ids, values, strict=True)
    ]
    database.write(lambda: insert(database, VariableRow, rows))
    for row in rows[:2]:
        database.write(lambda row=row: insert(database, VariableRow, [{**row, "id": new_id(), "name": "b"}]))
    stored = database.read(lambda: {(row.id, row.name): getattr(row, column) for row in VariableRow.select()})
    got = [stored[id, "a"] for id in ids]
    assert [value.tobytes() if isinstance(value, memoryview) else value for value in got] == values
    assert len(stored) == len(rows) + 2


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_text_that_postgres_cannot_keep_is_never_taken_for_two(database: Database) -> None:
    database.write(lambda: insert(database, Comment, [comment(id, id) for id in "ab"]))
    with pytest.raises(peewee.DataError):
        database.read(lambda: MESSAGES.all(database, ids=["a\x00b", "c"]))


@pytest.mark.parametrize(("values", "literal"), [((1, 2), "{1,2}"), (("a", "b"), '{"a","b"}'), ((), "{}")])
def test_any_sequence_becomes_an_array(values: Sequence[Any], literal: str) -> None:
    assert array_of(values) == literal


def test_truths_come_back_as_they_were(database: Database) -> None:
    fixed = {"body": "{}", "definition_id": "d"}
    truths = [True, False, True]
    rows = [{**fixed, "id": str(number), "suspended": truth} for number, truth in enumerate(truths)]
    database.write(lambda: insert(database, InstanceState, rows))
    stored = database.read(lambda: [row.suspended for row in InstanceState.select().order_by(InstanceState.id)])
    assert stored == truths
