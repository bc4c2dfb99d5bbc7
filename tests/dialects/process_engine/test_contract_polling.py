"""Long polls: oldest first, woken by new tasks and by locks that end; who is beaten goes on waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services.long_polling.polls import LongPolling
from tests.builders import bearer, one_task, task_with_error
from tests.dialects.process_engine.five_minds import deploy, fetch, fetch_answer, report, start, waiting_task

PATIENCE_S = 20.0


class Poll(threading.Thread):
    """One poll on a thread of its own, and how long it took."""

    def __init__(self, app: Flask, **order: Any) -> None:
        super().__init__(daemon=True)
        self._client = app.test_client()
        self._order = {"longPollingTimeout": 20_000, "maxTasks": 1} | order
        self.tasks: list[dict[str, Any]] | None = None
        self.seconds = 0.0
        self.start()

    def run(self) -> None:
        """Poll once."""
        begun = time.monotonic()
        self.tasks = fetch(self._client, **self._order)
        self.seconds = time.monotonic() - begun

    def ids(self) -> list[str]:
        """Return the instances of the tasks that it got, waiting for the answer."""
        self.join(PATIENCE_S)
        assert self.tasks is not None
        return [task["processInstanceId"] for task in self.tasks]


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


@pytest.fixture
def parked(app: Flask) -> Iterator[Callable[[int], None]]:
    """Return a function that waits until so many polls wait for tasks."""
    polling: LongPolling = app.extensions["errand"].long_polling
    yield lambda number: until(lambda: polling.parked().total() == number)
    polling.release_all()


def test_one_task_answers_one_poll_and_the_beaten_one_keeps_waiting(
    app: Flask, client: FlaskClient, parked: Callable[[int], None]
) -> None:
    deploy(client)
    polls = []
    for number in range(2):
        polls.append(Poll(app, workerId=f"w{number}"))
        parked(number + 1)
    first = start(client)["processInstanceId"]
    assert polls[0].ids() == [first]
    assert polls[1].is_alive()
    second = start(client)["processInstanceId"]
    assert polls[1].ids() == [second]
    assert max(poll.seconds for poll in polls) < PATIENCE_S - 5


def test_a_poll_is_woken_by_a_lock_that_ends(app: Flask, client: FlaskClient, parked: Callable[[int], None]) -> None:
    task_id = waiting_task(client, worker=None)
    assert [task["id"] for task in fetch(client, lockDuration=1_500)] == [task_id]
    poll = Poll(app, workerId="w2")
    parked(1)
    poll.join(PATIENCE_S)
    assert [task["id"] for task in poll.tasks or []] == [task_id]
    assert report(client, task_id, "finish").status_code == 423


def test_a_poll_is_woken_by_a_lock_that_was_shortened(
    app: Flask, client: FlaskClient, parked: Callable[[int], None]
) -> None:
    task_id = waiting_task(client)
    poll = Poll(app, workerId="w2")
    parked(1)
    assert report(client, task_id, "extend_lock", additionalDuration=100).status_code == 204
    poll.join(PATIENCE_S)
    assert [task["id"] for task in poll.tasks or []] == [task_id]


def test_a_poll_is_woken_by_the_task_behind_a_finished_or_caught_one(
    app: Flask, client: FlaskClient, parked: Callable[[int], None]
) -> None:
    task_id = waiting_task(client, task_with_error("A"))
    poll = Poll(app, topic="repair")
    parked(1)
    assert report(client, task_id, "handle_bpmn_error", errorCode="A").status_code == 204
    assert len(poll.ids()) == 1
    assert poll.tasks is not None
    assert poll.tasks[0]["payload"] == {"errorCode": "A", "errorMessage": ""}


def test_a_poll_hears_of_its_own_topic_only_and_ends_empty_with_its_time(
    app: Flask, client: FlaskClient, parked: Callable[[int], None]
) -> None:
    deploy(client)
    deploy(client, one_task("other", id="another"), name="another")
    poll = Poll(app, longPollingTimeout="700")
    parked(1)
    start(client, "another")
    assert poll.ids() == []
    assert 0.69 < poll.seconds < PATIENCE_S - 5


def test_a_poll_takes_the_oldest_tasks_there_are_at_once(client: FlaskClient) -> None:
    deploy(client)
    started = [start(client)["processInstanceId"] for _ in range(3)]
    begun = time.monotonic()
    tasks = fetch(client, longPollingTimeout=20_000, maxTasks=10)
    assert sorted(task["processInstanceId"] for task in tasks) == sorted(started)
    assert time.monotonic() - begun < PATIENCE_S - 5


def test_a_forbidden_topic_is_refused_without_waiting(client: FlaskClient) -> None:
    headers = bearer("can_access_external_tasks", topics=["x"])
    begun = time.monotonic()
    assert fetch_answer(client, headers=headers, longPollingTimeout=20_000).status_code == 403
    assert time.monotonic() - begun < PATIENCE_S - 5


def test_shutting_down_answers_every_poll_with_nothing(
    app: Flask, client: FlaskClient, parked: Callable[[int], None]
) -> None:
    deploy(client)
    polls = [Poll(app) for _ in range(3)]
    parked(3)
    app.extensions["errand"].long_polling.release_all()
    assert [poll.ids() for poll in polls] == [[], [], []]
