"""What is told of tasks and processes, in which order, and what stays untold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock, make_components
from app.database.database import Database
from app.engine.process_engine import ProcessEngine
from app.models import Event
from app.services.events.retention import forget_old_events
from config import Settings
from tests.builders import bearer, deploy, fetch, one_task, start, task_with_error
from tests.events.asking import all_events, stream, types, until_quiet

TASK = "/engine-rest/external-task"


def report(client: FlaskClient, task_id: str, verb: str, **body: Any) -> None:
    response = client.post(f"{TASK}/{task_id}/{verb}", json={"workerId": "worker", **body}, headers=bearer())
    assert response.status_code == 204, response.text


def given_task(client: FlaskClient, model: str) -> dict[str, Any]:
    deploy(client, model)
    start(client)
    return fetch(client)[0]


def test_a_completed_task_is_told_before_what_its_process_does(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    report(client, task["id"], "complete", variables={"amount": {"value": 42}})

    found = all_events(client)

    assert types(found) == [
        "process_started",
        "activity_reached",
        "external_task_created",
        "external_task_locked",
        "external_task_finished",
        "activity_finished",
        "process_ended",
    ]
    now = "timestamp", found[0]["timestamp"]
    place = {
        "activityId": "work",
        "activityInstanceId": task["activityInstanceId"],
        "processInstanceId": task["processInstanceId"],
        "rootProcessInstanceId": task["processInstanceId"],
        "processDefinitionId": task["processDefinitionId"],
        "processDefinitionKey": "process",
    }
    assert found[4] == {
        "id": found[4]["id"],
        "type": "external_task_finished",
        now[0]: now[1],
        "externalTaskId": task["id"],
        "topic": "work",
        "workerId": "worker",
        "outcome": "completed",
        "result": {"amount": 42},
        **place,
    }
    assert found[5] == {
        "id": found[5]["id"],
        "type": "activity_finished",
        now[0]: now[1],
        "businessKey": None,
        "activityType": "serviceTask",
        "canceled": False,
        **place,
    }


def test_a_caught_error_is_told_as_finished_then_boundary_event_then_the_next_activity(client: FlaskClient) -> None:
    task = given_task(client, task_with_error())
    report(client, task["id"], "bpmnError", errorCode="OUT_OF_STOCK", errorMessage="none left")

    found = all_events(client)[4:]

    assert types(found)[:2] == ["external_task_finished", "activity_finished"]
    assert "boundary_event_triggered" in types(found)
    assert found[0]["outcome"] == "error"
    assert found[0]["error"] == {"code": "OUT_OF_STOCK", "message": "none left", "details": None}


def test_an_uncaught_error_ends_the_process_with_an_error_and_an_incident(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    response = client.post(
        f"/api/external_task/v1/task/{task['id']}/handle_bpmn_error",
        json={"workerId": "worker", "errorCode": "BROKEN"},
        headers=bearer(),
    )
    assert response.status_code == 204

    found = all_events(client)[4:]

    assert types(found) == ["external_task_finished", "activity_finished", "incident_created", "process_error"]
    assert found[3]["error"]["code"] == "BROKEN"


def test_locks_and_failures_are_told(client: FlaskClient, app: Flask) -> None:
    task = given_task(client, one_task())
    client.post(f"{TASK}/{task['id']}/unlock", headers=bearer())
    fetch(client, lock_duration_ms=1_000)
    clock.advance(2_000)
    fetch(client, "other")  # the expired lock is noticed by whoever fetches
    report(client, fetch(client)[0]["id"], "failure", errorMessage="no paper", retries=0, retryTimeout=0)

    found = all_events(client)[3:]

    assert types(found) == [
        "external_task_locked",
        "external_task_unlocked",
        "external_task_locked",
        "external_task_expired",
        "external_task_locked",
        "external_task_failed",
        "incident_created",
    ]
    assert found[5]["error"] == {"code": None, "message": "no paper", "details": None}


def test_a_deleted_instance_is_told_as_terminated_and_its_task_as_cancelled(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    client.delete(f"/engine-rest/process-instance/{task['processInstanceId']}", headers=bearer())

    found = all_events(client)[4:]

    assert sorted(types(found)) == ["activity_finished", "external_task_finished", "process_terminated"]
    assert [event.get("outcome") for event in found if event["type"] == "external_task_finished"] == ["cancelled"]


def test_a_migrated_instance_is_told_under_its_new_definition(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    source = task["processDefinitionId"]
    (target,) = deploy(client, one_task("other"))["deployedProcessDefinitions"]
    plan = {
        "sourceProcessDefinitionId": source,
        "targetProcessDefinitionId": target,
        "instructions": [{"sourceActivityIds": ["work"], "targetActivityIds": ["work"]}],
    }
    body = {"migrationPlan": plan, "processInstanceIds": [task["processInstanceId"]]}
    assert client.post("/engine-rest/migration/execute", json=body, headers=bearer()).status_code == 204

    (event,) = all_events(client)[4:]

    assert event == {
        "id": event["id"],
        "type": "process_migrated",
        "timestamp": event["timestamp"],
        "processInstanceId": task["processInstanceId"],
        "rootProcessInstanceId": task["processInstanceId"],
        "processDefinitionId": target,
        "processDefinitionKey": "process",
        "businessKey": None,
        "sourceProcessDefinitionId": source,
    }


def test_what_is_rolled_back_is_not_told(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    refused = client.post(f"{TASK}/{task['id']}/complete", json={"workerId": "other"}, headers=bearer())
    assert refused.status_code == 400
    assert len(all_events(client)) == 4


def test_one_transaction_is_one_row(client: FlaskClient, database: Database) -> None:
    given_task(client, one_task())
    assert database.read(lambda: Event.select().count()) == 2


def test_no_event_holds_a_credential(client: FlaskClient, database: Database) -> None:
    given_task(client, one_task())
    secret = bearer()["Authorization"].removeprefix("Bearer ").rpartition(".")[2]
    assert not database.read(lambda: [row for row in Event.select() if secret in row.body])


def test_a_result_that_is_too_long_is_left_out(client: FlaskClient) -> None:
    task = given_task(client, one_task())
    report(client, task["id"], "complete", variables={"text": {"value": "x" * 70_000}})
    (finished,) = all_events(client, "?types=external_task_finished")
    assert finished["result"] is None


def test_nothing_is_recorded_when_the_setting_is_off(all_routes: Flask, settings: Settings, database: Database) -> None:
    parts = all_routes.extensions["errand"] = make_components(replace(settings, events=False), database)
    client = all_routes.test_client()
    given_task(client, one_task())
    assert database.read(lambda: Event.select().count()) == 0
    assert client.get("/api/v1/events", headers=bearer()).status_code == 409
    parts.long_polling.stop()


def test_old_events_are_forgotten_but_the_newest(client: FlaskClient, database: Database) -> None:
    given_task(client, one_task())
    first = all_events(client)[0]["id"]
    clock.advance(3_600_000)
    start(client)
    assert forget_old_events(database, clock.now_ms() - 1) == 2
    assert forget_old_events(database, clock.now_ms()) == 0
    with stream(client, after=first) as frames:
        found = types(until_quiet(frames))
    assert found == ["events_lost", "process_started", "activity_reached", "external_task_created"]


@pytest.mark.parametrize("ends", ["completed", "rolled back"])
def test_the_engine_of_one_app_tells_its_own_database_only(client: FlaskClient, app: Flask, ends: str) -> None:
    engine: ProcessEngine = app.extensions["errand"].engine
    deploy(client, one_task())

    def begin() -> None:
        start(client)
        if ends == "rolled back":
            raise ZeroDivisionError

    if ends == "rolled back":
        with pytest.raises(ZeroDivisionError):
            engine.database.write(begin)
    else:
        engine.database.write(begin)

    assert len(all_events(client)) == (3 if ends == "completed" else 0)
