"""A process engine elsewhere: it offers and cancels tasks here, and is told what workers report."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database.database import Database
from app.models import VariableRow
from tests.builders import bearer, fetch
from tests.events.asking import current_app_events
from tests.events.conftest import ENGINE_SECRET
from tests.events.receivers import Received, Receiver, signature

TASKS = "/api/v1/external-tasks"
OUTBOX = "/api/v1/outbox"


def offer(client: FlaskClient, status: int = 201, **more: Any) -> str:
    body = {
        "topic": "work",
        "processInstanceId": "4711",
        "processDefinitionId": "order:1",
        "processDefinitionKey": "order",
        "activityId": "reserve",
        "variables": {"amount": 42},
        **more,
    }
    response = client.post(TASKS, json=body, headers=bearer("can_manage_process_instances"))
    assert response.status_code == status, response.text
    id: str = response.get_json().get("id", "")
    return id


def report(client: FlaskClient, task_id: str, verb: str, status: int = 204, **body: Any) -> None:
    path = f"/engine-rest/external-task/{task_id}/{verb}"
    response = client.post(path, json={"workerId": "worker", **body}, headers=bearer())
    assert response.status_code == status, response.text


def deliver(client: FlaskClient) -> int:
    return current_app_events(client).deliverer.run_due()


def outbox(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(OUTBOX, headers=bearer("can_administer")).get_json()
    return found


def test_an_offered_task_is_fetched_with_its_variables(offering: FlaskClient) -> None:
    id = offer(offering, businessKey="B1")
    (task,) = fetch(offering)
    assert (task["id"], task["processInstanceId"], task["activityId"], task["businessKey"]) == (
        id,
        "4711",
        "reserve",
        "B1",
    )
    assert task["variables"] == {"amount": {"type": "Integer", "value": 42, "valueInfo": {}}}


def test_a_completion_is_delivered_signed_and_the_variables_go(
    offering: FlaskClient, hook: Receiver, database: Database
) -> None:
    id = offer(offering, businessKey="B1")
    fetch(offering)
    report(offering, id, "complete", variables={"done": {"value": True}})

    assert outbox(offering)["backlog"] == 1
    assert deliver(offering) == 1

    (request,) = hook.received
    assert request.headers["webhook-signature"] == signature(ENGINE_SECRET, request)
    data = request.body["data"]
    activity_instance_id, execution_id = data.pop("activityInstanceId"), data.pop("executionId")
    assert activity_instance_id
    assert execution_id
    assert (request.body["type"], data) == (
        "task_completed",
        {
            "taskId": id,
            "topic": "work",
            "workerId": "worker",
            "activityId": "reserve",
            "processInstanceId": "4711",
            "processDefinitionId": "order:1",
            "processDefinitionKey": "order",
            "businessKey": "B1",
            "tenantId": None,
            "variables": {"done": True},
            "localVariables": {},
        },
    )
    assert database.read(lambda: VariableRow.select().count()) == 0
    assert outbox(offering)["backlog"] == 0


def test_errors_and_failures_are_delivered_in_order(offering: FlaskClient, hook: Receiver) -> None:
    id = offer(offering)
    fetch(offering)
    report(offering, id, "failure", errorMessage="m", errorDetails="d", retries=2, retryTimeout=0)
    fetch(offering)
    report(offering, id, "bpmnError", errorCode="E", errorMessage="m", variables={"x": {"value": 1}})
    deliver(offering)

    assert hook.types() == ["task_failed", "bpmn_error_raised"]
    failed, raised = (request.body["data"] for request in hook.received)
    assert (failed["errorMessage"], failed["errorDetails"], failed["retries"]) == ("m", "d", 2)
    assert (raised["errorCode"], raised["errorMessage"], raised["variables"]) == ("E", "m", {"x": 1})


def test_a_refused_report_leaves_no_message(offering: FlaskClient) -> None:
    id = offer(offering)
    fetch(offering)
    response = offering.post(f"/engine-rest/external-task/{id}/complete", json={"workerId": "other"}, headers=bearer())
    assert (response.status_code, outbox(offering)["backlog"]) == (400, 0)


@pytest.mark.parametrize("status", [301, 400, 410, 500])
def test_an_engine_that_fails_is_asked_again_until_it_takes_the_report(
    offering: FlaskClient, hook: Receiver, status: int
) -> None:
    first, second = offer(offering), offer(offering)
    fetch(offering)
    report(offering, first, "complete")
    report(offering, second, "complete")
    hook.answer = lambda request: status

    deliver(offering)

    stuck = outbox(offering)
    assert (stuck["backlog"], stuck["attempts"], stuck["lastError"]) == (2, 1, f"answered {status}")
    assert stuck["nextAttemptAt"] is not None

    hook.answer = lambda request: 200
    clock.advance(360_000)
    deliver(offering)

    assert [request.body["data"]["taskId"] for request in hook.received] == [first, first, second]
    assert outbox(offering)["backlog"] == 0


def test_an_engine_that_was_told_twice_can_tell_by_the_id(offering: FlaskClient, hook: Receiver) -> None:
    """It takes the report and its answer is lost: the same message comes again."""
    seen: set[str] = set()
    done: list[str] = []

    def take(request: Received) -> int:
        is_new = request.id not in seen
        seen.add(request.id)
        if is_new:
            done.append(request.body["data"]["taskId"])
        return 502 if is_new else 204

    hook.answer = take
    id = offer(offering)
    fetch(offering)
    report(offering, id, "complete")
    deliver(offering)
    clock.advance(360_000)
    deliver(offering)
    assert (done, len(hook.received), outbox(offering)["backlog"]) == ([id], 2, 0)


def test_a_stuck_report_can_be_sent_now(offering: FlaskClient, hook: Receiver) -> None:
    id = offer(offering)
    fetch(offering)
    report(offering, id, "complete")
    hook.answer = lambda request: 500
    deliver(offering)
    hook.answer = lambda request: 204
    assert deliver(offering) == 0
    assert offering.post(f"{OUTBOX}/retry", headers=bearer("can_administer")).status_code == 204
    assert deliver(offering) == 1


def test_a_repeated_offer_is_the_same_task(offering: FlaskClient) -> None:
    assert offer(offering, id="t1") == "t1"
    assert offer(offering, 200, id="t1") == "t1"
    assert [task["id"] for task in fetch(offering)] == ["t1"]
    report(offering, "t1", "complete")
    offer(offering, 410, id="t1")
    assert fetch(offering) == []


def test_a_cancelled_task_is_gone_for_its_worker(offering: FlaskClient, database: Database) -> None:
    id = offer(offering)
    fetch(offering)
    manager = bearer("can_manage_process_instances")
    assert offering.delete(f"{TASKS}/{id}", headers=manager).status_code == 204
    assert offering.delete(f"{TASKS}/{id}", headers=manager).status_code == 410
    assert offering.delete(f"{TASKS}/unknown", headers=manager).status_code == 404
    report(offering, id, "complete", 404)
    assert database.read(lambda: VariableRow.select().count()) == 0


def test_a_task_without_retries_waits_for_an_operator(offering: FlaskClient) -> None:
    id = offer(offering, retries=0)
    assert fetch(offering) == []
    response = offering.put(f"/engine-rest/external-task/{id}/retries", json={"retries": 1}, headers=bearer())
    assert (response.status_code, [task["id"] for task in fetch(offering)]) == (204, [id])


@pytest.mark.parametrize(
    "body",
    [{"topic": ""}, {"topic": None}, {"processInstanceId": " "}, {"retries": -1}, {"id": "x" * 300}, {"priority": "a"}],
)
def test_an_offer_that_cannot_be_is_refused(offering: FlaskClient, body: dict[str, Any]) -> None:
    offer(offering, 400, **body)


def test_offers_need_the_right_claim(offering: FlaskClient) -> None:
    assert offering.post(TASKS, json={}, headers=bearer("can_access_external_tasks")).status_code == 403
    assert offering.delete(f"{TASKS}/x", headers=bearer("can_access_external_tasks")).status_code == 403
    assert offering.get(OUTBOX, headers=bearer("can_manage_process_instances")).status_code == 403


def test_a_server_that_runs_the_processes_takes_no_offers(client: FlaskClient) -> None:
    offer(client, 409)
    assert client.delete(f"{TASKS}/x", headers=bearer()).status_code == 409
    assert client.get(OUTBOX, headers=bearer()).status_code == 404
