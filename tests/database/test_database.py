"""Transactions: committed or not at all, joined when nested, followed by what was asked for after the commit."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import peewee
import psycopg
import pytest

from app.database.database import Database
from app.database.decorators import reading, transaction
from app.database.statements import P, Statement, delete_by_id, insert, one_of, update_by_id
from app.models import WorkerAccount
from app.models.database import open_database

_NAMES = Statement(WorkerAccount.select(WorkerAccount.user_id).order_by(WorkerAccount.user_id))


def add(database: Database, *names: str) -> None:
    rows = [{"user_id": name, "password_hash": "x", "claims": "[]", "created_at": 0} for name in names]
    insert(database, WorkerAccount, rows)


def names(database: Database) -> list[str]:
    return database.read(lambda: [row[0] for row in _NAMES.all(database)])


def test_a_write_returns_its_result_after_the_commit(database: Database) -> None:
    assert database.write(lambda: (add(database, "a"), 7)[1]) == 7
    assert names(database) == ["a"]


def test_a_failed_write_leaves_nothing_and_calls_nobody(database: Database) -> None:
    called: list[int] = []

    def fail() -> None:
        add(database, "a")
        database.after_commit(lambda: called.append(1))
        raise ValueError

    with pytest.raises(ValueError):
        database.write(fail)
    assert (names(database), called) == ([], [])


def test_a_statement_that_nobody_waited_for_fails_the_commit(database: Database) -> None:
    database.write(lambda: add(database, "a"))
    with pytest.raises(peewee.IntegrityError):
        database.write(lambda: (add(database, "b"), add(database, "a")))
    assert names(database) == ["a"]


def test_an_error_that_the_work_swallows_is_not_a_success(database: Database) -> None:
    """On Postgres a failed statement takes the transaction with it: nobody may be told that it was committed."""
    database.write(lambda: add(database, "a"))

    def swallow() -> None:
        add(database, "b")
        try:
            add(database, "a")
            names(database)
        except peewee.PeeweeException:
            pass

    try:
        database.write(swallow)
        acknowledged = ["a", "b"]
    except peewee.PeeweeException:
        acknowledged = ["a"]
    assert names(database) == acknowledged


def test_a_nested_write_joins(database: Database) -> None:
    def outer() -> None:
        database.write(lambda: add(database, "a"))
        assert names(database) == ["a"]
        raise ValueError

    with pytest.raises(ValueError):
        database.write(outer)
    assert names(database) == []


def test_what_is_asked_for_after_the_commit_finds_it_committed(database: Database) -> None:
    seen: list[list[str]] = []

    def work() -> None:
        add(database, "a")
        database.after_commit(lambda: seen.append(names(database)))

    database.write(work)
    assert seen == [["a"]]


def test_nothing_is_asked_for_outside_of_a_transaction(database: Database) -> None:
    with pytest.raises(peewee.InterfaceError):
        list(WorkerAccount.select())
    with pytest.raises(peewee.InterfaceError):
        database.after_commit(lambda: None)


def test_peewees_own_queries_use_the_transaction(database: Database) -> None:
    def work() -> int:
        WorkerAccount.create(user_id="a", password_hash="x", claims="[]", created_at=0)
        return WorkerAccount.select().count()

    assert database.write(work) == 1
    with database.reading():
        assert [row.user_id for row in WorkerAccount.select()] == ["a"]


def test_methods_may_be_transactions(database: Database) -> None:
    class Accounts:
        def __init__(self) -> None:
            self.database = database

        @transaction
        def add(self, name: str) -> str:
            add(self.database, name)
            return name

        @reading
        def all(self) -> list[str]:
            return [row.user_id for row in WorkerAccount.select()]

    accounts = Accounts()
    assert (accounts.add("a"), accounts.all()) == ("a", ["a"])


def test_statements_take_values_by_name_and_lists_as_one(database: Database) -> None:
    some = Statement(WorkerAccount.select(WorkerAccount.user_id).where(one_of(WorkerAccount.user_id, "names")))
    one = Statement(WorkerAccount.select(WorkerAccount.created_at).where(WorkerAccount.user_id == P("name")))
    database.write(lambda: add(database, "a", "b", "it's"))
    with database.reading():
        assert sorted(some.all(database, names=["it's", "a", "z"])) == [("a",), ("it's",)]
        assert some.all(database, names=[]) == []
        assert (one.one(database, name="b"), one.one(database, name="z")) == ((0,), None)


def test_rows_are_changed_and_deleted_by_id(database: Database) -> None:
    database.write(lambda: add(database, "a", "b", "c"))
    assert database.write(lambda: update_by_id(database, WorkerAccount, "a", created_at=5)) == 1
    assert database.write(lambda: update_by_id(database, WorkerAccount, "z", created_at=5)) == 0
    assert database.write(lambda: delete_by_id(database, WorkerAccount, ["a", "b", "z"])) == 2
    assert names(database) == ["c"]


def test_many_rows_are_inserted_in_pieces(database: Database) -> None:
    database.write(lambda: add(database, *(f"{number:05}" for number in range(8_000))))
    assert len(names(database)) == 8_000


def test_many_threads_share_few_connections(database: Database) -> None:
    def work(number: int) -> int:
        database.write(lambda: add(database, f"w{number}"))
        return len(names(database))

    with ThreadPoolExecutor(16) as threads:
        assert min(threads.map(work, range(100))) >= 1
    assert len(names(database)) == 100


def test_a_forked_child_opens_connections_of_its_own(database: Database) -> None:
    database.write(lambda: add(database, "parent"))
    assert names(database) == ["parent"]
    child = os.fork()
    if child == 0:
        try:
            database.write(lambda: add(database, "child"))
            os._exit(0 if names(database) == ["child", "parent"] else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    database.write(lambda: add(database, "parent again"))
    assert names(database) == ["child", "parent", "parent again"]


def test_lost_connections_are_opened_again(database: Database) -> None:
    database.write(lambda: add(database, "a"))
    kill_sessions(database)
    assert names(database) == ["a"]
    kill_sessions(database)
    database.write(lambda: add(database, "b"))
    assert names(database) == ["a", "b"]


def kill_sessions(database: Database) -> None:
    """End this process's sessions from outside, where there are any."""
    if not database.locks_rows:
        return
    with psycopg.connect(database.wake_address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'errand' AND datname = current_database()"
        )


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://x", "errand.db"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path"):
        open_database(url)


