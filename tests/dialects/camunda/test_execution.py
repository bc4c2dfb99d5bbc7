"""/execution: found by what they wait for, triggered, and given incidents by hand."""

from __future__ import annotations

import re

import pytest

from tests.dialects.camunda.rest import DATE, Rest, line, message_catch, refusal, user_task

RECEIVE = line('<receiveTask id="receive"/>')


@pytest.fixture
def waiting(rest: Rest) -> tuple[str, str]:
    """Start an instance that waits for a message, and return its id and that of the waiting execution."""
    event, declared = message_catch()
    rest.deploy(line(event, definitions=declared))
    instance_id = rest.start(variables={"a": 1})
    (execution,) = rest.get("/execution", messageEventSubscriptionName="paid")
    return instance_id, execution["id"]


def test_executions_are_found_by_what_they_wait_for(rest: Rest, waiting: tuple[str, str]) -> None:
    instance_id, execution_id = waiting
    own = {"id": execution_id, "processInstanceId": instance_id, "ended": False, "tenantId": None}
    root = {"id": instance_id, "processInstanceId": instance_id, "ended": False, "tenantId": None}
    assert rest.get(f"/execution/{execution_id}") == own
    assert sorted(rest.get("/execution"), key=str) == sorted([own, root], key=str)
    assert rest.get("/execution", activityId="wait") == [own]
    assert rest.get("/execution/count", processInstanceId=instance_id) == {"count": 2}
    variables = [{"name": "a", "operator": "eq", "value": 1}]
    assert rest.post("/execution", {"variables": variables}) == [root]
    assert len(rest.post("/execution", {"processVariables": variables})) == 2


def test_a_message_is_delivered_to_one_execution(rest: Rest, waiting: tuple[str, str]) -> None:
    instance_id, execution_id = waiting
    subscription = rest.get(f"/execution/{execution_id}/messageSubscriptions/paid")
    assert re.fullmatch(DATE, subscription.pop("createdDate"))
    assert subscription == {
        "id": subscription["id"],
        "eventType": "message",
        "eventName": "paid",
        "executionId": execution_id,
        "processInstanceId": instance_id,
        "activityId": "wait",
        "tenantId": None,
    }
    rest.post(f"/execution/{execution_id}/messageSubscriptions/paid/trigger", {"variables": {"b": {"value": 2}}})
    assert rest.get(f"/history/process-instance/{instance_id}")["state"] == "COMPLETED"


def test_a_subscription_that_is_not_there_is_named(rest: Rest, waiting: tuple[str, str]) -> None:
    _, execution_id = waiting
    path = f"/execution/{execution_id}/messageSubscriptions/sent"
    assert rest.answer("GET", path) == refusal(
        404,
        "InvalidRequestException",
        f"Message event subscription for execution {execution_id} named sent does not exist",
    )
    status, body = rest.answer("POST", f"{path}/trigger", {})
    assert (status, body["type"]) == (500, "RestException")
    assert body["message"].startswith(
        f"Cannot trigger message sent for execution {execution_id}: Execution with id '{execution_id}' does not have "
        "a subscription to a message event with name 'sent'"
    )


def test_a_receive_task_is_signalled(rest: Rest) -> None:
    rest.deploy(RECEIVE)
    instance_id = rest.start()
    (execution,) = rest.get("/execution", activityId="receive")
    rest.post(f"/execution/{execution['id']}/signal", {"variables": {"a": {"value": 1}}})
    assert rest.get(f"/history/process-instance/{instance_id}")["state"] == "COMPLETED"
    missing = "Cannot signal execution x: execution x doesn't exist: execution is null"
    assert rest.answer("POST", "/execution/x/signal", {}) == refusal(500, "RestException", missing, 0)


def test_an_incident_is_opened_by_hand(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    rest.start()
    (execution,) = rest.get("/execution", activityId="approve")
    body = {"incidentType": "printerBroken", "configuration": "room 7", "message": "no paper"}
    made = rest.post(f"/execution/{execution['id']}/create-incident", body)
    assert rest.get("/incident") == [made]
    assert (made["activityId"], made["incidentMessage"], made["configuration"]) == ("approve", "no paper", "room 7")
    assert rest.answer("POST", "/execution/x/create-incident", body) == refusal(
        400, "InvalidRequestException", "Cannot find an execution with executionId 'x': execution is null"
    )
    assert rest.answer("POST", f"/execution/{execution['id']}/create-incident", {}) == refusal(
        400, "InvalidRequestException", "incidentType is null"
    )


def test_an_execution_that_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/execution/x") == refusal(
        404, "InvalidRequestException", "Execution with id x does not exist"
    )
