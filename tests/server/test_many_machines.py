"""Several servers, each with processes and sockets of its own, on one Postgres: as on several machines."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.builders import external_task, flow, one_task, process
from tests.server.running import RunningServer, running_server
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

TASKS = 120
WORKERS = 6
FETCH = "/engine-rest/external-task/fetchAndLock"

WITH_TIMER = process(
    '<startEvent id="start"/>',
    '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>'
    "</intermediateCatchEvent>",
    external_task("work", "work"),
    '<endEvent id="end"/>',
    flow("start", "pause"),
    flow("pause", "work"),
    flow("work", "end"),
)


@pytest.fixture
def machines(database_url: str) -> Iterator[list[RunningServer]]:
    """Return three servers on one database, with timers."""
    with ExitStack() as stack:
        settings = {"ERRAND_WORKERS": "1", "ERRAND_TIMERS": "on"}
        yield [stack.enter_context(running_server(database_url, **settings)) for _ in range(3)]


def deploy(server: RunningServer, model: str) -> None:
    with server.client() as client:
        client.post("/engine-rest/deployment/create", files={"model": ("m.bpmn", model)}).raise_for_status()


def start(server: RunningServer, number: int = 1) -> None:
    with server.client() as client:
        for _ in range(number):
            client.post("/engine-rest/process-definition/key/process/start", json={}).raise_for_status()


def question(worker: str, max_tasks: int = 3, **more: Any) -> dict[str, Any]:
    topics = [{"topicName": "work", "lockDuration": 60_000}]
    return {"workerId": worker, "maxTasks": max_tasks, "topics": topics, **more}


def fetched(server: RunningServer, worker: str, enough: threading.Event, found: list[str]) -> None:
    """Fetch until nothing is left, at one server."""
    with server.client(timeout=20) as client:
        while not enough.is_set():
            tasks = client.post(FETCH, json=question(worker)).raise_for_status().json()
            found += [task["id"] for task in tasks]
            if not tasks:
                enough.set()


def test_no_task_is_handed_out_twice(machines: list[RunningServer]) -> None:
    deploy(machines[0], one_task())
    start(machines[1], TASKS)
    found: list[str] = []
    enough = threading.Event()
    workers = [
        threading.Thread(target=fetched, args=(machines[number % 3], f"worker {number}", enough, found))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(found), len(set(found))) == (TASKS, TASKS)


def test_a_poll_at_one_server_is_woken_by_a_start_at_another(machines: list[RunningServer]) -> None:
    deploy(machines[0], one_task())
    answers: list[int] = []

    def poll() -> None:
        with machines[1].client(timeout=600) as client:
            tasks = client.post(FETCH, json=question("worker", asyncResponseTimeout=1_800_000)).json()
            answers.append(len(tasks))

    poller = threading.Thread(target=poll)
    poller.start()
    machines[1].wait_until_parked(1)
    start(machines[2])
    poller.join()
    assert answers == [1]  # without a word from the other server, or the sweeper, the poll would wait for half an hour


def test_a_timer_fires_once(machines: list[RunningServer]) -> None:
    deploy(machines[0], WITH_TIMER)
    start(machines[1], 10)
    with machines[2].client() as client:
        until(lambda: client.get("/engine-rest/external-task/count").json()["count"] == 10)
        history = client.get("/engine-rest/history/activity-instance").json()
        assert Counter(entry["activityId"] for entry in history) == Counter(start=10, pause=10, work=10)
        assert client.get("/engine-rest/job/count").json() == {"count": 0}


def test_what_a_killed_server_had_locked_is_done_by_the_others(machines: list[RunningServer]) -> None:
    deploy(machines[0], one_task())
    start(machines[0], 20)
    with machines[0].client() as client:
        body = question("lost", max_tasks=7)
        body["topics"][0]["lockDuration"] = 1_000
        lost = [task["id"] for task in client.post(FETCH, json=body).json()]
        done, *_ = lost
        client.post(f"/engine-rest/external-task/{done}/complete", json={"workerId": "lost"}).raise_for_status()
    machines[0].kill()
    finish(machines[1], 19)
    with machines[2].client() as client:
        log = client.get("/engine-rest/history/external-task-log?successLog=true").json()
        completed = [entry["externalTaskId"] for entry in log]
        assert (len(completed), len(set(completed))) == (20, 20)
        assert set(lost) <= set(completed)


def finish(server: RunningServer, number: int) -> None:
    """Let one worker complete so many tasks."""
    with server.client(timeout=40) as client:
        while number > 0:
            tasks = client.post(FETCH, json=question("other", asyncResponseTimeout=10_000)).json()
            assert tasks, "no task came within ten seconds"
            for task in tasks:
                complete(client, task["id"])
                number -= 1


def complete(client: httpx.Client, task_id: str) -> None:
    """Complete one task as the worker `other`."""
    client.post(f"/engine-rest/external-task/{task_id}/complete", json={"workerId": "other"}).raise_for_status()
