"""Group commit: everybody gets an own answer, after the commit, whatever happens to the others."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import peewee
import pytest

from app.database.sqlite.database import SqliteDatabase
from tests.waiting import until


class Store:
    """A database with one table of numbers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = SqliteDatabase(path, pool_size=2, lock_path=None)

    def make_table(self) -> Store:
        self.run(lambda: self.database.execute_sql("CREATE TABLE item (id INTEGER PRIMARY KEY)"))
        return self

    def run(self, work: Callable[[], Any]) -> Any:
        return self.database.write(work)

    def add(self, number: int) -> int:
        self.database.execute_sql("INSERT INTO item VALUES (?)", (number,))
        return number

    @property
    def waiting(self) -> int:
        return len(self.database.group._waiting)

    def stored(self) -> list[int]:
        with sqlite3.connect(self.path) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM item ORDER BY id")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "items.db").make_table()
    yield store
    store.database.close()


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        return type(error)


def together(store: Store, works: list[Callable[[], Any]]) -> list[Any]:
    """Run all works in one group: the first one waits until all the others have queued behind it."""
    entered, proceed = threading.Event(), threading.Event()

    def first() -> None:
        entered.set()
        proceed.wait(10)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        leader = threads.submit(store.run, first)
        entered.wait(10)
        futures = []
        for number, work in enumerate(works, 1):
            futures.append(threads.submit(outcome, lambda work=work: store.run(work)))
            until(lambda number=number: store.waiting >= number)
        proceed.set()
        leader.result()
        return [future.result() for future in futures]


def test_a_single_operation_is_committed_before_its_answer(store: Store) -> None:
    assert store.run(lambda: store.add(1)) == 1
    assert store.stored() == [1]


def test_a_failing_operation_fails_alone(store: Store) -> None:
    def fail_after_writing() -> None:
        store.add(99)
        raise ValueError("of its own")

    answers = together(store, [lambda: store.add(1), fail_after_writing, lambda: store.add(1), lambda: store.add(2)])
    assert answers == [1, ValueError, peewee.IntegrityError, 2]
    assert store.stored() == [1, 2]


def test_operations_that_are_done_again_leave_nothing_of_the_first_time(store: Store) -> None:
    seen: list[int] = []

    def add(number: int) -> int:
        seen.append(number)
        return store.add(number)

    def fail_after_writing() -> None:
        store.add(99)
        raise ValueError

    answers = together(store, [lambda: add(1), fail_after_writing, lambda: add(2)])
    assert (answers, store.stored()) == ([1, ValueError, 2], [1, 2])
    assert seen == [1, 1, 2]


def test_a_refusal_before_any_change_lets_nobody_be_done_again(store: Store) -> None:
    seen: list[int] = []

    def refuse() -> None:
        raise LookupError

    answers = together(store, [lambda: seen.append(1), refuse, lambda: seen.append(2)])
    assert (answers, seen) == ([None, LookupError, None], [1, 2])


def test_an_operation_that_stops_its_thread_takes_no_other_answer_along(store: Store) -> None:
    def stop() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        store.run(stop)
    assert store.run(lambda: store.add(1)) == 1


def test_when_the_leader_dies_nobody_is_told_that_it_is_done(store: Store) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    entered, gate = threading.Event(), threading.Event()
    results: list[Any] = []

    def hold() -> None:
        entered.set()
        gate.wait(10)

    def lead() -> None:
        try:
            store.run(hold)
        except BaseException as error:
            results.append(type(error))

    def follow(work: Callable[[], Any]) -> None:
        try:
            results.append(store.run(work))
        except BaseException as error:
            results.append(type(error))

    threads = [threading.Thread(target=lead)]
    threads[0].start()
    assert entered.wait(10)
    for work in (die, lambda: store.add(1), lambda: store.add(2)):
        threads.append(threading.Thread(target=follow, args=(work,)))
        threads[-1].start()
        until(lambda: store.waiting >= len(threads) - 1)
    gate.set()
    for thread in threads:
        thread.join(10)
    assert sorted(map(str, results)) == sorted(
        map(str, [KeyboardInterrupt, peewee.OperationalError, peewee.OperationalError])
    )
    assert store.stored() == []
    assert store.run(lambda: store.add(3)) == 3


def test_a_connection_that_cannot_be_opened_fails_everybody_and_is_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "folder"
    in_the_way.write_text("a file")
    store = Store(in_the_way / "items.db")
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: outcome(lambda: store.run(lambda: 1)), range(30)))
    assert set(answers) <= {FileExistsError, NotADirectoryError, peewee.OperationalError}
    in_the_way.unlink()
    store.make_table()
    assert store.run(lambda: store.add(1)) == 1
    store.database.close()


def test_exactly_what_was_acknowledged_is_stored_under_load(store: Store) -> None:
    def attempt(number: int) -> int | None:
        def work() -> int:
            store.add(number)
            if number % 7 == 0:
                raise ValueError
            if number % 11 == 0:
                store.add(number - 1)
            return number

        answer = outcome(lambda: store.run(work))
        return answer if isinstance(answer, int) else None

    with ThreadPoolExecutor(16) as threads:
        acknowledged = [answer for answer in threads.map(attempt, range(0, 1_600, 2)) if answer is not None]
    expected = set(acknowledged) | {number - 1 for number in acknowledged if number % 11 == 0}
    assert store.stored() == sorted(expected)
    assert len(acknowledged) == sum(1 for number in range(0, 1_600, 2) if number % 7)
