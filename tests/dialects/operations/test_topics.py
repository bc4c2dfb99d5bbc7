"""The overview of topics."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from tests.builders import bearer, deploy, fetch, one_task, start

TOPICS = "/api/v1/topics"


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
                "open": 1,
                "waiting": 1,
                "locked": 0,
                "oldestWaitingAt": iso_instant(clock.now_ms() - 10),
                "parkedPolls": 0,
            },
            {"topic": "b", "open": 3, "waiting": 2, "locked": 1, "oldestWaitingAt": oldest, "parkedPolls": 0},
        ]
    assert now < oldest


def test_a_worker_sees_its_topics_only(client: FlaskClient) -> None:
    deploy(client, one_task("orders"))
    start(client)
    assert topics(client, topics=["invoices"]) == []
    assert [topic["topic"] for topic in topics(client, topics=["ord*"])] == ["orders"]
    assert client.get(TOPICS, headers=bearer("can_administer")).status_code == 403
