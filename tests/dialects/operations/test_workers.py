"""Workers as operators see them: who was seen, what each holds, what became of tasks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import clock, make_components
from app.api.components import components_of
from app.bpmn.plain_json import iso_instant
from tests.builders import bearer, deploy, fetch, one_task, start

WORKERS = "/api/v1/workers"
MANAGER = bearer("can_manage_process_instances")
NOTHING = {"completed": 0, "failed": 0, "bpmnErrors": 0, "expired": 0}


def worker(client: FlaskClient, id: str) -> dict[str, Any]:
    response = client.get(f"{WORKERS}/{id}", headers=MANAGER)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


def report(client: FlaskClient, task_id: str, verb: str, **body: Any) -> None:
    path = f"/engine-rest/external-task/{task_id}/{verb}"
    assert client.post(path, json={"workerId": "worker-1", **body}, headers=MANAGER).status_code == 204


def test_a_worker_shows_what_it_asked_for_what_it_holds_and_what_it_did(client: FlaskClient, app: Flask) -> None:
    deploy(client, one_task("work"))
    with clock.frozen():
        for _ in range(4):
            start(client)
        done, failed, erred, _ = fetch(client, "work", worker_id="worker-1", max_tasks=4)
        report(client, done["id"], "complete")
        report(client, failed["id"], "failure", retries=3, retryTimeout=60_000)
        report(client, erred["id"], "bpmnError", errorCode="E")
        components_of(app).presence.tell()
        assert worker(client, "worker-1") == {
            "id": "worker-1",
            "topics": ["work"],
            "firstSeenAt": iso_instant(clock.now_ms()),
            "lastSeenAt": iso_instant(clock.now_ms()),
            "heldTasks": 1,
            "address": "127.0.0.1",
            "otherAddress": None,
            "isAtTwoPlaces": False,
            "lastHour": {"completed": 1, "failed": 1, "bpmnErrors": 1, "expired": 0},
        }
        listed = client.get(WORKERS, headers=MANAGER).get_json()
        assert [each["id"] for each in listed] == ["worker-1"]


def test_one_id_at_two_addresses_within_a_minute_is_two_workers(client: FlaskClient, app: Flask) -> None:
    presence = components_of(app).presence
    with clock.frozen():
        for address in ("10.0.0.1", "10.0.0.2"):
            presence.polled("twin", ["work"], address)
            presence.tell()
            clock.advance(1_000)
        seen = worker(client, "twin")
        assert (seen["address"], seen["otherAddress"], seen["isAtTwoPlaces"]) == ("10.0.0.2", "10.0.0.1", True)
        clock.advance(120_000)
        presence.polled("twin", ["work"], "10.0.0.2")
        presence.tell()
        assert worker(client, "twin")["isAtTwoPlaces"] is False


def test_all_that_a_worker_holds_is_released_at_once(client: FlaskClient) -> None:
    deploy(client, one_task("work"))
    for _ in range(3):
        start(client)
    fetch(client, "work", worker_id="worker-1", max_tasks=2)
    released = client.post(f"{WORKERS}/worker-1/release", headers=MANAGER)
    assert (released.status_code, released.get_json()) == (200, {"released": 2})
    assert len(fetch(client, "work", worker_id="worker-2", max_tasks=10)) == 3
    assert client.post(f"{WORKERS}/worker-1/release", headers=MANAGER).get_json() == {"released": 0}


def test_what_is_not_the_callers_is_not_released(client: FlaskClient) -> None:
    deploy(client, one_task("work"))
    start(client)
    fetch(client, "work", worker_id="worker-1")
    limited = bearer("can_manage_process_instances", topics=["other.*"])
    assert client.post(f"{WORKERS}/worker-1/release", headers=limited).status_code == 403
    assert fetch(client, "work", worker_id="worker-2") == []


def test_a_worker_is_forgotten_until_it_asks_again(client: FlaskClient, app: Flask) -> None:
    fetch(client, "work", worker_id="worker-1")
    components_of(app).presence.tell()
    assert client.delete(f"{WORKERS}/worker-1", headers=MANAGER).status_code == 204
    assert client.get(f"{WORKERS}/worker-1", headers=MANAGER).status_code == 404
    assert client.delete(f"{WORKERS}/worker-1", headers=MANAGER).status_code == 404


def test_workers_are_no_business_of_other_workers(client: FlaskClient) -> None:
    assert client.get(WORKERS, headers=bearer("can_access_external_tasks")).status_code == 403


def test_parked_polls_are_those_of_all_processes_that_live(client: FlaskClient, app: Flask) -> None:
    components = components_of(app)
    other = make_components(components.settings, components.database)
    parked = {"work": 3, "idle": 1}
    other.presence._parked = lambda: Counter(parked)
    with clock.frozen():
        other.presence.tell()
        assert components.presence.parked() == parked
        parked.pop("idle")
        other.presence.tell()
        assert components.presence.parked() == {"work": 3}
        clock.advance(60_000)
        assert components.presence.parked() == {}
