"""What workers and operators do with one task or many, and what it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.api.components import EXTENSION
from tests.builders import Headers, bearer, deploy, fetch, one_task, start, task_with_error

BASE = "/engine-rest/external-task"
REPORT = {"workerId": "worker"}


def call(client: FlaskClient, method: str, path: str, body: Any = None, headers: Headers | None = None) -> Any:
    response = client.open(BASE + path, method=method, json=body, headers={**bearer(), **(headers or {})})
    return response.get_json() if response.data else response.status_code


@pytest.fixture
def task(client: FlaskClient) -> dict[str, Any]:
    deploy(client, task_with_error())
    start(client)
    return fetch(client)[0]


def variables(client: FlaskClient, task: dict[str, Any]) -> Any:
    url = f"/engine-rest/process-instance/{task['processInstanceId']}/variables"
    return client.get(url, headers=bearer()).get_json()


def test_completing_ends_the_task_and_its_instance(client: FlaskClient, task: dict[str, Any]) -> None:
    assert call(client, "POST", f"/{task['id']}/complete", REPORT) == 204
    assert call(client, "GET", "") == []


def test_a_bpmn_error_goes_on_where_it_is_caught(client: FlaskClient, task: dict[str, Any]) -> None:
    body = {
        **REPORT,
        "errorCode": "OUT_OF_STOCK",
        "errorMessage": "m",
        "variables": {"missing": {"value": 3, "type": "Long"}},
    }
    assert call(client, "POST", f"/{task['id']}/bpmnError", body) == 204
    (repair,) = fetch(client, "repair")
    assert repair["variables"] == {"missing": {"type": "Long", "value": 3, "valueInfo": {}}}


def test_a_failure_without_retries_makes_an_incident_that_retries_resolve(
    client: FlaskClient, task: dict[str, Any]
) -> None:
    failure = {**REPORT, "errorMessage": "x" * 700, "errorDetails": "where\nand why"}
    assert call(client, "POST", f"/{task['id']}/failure", failure) == 204
    failed = call(client, "GET", f"/{task['id']}")
    assert (failed["retries"], failed["errorMessage"], failed["workerId"]) == (0, "x" * 666, "worker")
    assert fetch(client, worker_id="other") == []
    url = f"/engine-rest/incident?configuration={task['id']}"
    (incident,) = client.get(url, headers=bearer()).get_json()
    assert (incident["incidentType"], incident["incidentMessage"]) == ("failedExternalTask", "x" * 666)

    details = client.get(f"{BASE}/{task['id']}/errorDetails", headers={**bearer(), "Accept": "text/plain"})
    assert (details.status_code, details.text) == (200, "where\nand why")
    assert details.headers["Content-Type"].startswith("text/plain")

    assert call(client, "PUT", f"/{task['id']}/retries", {"retries": "2", "dueDate": None}) == 204
    assert client.get(url, headers=bearer()).get_json() == []
    assert [task["errorDetails"] for task in fetch(client)] == ["where\nand why"]


def test_a_failure_with_retries_waits_for_its_time(client: FlaskClient, task: dict[str, Any]) -> None:
    body = {**REPORT, "retries": 2, "retryTimeout": 5000, "variables": {"seen": {"value": True}}}
    assert call(client, "POST", f"/{task['id']}/failure", body) == 204
    assert fetch(client) == []
    clock.advance(5001)
    (again,) = fetch(client)
    assert (again["retries"], again["variables"]["seen"]["value"]) == (2, True)


def test_unlocking_needs_no_body_and_takes_any(client: FlaskClient, task: dict[str, Any]) -> None:
    for body in ({}, {"data": b"null", "content_type": "application/json"}, {"data": b"a=b"}):
        response = client.post(f"{BASE}/{task['id']}/unlock", headers=bearer(), **body)
        assert response.status_code == 204
    assert call(client, "GET", f"/{task['id']}")["workerId"] is None


def test_a_lock_is_extended_from_now(client: FlaskClient, task: dict[str, Any]) -> None:
    with clock.frozen(clock.now_ms()):
        body = {**REPORT, "newDuration": 1000}
        assert call(client, "POST", f"/{task['id']}/extendLock", body) == 204
        clock.advance(999)
        assert fetch(client, worker_id="other") == []
        clock.advance(1)
        assert len(fetch(client, worker_id="other")) == 1


def test_the_priority_is_set(client: FlaskClient, task: dict[str, Any]) -> None:
    assert call(client, "PUT", f"/{task['id']}/priority", {"priority": 2**40}) == 204
    assert call(client, "GET", f"/{task['id']}")["priority"] == 2**40


def test_a_suspended_task_takes_no_reports_but_locks(client: FlaskClient, task: dict[str, Any]) -> None:
    url = f"/engine-rest/process-instance/{task['processInstanceId']}/suspended"
    assert client.put(url, json={"suspended": True}, headers=bearer()).status_code == 204
    message = f"ENGINE-03043 ExternalTask with id '{task['id']}' is suspended."
    for route in ("complete", "failure", "bpmnError", "extendLock"):
        answer = call(client, "POST", f"/{task['id']}/{route}", {**REPORT, "errorCode": "E", "newDuration": 1})
        assert answer == {"type": "RestException", "message": message, "code": 0}
    assert call(client, "POST", f"/{task['id']}/lock", {**REPORT, "lockDuration": 1}) == 204
    assert call(client, "POST", f"/{task['id']}/unlock") == 204
    assert call(client, "PUT", f"/{task['id']}/retries", {"retries": 1}) == 204


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("complete", {"variables": {"a": {"value": 1}}}),
        ("failure", {"errorMessage": "m", "retries": 3}),
        ("bpmnError", {"errorCode": "OUT_OF_STOCK"}),
    ],
)
def test_a_repeated_report_with_a_key_gets_its_first_answer(
    client: FlaskClient, task: dict[str, Any], route: str, body: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": "once"}
    path = f"/{task['id']}/{route}"
    assert call(client, "POST", path, {**REPORT, **body}, key) == 204
    assert call(client, "POST", path, {**REPORT, **body}, key) == 204
    answer = call(client, "POST", path, {**REPORT, **body, "more": 1}, key)
    assert answer == {
        "type": "InvalidRequestException",
        "message": "The Idempotency-Key 'once' was used for another report.",
        "code": None,
    }


def test_a_refused_report_may_be_repeated_under_its_key(client: FlaskClient, task: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "once"}
    assert call(client, "POST", f"/{task['id']}/complete", {"workerId": "other"}, key)["type"] == "RestException"
    assert call(client, "POST", f"/{task['id']}/complete", REPORT, key) == 204


def test_the_retries_of_many_are_set_at_once(client: FlaskClient) -> None:
    deploy(client, one_task())
    one, two, three = (start(client) for _ in range(3))
    tasks = {task["processInstanceId"]: task["id"] for task in call(client, "GET", "")}
    body = {
        "retries": 4,
        "externalTaskIds": [tasks[one]],
        "processInstanceIds": [two],
        "externalTaskQuery": {"processInstanceId": one},
        "processInstanceQuery": {"processInstanceIds": [two]},
        "historicProcessInstanceQuery": {"processInstanceIds": [two]},
    }
    assert call(client, "PUT", "/retries", body) == 204
    retries = {task["processInstanceId"]: task["retries"] for task in call(client, "GET", "")}
    assert retries == {one: 4, two: 4, three: None}


def test_a_batch_sets_the_retries_of_many(app: Flask, client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    start(client)
    ids = [task["id"] for task in call(client, "GET", "")]
    batch = call(client, "POST", "/retries-async", {"retries": 4, "externalTaskIds": ids})
    assert (batch["type"], batch["totalJobs"], batch["jobsCreated"], batch["createUserId"]) == (
        "set-external-task-retries",
        2,
        0,
        "tester",
    )
    runner = app.extensions[EXTENSION].job_runner
    for _ in range(3):
        runner.run_due()
        clock.advance(60_000)
    assert [task["retries"] for task in call(client, "GET", "")] == [4, 4]
    assert client.get(f"/engine-rest/batch/{batch['id']}", headers=bearer()).status_code == 404
