"""Long polls: who is woken, in which order, by what; and who is not handed a task."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app import clock
from app.database.database import Database
from app.errors import Overloaded
from app.models.database import open_database
from app.records.announcements import announce_tasks
from app.records.reports import Completion, Failure
from app.services.external_tasks.service import ExternalTaskService, LockedTask
from config import Settings
from tests.services.builders import WORKER, given_task, orders, the_task
from tests.waiting import until

WAIT_MS = 120_000
Poll = Callable[..., "Future[list[LockedTask]]"]


@pytest.fixture
def polling(service: ExternalTaskService) -> Iterator[ExternalTaskService]:
    """Return the service; its threads end with the test."""
    yield service
    service.long_polling.stop()


@pytest.fixture
def poll(polling: ExternalTaskService) -> Iterator[Poll]:
    """Return a function that parks a poll on a thread of its own and gives its future."""
    with ThreadPoolExecutor(20) as threads:

        def begin(worker: str = "w1", wait_ms: int = WAIT_MS, client: object = None, **options: object) -> Future:
            before = polling.long_polling.parked()["orders"]
            future = threads.submit(
                polling.fetch_and_lock, WORKER, worker, 10, [orders(**options)], wait_ms=wait_ms, client=client
            )
            until(lambda: future.done() or polling.long_polling.parked()["orders"] > before)
            return future

        yield begin
        polling.long_polling.release_all()


def offer(database: Database, **columns: object) -> str:
    """Store a task and announce it as the engine does."""

    def store() -> str:
        task_id = given_task(database, **columns)
        announce_tasks(database, {"orders": 1})
        return task_id

    return database.write(store)


def ids(future: Future) -> list[str]:
    return [task.id for task in future.result(60)]


def assert_gets(future: Future, database: Database, **columns: object) -> None:
    """Offer a task and see that this poll gets it."""
    task_id = offer(database, **columns)
    assert ids(future) == [task_id]


def test_a_new_task_goes_to_the_one_who_has_waited_longest(poll: Poll, database: Database) -> None:
    first, second = poll("w1"), poll("w2")
    one = offer(database)
    assert ids(first) == [one]
    assert not second.done()
    assert_gets(second, database)


def test_a_poll_without_a_task_ends_with_its_time(polling: ExternalTaskService) -> None:
    began = time.monotonic()
    assert polling.fetch_and_lock(WORKER, "w1", 10, [orders()], wait_ms=50) == []
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize("wait_ms", [None, 0, -5])
def test_nobody_waits_who_does_not_want_to(polling: ExternalTaskService, wait_ms: int | None) -> None:
    assert polling.fetch_and_lock(WORKER, "w1", 10, [orders()], wait_ms=wait_ms) == []


def test_two_tasks_wake_two(poll: Poll, database: Database) -> None:
    polls = [poll(f"w{number}") for number in range(3)]
    with_tasks = {given_task(database), given_task(database)}
    database.write(lambda: announce_tasks(database, {"orders": 2}))
    until(lambda: sum(future.done() for future in polls) >= 1)
    found = {task_id for future in polls if future.done() for task_id in ids(future)}
    assert found <= with_tasks


def test_who_was_beaten_keeps_waiting_and_stays_first(
    poll: Poll, polling: ExternalTaskService, database: Database
) -> None:
    first, second = poll("w1"), poll("w2")
    database.write(lambda: announce_tasks(database, {"orders": 1}))  # there is no task: somebody was faster
    until(lambda: polling.long_polling.parked()["orders"] == 2)
    one = offer(database)
    assert ids(first) == [one]
    assert not second.done()


def test_a_task_that_the_first_does_not_want_goes_on_to_the_next(poll: Poll, database: Database) -> None:
    choosy, other, plain = poll("w1", business_key="A"), poll("w2", business_key="B"), poll("w3")
    assert_gets(other, database, business_key="B")
    assert_gets(plain, database, business_key="C")
    assert_gets(choosy, database, business_key="A")


def test_an_unlocked_task_wakes(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    polling.fetch_and_lock(WORKER, "w1", 1, [orders()])
    waiting = poll("w2")
    polling.unlock(WORKER, task_id)
    assert ids(waiting) == [task_id]


def test_a_failure_without_a_pause_wakes(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    polling.fetch_and_lock(WORKER, "w1", 1, [orders()])
    waiting = poll("w2")
    polling.report_failure(WORKER, task_id, Failure("w1", retries=2, retry_timeout_ms=0))
    assert ids(waiting) == [task_id]


def test_the_unlock_that_follows_a_failure_takes_no_new_lock_away(
    polling: ExternalTaskService, database: Database
) -> None:
    task_id = given_task(database)
    polling.fetch_and_lock(WORKER, "w1", 1, [orders()])
    looks: list[list[LockedTask]] = []

    def fetch() -> list[LockedTask]:
        looks.append(polling.fetch_and_lock(WORKER, "w1", 1, [orders()]))
        return looks[-1]

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(polling.long_polling.poll, ["orders"], fetch, WAIT_MS)
        until(lambda: len(looks) == 2)  # before and after it was registered: from now on only a wake makes it look
        with clock.frozen():  # however slow the machine is, the unlock follows within the grace
            polling.report_failure(WORKER, task_id, Failure("w1", retries=2, retry_timeout_ms=0))
            polling.unlock(WORKER, task_id)
        assert ids(waiting) == [task_id]
    polling.complete(WORKER, task_id, Completion("w1"))


def test_the_end_of_a_pause_wakes(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    polling.fetch_and_lock(WORKER, "w1", 1, [orders()])
    waiting = poll("w2")
    polling.report_failure(WORKER, task_id, Failure("w1", retries=2, retry_timeout_ms=50))
    assert ids(waiting) == [task_id]


def test_the_end_of_a_lock_wakes(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    polling.fetch_and_lock(WORKER, "w1", 1, [orders(80)])
    assert ids(poll("w2")) == [task_id]


def test_new_retries_wake(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database, retries=0, ready=0)
    waiting = poll("w2")
    polling.set_retries(WORKER, task_id, 1)
    assert ids(waiting) == [task_id]


def test_a_wake_that_got_lost_is_found(poll: Poll, polling: ExternalTaskService, database: Database) -> None:
    waiting = poll("w1")
    task_id = given_task(database)  # nobody is told
    assert ids(waiting) == [task_id]


@contextmanager
def clients() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give both ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_client_that_is_gone_is_handed_nothing(polling: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    with clients() as (ours, theirs):
        theirs.close()
        assert polling.fetch_and_lock(WORKER, "w1", 1, [orders()], wait_ms=WAIT_MS, client=ours) == []
    assert the_task(database, task_id).worker_id is None


def test_a_client_that_vanishes_ends_its_poll(poll: Poll, database: Database) -> None:
    with clients() as (ours, theirs):
        vanished, second = poll("w1", client=ours), poll("w2")
        theirs.close()
        assert ids(vanished) == []
    assert_gets(second, database)


def test_shutdown_answers_everybody_at_once(poll: Poll, polling: ExternalTaskService) -> None:
    polls = [poll(f"w{number}") for number in range(5)]
    polling.long_polling.release_all()
    assert [future.result(30) for future in polls] == [[]] * 5
    assert polling.fetch_and_lock(WORKER, "w1", 1, [orders()], wait_ms=WAIT_MS) == []


def test_over_the_cap_polls_wait_a_moment_only_and_far_over_it_they_are_refused(
    database: Database, settings: Settings
) -> None:
    service = ExternalTaskService(database, replace(settings, max_parked_polls=1))
    with ThreadPoolExecutor(17) as threads:
        polls = [threads.submit(service.fetch_and_lock, WORKER, "w1", 1, [orders()], wait_ms=60_000) for _ in range(17)]
        until(lambda: service.long_polling.parked()["orders"] == 17)
        with pytest.raises(Overloaded):
            service.fetch_and_lock(WORKER, "w1", 1, [orders()], wait_ms=60_000)
        until(lambda: sum(future.done() for future in polls) == 16)
        service.long_polling.stop()
        assert [future.result() for future in polls] == [[]] * 17


def test_another_process_wakes(database_url: str, poll: Poll, settings: Settings) -> None:
    """A second service on a database object of its own stands for the other process."""
    waiting = poll("w1")
    elsewhere = open_database(database_url)
    other = ExternalTaskService(elsewhere, settings)
    other.long_polling.start()
    until(lambda: heard(other, elsewhere, waiting))
    other.long_polling.stop()
    elsewhere.close()
    assert waiting.result()


def heard(other: ExternalTaskService, elsewhere: Database, waiting: Future) -> bool:
    """Offer a task elsewhere (again until the buses have met) and tell whether it was fetched within a moment."""
    offer(elsewhere)
    began = time.monotonic()
    while not waiting.done() and time.monotonic() - began < 0.2:
        threading.Event().wait(0.002)
    return waiting.done()
