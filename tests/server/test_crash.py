"""`kill -9` in the middle of a completing load: nothing acknowledged is lost, nothing is applied twice."""

from __future__ import annotations

import threading
from collections import Counter

import httpx
import pytest

from tests.builders import external_task, flow, process
from tests.server.running import RunningServer, running_server

INSTANCES = 150
WORKERS = 4
KILL_AFTER = 40
LOCK_MS = 1_000
ENDED = Counter(start=1, work=1, second=1, end=1)

TWO_TASKS = process(
    '<startEvent id="start"/>',
    external_task("work", "load"),
    external_task("second", "load"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "second"),
    flow("second", "end"),
)


class Load:
    """Workers that fetch and complete until the server is gone or nothing is left; they keep what they were told."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.refused: list[str] = []
        self.enough = threading.Event()

    def run(self, stop: threading.Event) -> list[threading.Thread]:
        """Start the workers and return their threads."""
        threads = [threading.Thread(target=self._work, args=(number, stop)) for number in range(WORKERS)]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, number: int, stop: threading.Event) -> None:
        worker = {"workerId": f"worker {number}"}
        question = {**worker, "maxTasks": 5, "topics": [{"topicName": "load", "lockDuration": LOCK_MS}]}
        try:
            with self._server.client(timeout=10) as client:
                while not stop.is_set():
                    tasks = client.post("/engine-rest/external-task/fetchAndLock", json=question).json()
                    for task in tasks:
                        self._complete(client, task["id"], worker)
        except httpx.TransportError:
            return

    def _complete(self, client: httpx.Client, task_id: str, worker: dict[str, str]) -> None:
        self.sent.add(task_id)
        answer = client.post(f"/engine-rest/external-task/{task_id}/complete", json=worker)
        if answer.status_code == 204:
            self.acknowledged.add(task_id)
        else:
            self.refused.append(answer.text)
        if len(self.acknowledged) >= KILL_AFTER:
            self.enough.set()


def completed_tasks(client: httpx.Client) -> list[str]:
    """Return the id of the task of every completion in the history, as often as it is there."""
    log = client.get("/engine-rest/history/external-task-log?successLog=true").raise_for_status().json()
    return [entry["externalTaskId"] for entry in log]


def paths(client: httpx.Client) -> dict[str, Counter[str]]:
    """Return how often each instance went through each activity."""
    found: dict[str, Counter[str]] = {}
    for activity in client.get("/engine-rest/history/activity-instance").raise_for_status().json():
        found.setdefault(activity["processInstanceId"], Counter())[activity["activityId"]] += 1
    return found


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_applied_twice(database_url: str) -> None:
    with running_server(database_url) as server, server.client() as client:
        client.post("/engine-rest/deployment/create", files={"model": ("m.bpmn", TWO_TASKS)}).raise_for_status()
        for _ in range(INSTANCES):
            client.post("/engine-rest/process-definition/key/process/start", json={}).raise_for_status()
        load = Load(server)
        threads = load.run(threading.Event())
        assert load.enough.wait(20)
        server.kill()
        for thread in threads:
            thread.join()
    assert load.refused == []

    with running_server(database_url) as server, server.client() as client:
        completed = completed_tasks(client)
        assert Counter(completed).most_common(1)[0][1] == 1
        assert load.acknowledged <= set(completed) <= load.sent
        assert sum(path["second"] + path["end"] for path in paths(client).values()) == len(completed)
        finish(server, client)
        assert list(paths(client).values()) == [ENDED] * INSTANCES
        assert len(completed_tasks(client)) == len(set(completed_tasks(client))) == 2 * INSTANCES


def finish(server: RunningServer, client: httpx.Client) -> None:
    """Let workers complete everything that is left."""
    stop = threading.Event()
    threads = Load(server).run(stop)
    while client.get("/engine-rest/process-instance/count").json()["count"]:
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()
