"""What a caller is told when something goes wrong on the way to Postgres: never "done" unless it is, never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import peewee
import pytest

from app.database.database import Database
from app.database.postgres.database import PostgresDatabase
from app.database.statements import insert
from app.errors import ErrandError
from app.models import WorkerAccount
from tests.database.scripted_postgres import Action, Fail, HangUp, ScriptedPostgres, scripted_postgres
from tests.joint import run_together

UNIQUE, DEADLOCK, SERIALIZATION, SHUTDOWN = "23505", "40P01", "40001", "57P01"
ROW = {"user_id": "a", "password_hash": "x", "claims": "[]", "created_at": 0}
BOTH_WAYS = pytest.mark.parametrize("write", [Database.write, Database.write_jointly], ids=["alone", "jointly"])
Way = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[ScriptedPostgres]:
    """Run a server that does what the test says."""
    with scripted_postgres() as server:
        yield server


@pytest.fixture
def database(server: ScriptedPostgres) -> Iterator[PostgresDatabase]:
    """Return a database there."""
    database = PostgresDatabase(server.url, pool_size=2)
    database.bind([WorkerAccount])
    yield database
    database.close()


class Work:
    """Reads, changes, and counts: how often it was done, and what was called after the commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.attempts = 0
        self.called = 0

    def __call__(self) -> int:
        self.attempts += 1
        (row,) = self.database.rows("SELECT 1", ())
        insert(self.database, WorkerAccount, [ROW])
        self.database.after_commit(self.count_call)
        return int(row[0])

    def count_call(self) -> None:
        self.called += 1


@BOTH_WAYS
def test_a_write_is_one_transaction(server: ScriptedPostgres, database: PostgresDatabase, write: Way) -> None:
    work = Work(database)
    assert (write(database, work), work.called, server.committed) == (1, 1, [["INSERT"]])
    assert [word for word in server.sessions[0].statements if word != "SET"] == ["BEGIN", "SELECT", "INSERT", "COMMIT"]


@BOTH_WAYS
@pytest.mark.parametrize("statement", ["SELECT", "INSERT"])
def test_an_error_in_the_middle_leaves_nothing_and_a_clean_connection(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way, statement: str
) -> None:
    server.script(statement, *[Fail(UNIQUE)] * (1 if write is Database.write else 2))  # which tries once more alone
    work = Work(database)
    with pytest.raises(peewee.IntegrityError):
        write(database, work)
    assert (server.committed, work.called) == ([], 0)
    assert [session.status for session in server.sessions] == [b"I"] * len(server.sessions)
    assert (write(database, work), work.called, server.committed) == (1, 1, [["INSERT"]])
    assert len(server.sessions) == (1 if write is Database.write else 2), "the connections are used again"


@BOTH_WAYS
@pytest.mark.parametrize("statement", ["BEGIN", "SELECT", "INSERT"])
@pytest.mark.parametrize("action", [HangUp(), HangUp(after=True), Fail(SHUTDOWN, fatal=True)])
def test_a_connection_that_dies_before_the_commit_costs_a_second_attempt(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way, statement: str, action: Action
) -> None:
    """Unless the COMMIT was on its way already: nobody waits for the answer to an INSERT."""
    server.script(statement, action)
    work = Work(database)
    if statement == "INSERT" and action != Fail(SHUTDOWN, fatal=True):
        with pytest.raises(peewee.OperationalError):
            write(database, work)
        assert (server.committed, work.attempts, work.called) == ([], 1, 0)
    else:
        assert write(database, work) == 1
        assert (server.committed, work.attempts, work.called) == ([["INSERT"]], 2, 1)


@BOTH_WAYS
@pytest.mark.parametrize("after", [False, True], ids=["not committed", "committed"])
def test_nobody_is_told_that_a_commit_without_an_answer_has_happened_and_nothing_is_done_twice(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way, after: bool
) -> None:
    server.script("COMMIT", HangUp(after=after))
    work = Work(database)
    with pytest.raises(peewee.OperationalError):
        write(database, work)
    assert (server.committed, work.attempts, work.called) == ([["INSERT"]] * after, 1, 0)
    assert (write(database, work), len(server.sessions)) == (1, 2), "the dead connection is not used again"


@BOTH_WAYS
def test_a_commit_that_a_shutdown_answers_is_not_repeated(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way
) -> None:
    server.script("COMMIT", Fail(SHUTDOWN, fatal=True))
    work = Work(database)
    with pytest.raises(peewee.OperationalError):
        write(database, work)
    assert (server.committed, work.attempts, work.called) == ([], 1, 0)


@BOTH_WAYS
@pytest.mark.parametrize("sqlstate", [DEADLOCK, SERIALIZATION])
@pytest.mark.parametrize("statement", ["SELECT", "INSERT", "COMMIT"])
def test_whoever_was_beaten_by_another_transaction_tries_again(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way, statement: str, sqlstate: str
) -> None:
    server.script(statement, Fail(sqlstate))
    work = Work(database)
    if write is Database.write_jointly and statement == "COMMIT":
        with pytest.raises(peewee.OperationalError):
            write(database, work)
        assert (server.committed, work.attempts, work.called) == ([], 1, 0)
    else:
        assert write(database, work) == 1
        assert (server.committed, work.attempts, work.called) == ([["INSERT"]], 2, 1)


def test_whoever_is_always_beaten_is_told_so(server: ScriptedPostgres, database: PostgresDatabase) -> None:
    server.script("SELECT", *[Fail(DEADLOCK)] * 3)
    work = Work(database)
    with pytest.raises(peewee.OperationalError, match="as the script says"):
        database.write(work)
    assert (server.committed, work.attempts, work.called) == ([], 3, 0)


