"""Group commit: everybody gets an own answer, after the commit, whatever happens to the others."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import peewee
import pytest

from app.models.group_commit import GroupCommit


class Store:
    """A file with one table, and the connection that the group is using."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = None
        self.opened = 0
        self.group = GroupCommit(self.connect, lambda *_: nullcontext(), path.with_suffix(".lock"))

    def connect(self) -> sqlite3.Connection:
        self.opened += 1
        self.connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY)")
        return self.connection

    def add(self, number: int) -> int:
        assert self.connection is not None
        self.connection.execute("INSERT INTO item VALUES (?)", (number,))
        return number

    def stored(self) -> list[int]:
        with sqlite3.connect(self.path) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM item ORDER BY id")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "items.db")


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

    def run(work: Callable[[], Any]) -> Any:
        return outcome(lambda: store.group.run(work).result)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        leader = threads.submit(store.group.run, first)
        entered.wait(10)
        futures = [threads.submit(run, work) for work in works]
        while len(store.group._waiting) < len(works):
            threading.Event().wait(0.001)
        proceed.set()
        leader.result()
        return [future.result() for future in futures]


def test_a_single_operation_is_committed_before_its_answer(store: Store) -> None:
    assert store.group.run(lambda: store.add(1)).result == 1
    assert store.stored() == [1]


def test_a_failing_operation_fails_alone(store: Store) -> None:
    def fail_after_writing() -> None:
        store.add(99)
        raise ValueError("of its own")

    answers = together(store, [lambda: store.add(1), fail_after_writing, lambda: store.add(1), lambda: store.add(2)])
    assert answers == [1, ValueError, sqlite3.IntegrityError, 2]
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
        store.group.run(stop)
    assert store.group.run(lambda: store.add(1)).result == 1


def test_when_the_leader_dies_nobody_is_told_that_it_is_done(store: Store) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    gate = threading.Event()
    results: list[Any] = []

    def lead() -> None:
        try:
            store.group.run(lambda: gate.wait(10))
        except BaseException as error:
            results.append(type(error))

    def follow(work: Callable[[], Any]) -> None:
        try:
            results.append(store.group.run(work).result)
        except BaseException as error:
            results.append(type(error))

    threads = [threading.Thread(target=lead)]
    threads[0].start()
    while not store.group._busy:
        threading.Event().wait(0.001)
    for work in (die, lambda: store.add(1), lambda: store.add(2)):
        threads.append(threading.Thread(target=follow, args=(work,)))
        threads[-1].start()
        while len(store.group._waiting) < len(threads) - 1:
            threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join(10)
    assert sorted(map(str, results)) == sorted(
        map(str, [KeyboardInterrupt, peewee.OperationalError, peewee.OperationalError])
    )
    assert store.stored() == []
    assert store.group.run(lambda: store.add(3)).result == 3


def test_a_connection_that_cannot_be_opened_fails_everybody_and_is_tried_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "missing" / "items.db")

    def refuse() -> sqlite3.Connection:
        raise sqlite3.OperationalError("no room")

    group = GroupCommit(refuse, lambda *_: nullcontext(), tmp_path / "lock")
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: outcome(lambda: group.run(lambda: 1)), range(30)))
    assert set(answers) <= {sqlite3.OperationalError, peewee.OperationalError}
    group._connect = lambda: sqlite3.connect(tmp_path / "items.db", isolation_level=None, check_same_thread=False)
    assert group.run(lambda: 1).result == 1
    assert store.opened == 0


def test_exactly_what_was_acknowledged_is_stored_under_load(store: Store) -> None:
    def attempt(number: int) -> int | None:
        def work() -> int:
            store.add(number)
            if number % 7 == 0:
                raise ValueError
            if number % 11 == 0:
                store.add(number - 1)
            return number

        answer = outcome(lambda: store.group.run(work).result)
        return answer if isinstance(answer, int) else None

    with ThreadPoolExecutor(16) as threads:
        acknowledged = [answer for answer in threads.map(attempt, range(0, 1_600, 2)) if answer is not None]
    expected = set(acknowledged) | {number - 1 for number in acknowledged if number % 11 == 0}
    assert store.stored() == sorted(expected)
    assert len(acknowledged) == sum(1 for number in range(0, 1_600, 2) if number % 7)
