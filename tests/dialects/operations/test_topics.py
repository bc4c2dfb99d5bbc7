"""The overview of topics."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.api.components import components_of
from app.bpmn.plain_json import iso_instant
from tests.builders import bearer, deploy, fetch, one_task, start

TOPICS = "/api/v1/topics"
NOTHING = {"completed": 0, "failed": 0, "bpmnErrors": 0, "expired": 0}
QUIET = {
    "open": 0,
    "waiting": 0,
    "locked": 0,
    "backingOff": 0,
    "failed": 0,
    "suspended": 0,
    "oldestWaitingAt": None,
    "parkedPolls": 0,
    "workers": 0,
    "lastPolledAt": None,
    "nobodyListensSince": None,
    "lastMinute": NOTHING,
    "lastHour": NOTHING,
}


def topics(client: FlaskClient, **who: Any) -> list[dict[str, Any]]:
    response = client.get(TOPICS, headers=bearer("can_access_external_tasks", **who))
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()
    return found


def test_each_topic_shows_what_waits_and_what_is_locked(client: FlaskClient) -> None:
    deploy(client, one_task("b"))
    deploy(client, one_task("a", id="other"))
    with clock.frozen():
        now = iso_instant(clock.now_ms())
        for key in ("process", "process", "process", "other"):
            start(client, key)
            clock.advance(10)
        fetch(client, "b", max_tasks=1)
        oldest = iso_instant(clock.now_ms() - 30)
        assert topics(client) == [
            {
                "topic": "a",
                **QUIET,
                "open": 1,
                "waiting": 1,
                "oldestWaitingAt": iso_instant(clock.now_ms() - 10),
                "nobodyListensSince": iso_instant(clock.now_ms() - 10),
            },
            {"topic": "b", **QUIET, "open": 3, "waiting": 2, "locked": 1, "oldestWaitingAt": oldest},
        ]
    assert now < oldest


def test_a_worker_sees_its_topics_only(client: FlaskClient) -> None:
    deploy(client, one_task("orders"))
    start(client)
    assert topics(client, topics=["invoices"]) == []
    assert [topic["topic"] for topic in topics(client, topics=["ord*"])] == ["orders"]
    assert client.get(TOPICS, headers=bearer("can_administer")).status_code == 403


def test_failed_and_suspended_tasks_and_pauses_have_figures_of_their_own(client: FlaskClient, app: Flask) -> None:
    deploy(client, one_task("work"))
    ids = [start(client) for _ in range(3)]
    for task, retries in zip(fetch(client, "work", max_tasks=2), (0, 2), strict=True):
        body = {"workerId": "worker", "errorMessage": "no", "retries": retries, "retryTimeout": 60_000}
        path = f"/engine-rest/external-task/{task['id']}/failure"
        assert client.post(path, json=body, headers=bearer()).status_code == 204
    path = f"/engine-rest/process-instance/{ids[-1]}/suspended"
    assert client.put(path, json={"suspended": True}, headers=bearer()).status_code == 204
    components_of(app).presence.tell()
    [work] = topics(client)
    counted = {name: work[name] for name in ("open", "waiting", "locked", "backingOff", "failed", "suspended")}
    assert counted == {"open": 3, "waiting": 0, "locked": 0, "backingOff": 1, "failed": 1, "suspended": 1}
    assert work["lastHour"] == {**NOTHING, "failed": 2}
    assert work["workers"] == 1


def test_a_topic_says_since_when_nobody_listens(client: FlaskClient, app: Flask) -> None:
    deploy(client, one_task("work"))
    with clock.frozen():
        fetch(client, "work")
        components_of(app).presence.tell()
        start(client)
        assert topics(client)[0]["nobodyListensSince"] is None
        since = iso_instant(clock.now_ms())
        clock.advance(61_000)
        assert topics(client)[0]["nobodyListensSince"] == since
        fetch(client, "work")
        assert topics(client)[0]["nobodyListensSince"] is None


def test_one_topic_is_found_by_its_name(client: FlaskClient) -> None:
    deploy(client, one_task("a/b"))
    start(client)
    who = bearer("can_access_external_tasks", topics=["a/*"])
    assert client.get(f"{TOPICS}/a/b", headers=who).get_json()["waiting"] == 1
    assert client.get(f"{TOPICS}/a/c", headers=who).status_code == 404
    assert client.get(f"{TOPICS}/other", headers=who).status_code == 403
