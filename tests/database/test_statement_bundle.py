"""Changes travel together when they touch different tables; what they do stays the same."""

from __future__ import annotations

from typing import Any

import peewee
import pytest

from app.database.database import Database
from app.database.postgres import statement_bundle as bundle_module
from app.database.postgres.statement_bundle import StatementBundle
from app.database.sql_text import tables_of
from app.database.statements import P, Statement
from app.models import InstanceState, WorkerAccount

ONE, TWO = 'UPDATE "a" SET x = %s', 'DELETE FROM "b" WHERE y = %s'


@pytest.fixture(autouse=True)
def no_kinds_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with room for new kinds, whatever this process has sent before."""
    monkeypatch.setattr(bundle_module, "_kinds", {})


def bundle_of(*changes: tuple[str, list[Any]]) -> list[tuple[str, Any]]:
    bundle = StatementBundle()
    for sql, params in changes:
        bundle.add(sql, params)
    return bundle.take()


def test_changes_of_different_tables_become_one_statement_with_their_parameters_in_order() -> None:
    assert bundle_of((ONE, [1]), (TWO, [2])) == [(f"WITH part_0 AS ({ONE}) {TWO}", [1, 2])]


def test_a_single_change_stays_as_it_is() -> None:
    assert bundle_of((ONE, [1])) == [(ONE, [1])]


def test_a_bundle_takes_no_change_of_a_table_that_it_reads_or_changes_already() -> None:
    bundle = StatementBundle()
    bundle.add('UPDATE "a" SET x = (SELECT z FROM "c" WHERE id = %s)', [1])
    assert [bundle.takes(sql) for sql in (ONE, 'INSERT INTO "c" VALUES (%s)', TWO)] == [False, False, True]


def test_a_bundle_takes_no_long_statement() -> None:
    assert not StatementBundle().takes('INSERT INTO "a" VALUES ' + "(%s), " * 1000)


def test_a_taken_bundle_is_empty() -> None:
    bundle = StatementBundle()
    bundle.add(ONE, [1])
    bundle.take()
    assert (bundle.take(), bundle.takes(ONE)) == ([], True)


def test_all_tables_of_a_statement_are_found() -> None:
    chosen = 'SELECT "t"."z" FROM "c" AS "t" INNER JOIN "d" ON 1'
    sql = f'UPDATE "a" SET x = ({chosen}) WHERE "a"."id" IN (SELECT y FROM "e")'
    assert tables_of(sql) == {"a", "c", "d", "e"}


def test_changes_of_one_row_count_in_the_order_in_which_they_were_sent(database: Database) -> None:
    def work() -> None:
        InstanceState.create(id="i", definition_id="d", body="{}")
        for revision in (2, 3, 4):
            update = InstanceState.update(revision=P("revision")).where(InstanceState.id == P("id"))
            Statement(update).send(database, id="i", revision=revision)

    database.write(work)
    assert database.read(lambda: InstanceState.get_by_id("i").revision) == 4


def test_a_failing_change_of_a_bundle_takes_the_others_along(database: Database) -> None:
    row = {"id": "i", "definition_id": "d", "body": "{}"}
    database.write(lambda: InstanceState.create(**row))

    def work() -> None:
        Statement(WorkerAccount.delete()).send(database)
        Statement(InstanceState.insert(row)).send(database)

    with pytest.raises(peewee.IntegrityError):
        database.write(work)
    assert database.read(lambda: InstanceState.select().count()) == 1