def test_compiled_statements_and_peewees_own_may_alternate(database: Database) -> None:
    def work() -> list[str]:
        add(database, "a")
        seen = [row.user_id for row in WorkerAccount.select()]
        assert _NAMES.all(database) == [("a",)]
        assert WorkerAccount.update(created_at=3).execute() == 1
        add(database, "b")
        return seen

    assert database.write(work) == ["a"]
    assert names(database) == ["a", "b"]


def test_a_statement_goes_on_after_one_that_failed(database: Database) -> None:
    find = Statement(WorkerAccount.select(WorkerAccount.created_at).where(WorkerAccount.user_id == P("name")))
    for _ in range(4):
        with pytest.raises(peewee.IntegrityError):
            database.write(lambda: (add(database, "a", "a"), find.one(database, name="a")))
        assert database.write(lambda: find.one(database, name="a")) is None


def test_values_larger_than_every_buffer_arrive(database: Database) -> None:
    big = "x" * 5_000_000
    database.write(lambda: [update_or_add(database, f"n{number}", big) for number in range(4)])
    rows = database.read(lambda: list(WorkerAccount.select(WorkerAccount.claims).tuples()))
    assert rows == [(big,)] * 4


def update_or_add(database: Database, name: str, claims: str) -> None:
    row = {"user_id": name, "password_hash": "x", "claims": claims, "created_at": 0}
    insert(database, WorkerAccount, [row])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_joint_writes_have_a_session_that_plans_once(database: Database) -> None:
    plans = partial(setting, database, "plan_cache_mode")
    assert database.write_jointly(plans) == "force_generic_plan"
    assert database.write(plans) == "auto"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_what_writes_finds_its_rows_by_indexes_even_in_tables_that_were_empty(database: Database) -> None:
    reads_whole_tables = partial(setting, database, "enable_seqscan")
    assert database.write(reads_whole_tables) == "off"
    assert database.write_jointly(reads_whole_tables) == "off"
    assert database.read(reads_whole_tables) == "on"


def setting(database: Database, name: str) -> str:
    """Return a setting of Postgres as this thread's connection sees it."""
    return str(database.rows("SELECT current_setting(%s)", (name,))[0][0])
