"""Several things at once on one instance: every report counts, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.database.database import Database
from app.errors import ErrandError, StepLimitReached
from app.models import ExternalTask, InstanceState, ProcessDefinition
from app.records.reports import Completion
from tests.builders import external_task, flow, one_task, process
from tests.engine.models import (
    END,
    START,
    catch,
    chain,
    message,
    on_message,
    timer,
    waiting_for_message,
    waiting_for_signal,
)
from tests.engine.scene import ME, Scene
from tests.waiting import until

BRANCHES = 8
JOINED = process(
    START,
    '<parallelGateway id="fork"/>',
    *(external_task(f"branch{number}", "branch") for number in range(BRANCHES)),
    '<parallelGateway id="join"/>',
    external_task("after"),
    END,
    flow("start", "fork"),
    *(flow("fork", f"branch{number}") for number in range(BRANCHES)),
    *(flow(f"branch{number}", "join") for number in range(BRANCHES)),
    flow("join", "after"),
    flow("after", "end"),
)


def at_once(works: list[Callable[[], object]]) -> list[ErrandError]:
    """Run the works in threads of their own, all at the same moment, and return what they raised."""
    barrier = threading.Barrier(len(works))
    raised: list[ErrandError] = []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except ErrandError as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_branches_that_are_completed_at_once_join_once(scene: Scene) -> None:
    scene.deploy(JOINED)
    scene.start()
    ids = [task.id for task in scene.rows(ExternalTask)]
    for id in ids:
        scene.service.lock(ME, id, "worker", 60_000)
    assert at_once([lambda id=id: scene.service.complete(ME, id, Completion("worker")) for id in ids]) == []
    assert scene.tasks() == ["after"]
    assert [state.revision for state in scene.rows(InstanceState)] == [BRANCHES + 1]


def test_of_two_reports_on_one_task_one_counts(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    task_id = scene.lock("work")
    raised = at_once([lambda: scene.service.complete(ME, task_id, Completion("worker"))] * 4)
    assert [type(error).__name__ for error in raised] == ["TaskFinished"] * 3
    assert scene.state(id) == "COMPLETED"


def test_of_two_messages_at_once_one_is_delivered(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start()
    raised = at_once([lambda: scene.components.messages.correlate(ME, "paid")] * 4)
    assert [type(error).__name__ for error in raised] == ["CorrelationMismatch"] * 3
    assert scene.tasks() == ["work"]


def test_deployments_at_once_get_versions_of_their_own(scene: Scene) -> None:
    assert at_once([lambda: scene.deploy(one_task())] * 4) == []
    assert sorted(row.version for row in scene.rows(ProcessDefinition)) == [1, 2, 3, 4]


def test_signals_thrown_at_once_do_not_stop_each_other(scene: Scene) -> None:
    scene.deploy(waiting_for_signal())
    for _ in range(10):
        scene.start()
    assert at_once([lambda: scene.components.messages.throw_signal(ME, "alarm")] * 4) == []
    assert scene.tasks() == ["work"] * 10


def test_an_endless_loop_is_rolled_back_and_leaves_an_incident(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            '<exclusiveGateway id="again"/>',
            '<manualTask id="round"/>',
            flow("start", "work"),
            flow("work", "again"),
            flow("again", "round"),
            flow("round", "again"),
        )
    )
    id = scene.start()
    for _ in range(2):
        task_id = scene.lock("work")
        with pytest.raises(StepLimitReached):
            scene.service.complete(ME, task_id, Completion("worker"))
    assert (scene.tasks(), scene.state(id)) == (["work"], "ACTIVE")
    [incident] = scene.incidents()
    assert (incident.kind, incident.process_instance_id) == ("endlessLoop", id)


def test_an_interrupting_message_and_a_report_at_once_end_in_one_of_two_ways(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            f'<boundaryEvent id="stop" attachedToRef="work">{on_message("paid")}</boundaryEvent>',
            external_task("stopped"),
            external_task("done"),
            END,
            flow("start", "work"),
            flow("work", "done"),
            flow("stop", "stopped"),
            flow("stopped", "end"),
            flow("done", "end"),
            definitions=message("paid"),
        )
    )
    for _ in range(5):
        id = scene.start()
        task_id = scene.lock("work")
        raised = at_once(
            [
                lambda task_id=task_id: scene.service.complete(ME, task_id, Completion("worker")),
                lambda id=id: scene.components.messages.correlate(ME, "paid", process_instance_id=id),
            ]
        )
        assert len(raised) == 1
        won = {"TaskFinished": "stopped", "CorrelationMismatch": "done"}[type(raised[0]).__name__]
        assert scene.tasks() == [won]
        scene.components.process_instances.delete(ME, id)


def test_jobs_are_suspended_once_the_one_that_fires_has_done_so(scene: Scene) -> None:
    scene.deploy(chain(("later", catch("later", timer("PT1H"))), ("work", external_task())))
    for _ in range(3):
        scene.start()
    firing, *others = [job.id for job in scene.jobs()]
    fired, proceed = threading.Event(), threading.Event()

    def fire() -> None:
        scene.components.job_execution.execute(ME, firing)
        fired.set()
        assert proceed.wait(60)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(scene.database.write, fire)
        assert fired.wait(60)
        second = threads.submit(scene.components.jobs.suspend_where, ME, {"definition_key": "process"}, True)
        until(lambda: somebody_waits(scene.database))
        proceed.set()
        first.result()
        second.result()
    assert sorted((job.id, job.suspended) for job in scene.jobs()) == [(id, True) for id in sorted(others)]


def somebody_waits(database: Database) -> bool:
    """Tell whether a write waits for another one: on SQLite in the queue, on Postgres for a lock."""
    if not database.locks_rows:
        return bool(database.group._waiting)
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(database.read(lambda: database.rows(waiting, ())))
