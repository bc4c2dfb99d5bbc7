"""Real threads, real databases: one of many wins, and nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.database.database import Database
from app.errors import ErrandError, TaskFinished
from app.models import ExternalTask, ExternalTaskLog
from app.records.reports import BpmnError, Completion
from app.services.external_tasks.service import ExternalTaskService, TopicRequest
from tests.services.builders import WORKER, given_tasks, orders

THREADS = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Run `work(0…7)` on threads that begin together; return results and errors."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except ErrandError as error:
            return error

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))


@pytest.mark.parametrize("with_state", [True, False])
def test_of_simultaneous_reports_exactly_one_is_applied(
    service: ExternalTaskService, database: Database, with_state: bool
) -> None:
    for task_id in given_tasks(database, 5, with_state=with_state):
        service.lock(WORKER, task_id, "w1", 60_000)
        answers = at_once(partial(report, service, task_id))
        assert Counter(type(answer) for answer in answers) == {type(None): 1, TaskFinished: THREADS - 1}
    assert database.read(lambda: ExternalTaskLog.select().count()) == 5


def report(service: ExternalTaskService, task_id: str, number: int) -> None:
    if number % 2:
        service.complete(WORKER, task_id, Completion("w1"))
    else:
        service.handle_bpmn_error(WORKER, task_id, BpmnError("w1", "E"))


@pytest.mark.parametrize("topics", [1, 3])
def test_competing_workers_never_share_a_task_and_leave_none(
    service: ExternalTaskService, database: Database, topics: int
) -> None:
    names = [f"t{number}" for number in range(topics)]
    made = [task_id for name in names for task_id in given_tasks(database, 240 // topics, topic=name)]
    asked = [TopicRequest(name, 60_000) for name in names]

    def drain(number: int) -> list[str]:
        mine: list[str] = []
        while tasks := service.fetch_and_lock(WORKER, f"w{number}", 7, asked):
            mine += [task.id for task in tasks]
            assert len(tasks) <= 7
        return mine

    fetched = [task_id for answer in at_once(drain) for task_id in answer]
    assert sorted(fetched) == sorted(made)


def test_fetches_and_reports_at_once_lose_nothing(service: ExternalTaskService, database: Database) -> None:
    given_tasks(database, 200)

    def work(number: int) -> int:
        done = 0
        while tasks := service.fetch_and_lock(WORKER, f"w{number}", 5, [orders()]):
            for task in tasks:
                service.complete(WORKER, task.id, Completion(f"w{number}"))
                done += 1
        return done

    assert sum(at_once(work)) == 200
    assert database.read(lambda: ExternalTask.select().count()) == 0
    assert database.read(lambda: ExternalTaskLog.select().count()) == 200


def test_bulk_retries_in_opposite_orders_do_not_block_each_other(
    service: ExternalTaskService, database: Database
) -> None:
    tasks = given_tasks(database, 30)
    answers = at_once(lambda number: service.set_retries_of(WORKER, tasks[:: 1 if number % 2 else -1], number))
    assert answers == [30] * THREADS