@BOTH_WAYS
def test_an_error_that_the_work_swallows_is_not_a_success(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way
) -> None:
    server.script("SELECT", Fail(UNIQUE), Fail(UNIQUE))
    calls: list[int] = []

    def swallow() -> None:
        with suppress(peewee.PeeweeException):
            database.rows("SELECT 1", ())
        database.after_commit(lambda: calls.append(1))

    with pytest.raises(peewee.DatabaseError):
        write(database, swallow)
    assert (server.committed, calls) == ([], [])


@BOTH_WAYS
def test_what_a_refusal_leaves_to_be_done_is_done_after_the_rollback(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way
) -> None:
    statuses: list[bytes] = []
    refusal = ErrandError("no")
    refusal.after_rollback.append(lambda: statuses.extend(session.status for session in server.sessions))
    work = Work(database)

    def refuse() -> None:
        work()
        raise refusal

    with pytest.raises(ErrandError) as caught:
        write(database, refuse)
    assert (caught.value, statuses, work.called) == (refusal, [b"I"], 0)
    assert [changes for changes in server.committed if changes] == []


@pytest.mark.parametrize("error", [ValueError, SystemExit])
@pytest.mark.parametrize("dies", [False, True], ids=["alive", "dies at the rollback"])
def test_what_the_work_raises_is_what_the_caller_gets(
    server: ScriptedPostgres, database: PostgresDatabase, error: type[BaseException], dies: bool
) -> None:
    server.script("ROLLBACK", HangUp() if dies else None)
    work = Work(database)

    def fail() -> None:
        work()
        database.execute_later("UPDATE x SET y = 1", ())  # nobody has read its answer
        raise error

    with pytest.raises(error):
        database.write(fail)
    assert (database.write(work), work.called, server.committed) == (1, 1, [["INSERT"]])
    assert len(server.sessions) == 1 + dies


@BOTH_WAYS
def test_who_cannot_connect_is_told_so_and_the_next_one_can(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way
) -> None:
    server.script("CONNECT", *[HangUp()] * (1 if write is Database.write else 2))  # which tries once more alone
    work = Work(database)
    with pytest.raises(peewee.OperationalError):
        write(database, work)
    assert (server.committed, work.attempts, work.called) == ([], 0, 0)
    assert (write(database, work), server.committed) == (1, [["INSERT"]])


@BOTH_WAYS
def test_a_connection_that_died_while_nobody_used_it_is_replaced(
    server: ScriptedPostgres, database: PostgresDatabase, write: Way
) -> None:
    work = Work(database)
    write(database, work)
    server.hang_up()
    assert (write(database, work), work.attempts, len(server.sessions)) == (1, 2, 2)


def test_a_read_is_repeated_once_when_its_connection_dies(server: ScriptedPostgres, database: PostgresDatabase) -> None:
    server.script("SELECT", HangUp(), None, HangUp(), HangUp())
    read = partial(database.rows, "SELECT 1", ())
    assert (database.read(read), len(server.sessions)) == ([(1,)], 2)
    with pytest.raises(peewee.OperationalError):
        database.read(read)


def test_a_statement_that_an_error_kept_from_being_prepared_is_prepared_later(
    server: ScriptedPostgres, database: PostgresDatabase
) -> None:
    """The second time a statement comes it is prepared; what comes after an error the server does not even read."""
    work = Work(database)
    database.write(work)
    server.script("UPDATE", Fail(UNIQUE))

    def fail_first() -> None:
        database.execute_later("UPDATE x SET y = 1", ())
        work()

    with pytest.raises(peewee.IntegrityError):
        database.write(fail_first)
    assert [database.write(work) for _ in range(3)] == [1, 1, 1]
    assert (server.committed, len(server.sessions)) == ([["INSERT"]] * 4, 1)


def jointly(works: list[Work]) -> list[Callable[[], Any]]:
    """Return the joint writes that do these works."""
    return [partial(work.database.write_jointly, work) for work in works]


@pytest.mark.parametrize("after", [False, True], ids=["not committed", "committed"])
def test_of_a_group_whose_commit_nobody_answered_no_one_is_told_that_it_is_done(
    server: ScriptedPostgres, database: PostgresDatabase, after: bool
) -> None:
    server.script("COMMIT", None, HangUp(after=after))  # the first is that of the leader, who holds the others up
    works = [Work(database) for _ in range(3)]
    assert run_together(database, jointly(works)) == [peewee.OperationalError] * 3
    assert [(work.attempts, work.called) for work in works] == [(1, 0)] * 3
    assert server.committed == [[], ["INSERT"]][: 1 + after]


@pytest.mark.parametrize("action", [HangUp(), Fail(UNIQUE), Fail(DEADLOCK)])
def test_of_a_group_that_failed_before_its_commit_each_does_its_work_alone(
    server: ScriptedPostgres, database: PostgresDatabase, action: Action
) -> None:
    server.script("SELECT", None, action)
    works = [Work(database) for _ in range(3)]
    assert run_together(database, jointly(works)) == [1, 1, 1]
    assert [work.called for work in works] == [1, 1, 1]
    assert server.committed == [[], ["INSERT"], ["INSERT"], ["INSERT"]]


def test_one_that_a_group_fails_with_is_the_only_one_to_be_told_so(
    server: ScriptedPostgres, database: PostgresDatabase
) -> None:
    def refuse() -> None:
        raise ErrandError("no")

    works = [Work(database), Work(database)]
    assert run_together(database, [*jointly(works), partial(database.write_jointly, refuse)]) == [1, 1, ErrandError]
    assert [(work.attempts, work.called) for work in works] == [(1, 1)] * 2
    assert server.committed == [[], ["INSERT"]]
