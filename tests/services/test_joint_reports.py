"""Reports that come at the same time share a transaction, and each gets the answer that it would get alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
import pytest

from app.database.database import Database
from app.database.write import Write
from app.errors import ErrandError, LockNotOwned, TaskFinished
from app.models import ExternalTask, ExternalTaskLog
from app.models.external_task import HELD_BY, NOT_HELD_BY_ANOTHER
from app.models.external_task_log import SUCCESSFUL
from app.records.reports import BpmnError, Completion, Failure
from app.services.external_tasks.locking import preparation
from app.services.external_tasks.service import ExternalTaskService
from tests.joint import Work, run_together
from tests.services.builders import WORKER, given_task, given_tasks, orders, the_task


@pytest.fixture
def together(database: Database) -> Callable[[list[Work]], list[Any]]:
    """Return a function that runs works in one group, and gives what each returned or raised."""
    return partial(run_together, database)


def completing(service: ExternalTaskService, task_id: str, worker: str = "w1", **options: Any) -> Work:
    return partial(service.complete, WORKER, task_id, Completion(worker, **options))


def completed(database: Database) -> list[str]:
    """Return the tasks that the log calls completed."""
    rows = ExternalTaskLog.select().where(ExternalTaskLog.kind == SUCCESSFUL)
    return database.read(lambda: sorted(row.external_task_id for row in rows))


Together = Callable[[list[Work]], list[Any]]


def test_all_are_completed(service: ExternalTaskService, database: Database, together: Together) -> None:
    ids = given_tasks(database, 12, worker_id="w1")
    assert together([completing(service, id) for id in ids]) == [None] * 12
    assert completed(database) == sorted(ids)
    assert database.read(lambda: ExternalTask.select().count()) == 0


def test_of_two_for_one_task_one_is_late(service: ExternalTaskService, database: Database, together: Together) -> None:
    task_id, other = given_task(database, worker_id="w1"), given_task(database, worker_id="w1")
    answers = together([completing(service, id) for id in (task_id, other, task_id)])
    assert sorted(map(str, answers)) == sorted(map(str, [None, None, TaskFinished]))
    assert completed(database) == sorted([task_id, other])


def test_of_two_of_different_dialects_for_one_task_one_is_late(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    task_id = given_task(database, worker_id="w1")
    other = completing(service, task_id, lock_rule=NOT_HELD_BY_ANOTHER)
    answers = together([completing(service, task_id), other])
    assert sorted(map(str, answers)) == sorted(map(str, [None, TaskFinished]))
    assert completed(database) == [task_id]


def test_tasks_of_one_instance_do_not_disturb_each_other(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    first = given_task(database, worker_id="w1")
    root_id = the_task(database, first).root_id
    more = [
        given_task(database, worker_id="w1", process_instance_id=root_id, with_state=False, root_id=root_id)
        for _ in range(3)
    ]
    assert together([completing(service, id) for id in (first, *more)]) == [None] * 4
    assert completed(database) == sorted([first, *more])


def test_a_worker_without_the_lock_is_refused_beside_the_one_that_has_it(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    mine, foreign = given_task(database, worker_id="w1"), given_task(database, worker_id="w2")
    calls = [completing(service, mine, "w2"), completing(service, foreign, "w1"), completing(service, mine)]
    too_late, *answers = together(calls)
    assert answers == [LockNotOwned, None]
    assert too_late in (LockNotOwned, TaskFinished)
    assert completed(database) == [mine]


def test_reports_of_all_kinds_are_committed_together(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    done, erred, failed = given_tasks(database, 3, worker_id="w1", topic="payments")
    spare = given_task(database)
    answers = together(
        [
            completing(service, done),
            lambda: service.handle_bpmn_error(WORKER, erred, BpmnError("w1", "E")),
            lambda: service.report_failure(WORKER, failed, Failure("w1", error_message="no", retries=3)),
            lambda: [task.id for task in service.fetch_and_lock(WORKER, "w9", 1, [orders()])],
            lambda: service.complete(WORKER, "no such task", Completion("w1")),
        ]
    )
    assert answers[0] is None
    assert answers[3] == [spare]
    assert issubclass(answers[4], ErrandError)
    assert completed(database) == [done]
    assert the_task(database, failed).retries == 3


def test_one_that_fails_half_way_takes_no_other_along(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    ids = given_tasks(database, 3, worker_id="w1")

    def clash() -> None:
        database.write_jointly(lambda: given_tasks_twice(database))

    answers = together([completing(service, ids[0]), clash, completing(service, ids[1]), completing(service, ids[2])])
    assert [answer for at, answer in enumerate(answers) if at != 1] == [None] * 3
    assert answers[1] is not None
    assert completed(database) == sorted(ids)


def given_tasks_twice(database: Database) -> None:
    """Insert the same id two times, which no database takes."""
    given_task(database, id="00000000-0000-7000-8000-000000000001")
    given_task(database, id="00000000-0000-7000-8000-000000000001")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_nobody_in_a_group_waits_for_a_lock(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    held, free = given_tasks(database, 2, worker_id="w1")
    locked, proceed = threading.Event(), threading.Event()

    def hold() -> None:
        prepare, key = preparation(held, Completion("w1", lock_rule=HELD_BY))
        prepare(database, [(_writing(database), key)])
        locked.set()
        assert proceed.wait(30)

    with ThreadPoolExecutor(3) as threads:
        holder = threads.submit(database.write, hold)
        assert locked.wait(30)
        late = threads.submit(completing(service, held))
        service.complete(WORKER, free, Completion("w1"))
        assert completed(database) == [free]
        assert not late.done()
        proceed.set()
        holder.result()
        assert late.result() is None
    assert completed(database) == sorted([held, free])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_session_that_has_died_is_replaced(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    ids = given_tasks(database, 3, worker_id="w1")
    died = database.write_jointly(partial(session, database))
    database.read(lambda: database.rows("SELECT pg_terminate_backend(%s, 5000)", (died,)))
    assert together([completing(service, id) for id in ids]) == [None] * 3
    assert completed(database) == sorted(ids)
    assert database.write_jointly(partial(session, database)) != died


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_session_that_dies_under_a_group_lets_each_be_done_alone(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    ids = given_tasks(database, 3, worker_id="w1")

    def die() -> None:
        with psycopg.connect(database.wake_address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (session(database),))

    answers = together(
        [
            completing(service, ids[0]),
            lambda: database.write_jointly(once(die)),
            *map(partial(completing, service), ids[1:]),
        ]
    )
    assert answers == [None] * 4
    assert completed(database) == sorted(ids)


def session(database: Database) -> int:
    """Return the number of the session that this thread's statements run in."""
    return int(database.rows("SELECT pg_backend_pid()", ())[0][0])


def once(work: Work) -> Work:
    """Return the work, to be done the first time only."""
    left = [work]
    return lambda: left.pop()() if left else None


def _writing(database: Database) -> Write:
    assert database.writing is not None
    return database.writing


def test_what_a_report_has_read_is_given_back_when_it_is_over(
    service: ExternalTaskService, database: Database, together: Together
) -> None:
    ids = given_tasks(database, 5, worker_id="w1")
    gc.collect()
    gc.disable()
    try:
        assert together([completing(service, id) for id in ids]) == [None] * 5
        assert [found for found in gc.get_objects() if type(found) is Write] == []
    finally:
        gc.enable()
