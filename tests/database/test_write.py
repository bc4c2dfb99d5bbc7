"""What concerns keep with a write: each its own, one for each write, and no longer than it."""

from __future__ import annotations

from functools import partial

from app.database.database import Database
from app.database.write import WritePart
from tests.joint import run_together

NAMES: WritePart[list[str]] = WritePart(list)
OTHERS: WritePart[list[str]] = WritePart(list)


def note(database: Database, name: str) -> list[str]:
    assert database.writing is not None
    NAMES.of(database.writing).append(name)
    return NAMES.of(database.writing)


def test_a_part_lasts_for_its_write_and_those_nested_in_it(database: Database) -> None:
    def work() -> tuple[list[str], list[str]]:
        note(database, "a")
        found = database.write(lambda: note(database, "b"))
        assert database.writing is not None
        return found, OTHERS.of(database.writing)

    assert database.write(work) == (["a", "b"], [])
    assert database.write(lambda: note(database, "c")) == ["c"]


def test_writes_that_share_a_transaction_have_their_own_parts(database: Database) -> None:
    works = [partial(database.write_jointly, partial(note, database, name)) for name in ("a", "b")]
    assert run_together(database, works) == [["a"], ["b"]]
