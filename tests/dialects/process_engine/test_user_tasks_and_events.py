"""User tasks and events of the consumer API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.builders import bearer, external_task, flow, process
from tests.dialects.process_engine.five_minds import CONSUMER, MANAGEMENT, deploy, fetch, start
from tests.dialects.process_engine.test_models_and_instances import get

FORM = """<extensionElements><camunda:formData>
<camunda:formField id="approved" label="Approved?" type="boolean" defaultValue="true"/>
<camunda:formField id="size" label="Size" type="enum"><camunda:value id="s" name="Small"/></camunda:formField>
</camunda:formData></extensionElements>"""
ASKING = process(
    '<startEvent id="start"/>',
    f'<userTask id="ask" name="Ask somebody">{FORM}</userTask>',
    external_task("next", "next"),
    '<endEvent id="end"/>',
    flow("start", "ask"),
    flow("ask", "next"),
    flow("next", "end"),
)
WAITING = process(
    '<startEvent id="start"/>',
    '<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
    '<intermediateCatchEvent id="go"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>',
    external_task("next", "next"),
    '<endEvent id="end"/>',
    flow("start", "paid"),
    flow("paid", "go"),
    flow("go", "next"),
    flow("next", "end"),
    definitions='<message id="m" name="Paid"/><signal id="s" name="Go"/>',
)
SCOPES = [
    "/process_models/process",
    "/process_instances/{id}",
    "/correlations/c1",
    "/process_models/process/correlations/c1",
]


@pytest.mark.parametrize("base", [CONSUMER, MANAGEMENT])
@pytest.mark.parametrize("scope", SCOPES)
def test_a_waiting_user_task_is_listed_with_its_form_and_token(client: FlaskClient, base: str, scope: str) -> None:
    deploy(client, ASKING)
    id = start(client, correlationId="c1", inputValues={"a": 1})["processInstanceId"]
    listed = get(client, base + scope.format(id=id) + "/user_tasks?offset=0&limit=0")
    (task,) = listed["userTasks"]
    assert listed["totalCount"] == 1
    assert task.pop("flowNodeInstanceId")
    assert task == {
        "flowNodeType": "bpmn:UserTask",
        "id": "ask",
        "name": "Ask somebody",
        "correlationId": "c1",
        "processModelId": "process",
        "processInstanceId": id,
        "data": {
            "formFields": [
                {"id": "approved", "type": "boolean", "label": "Approved?", "defaultValue": "true"},
                {
                    "id": "size",
                    "type": "enum",
                    "label": "Size",
                    "defaultValue": None,
                    "enumValues": [{"id": "s", "name": "Small"}],
                },
            ]
        },
        "tokenPayload": {"a": 1},
    }
    assert len(get(client, base + scope.format(id=id) + "/tasks")["tasks"]) == 1


def _finish(client: FlaskClient, told: dict[str, Any], task_id: str) -> int:
    path = f"/processes/{told['processInstanceId']}/correlations/{told['correlationId']}/usertasks/{task_id}/finish"
    body = {"formFields": {"approved": True, "size": "s"}}
    return client.post(f"{CONSUMER}{path}", json=body, headers=bearer()).status_code


def test_a_finished_user_task_passes_its_fields_on(client: FlaskClient) -> None:
    deploy(client, ASKING)
    told = start(client)
    (task,) = get(client, f"{CONSUMER}/user_tasks/own", subject="starter")["userTasks"]
    assert get(client, f"{CONSUMER}/user_tasks/own", subject="other")["userTasks"] == []
    assert _finish(client, {**told, "correlationId": "other"}, task["flowNodeInstanceId"]) == 404
    assert _finish(client, told, task["flowNodeInstanceId"]) == 204
    assert _finish(client, told, task["flowNodeInstanceId"]) == 404
    assert fetch(client, "next")[0]["payload"] == {"approved": True, "size": "s"}
    assert get(client, f"{CONSUMER}/suspended_tasks") == {"tasks": [], "totalCount": 0}


def test_manual_tasks_and_empty_activities_never_wait(client: FlaskClient) -> None:
    deploy(client)
    assert get(client, f"{CONSUMER}/process_models/process/manual_tasks") == {"manualTasks": [], "totalCount": 0}
    assert get(client, f"{CONSUMER}/empty_activities/own") == {"emptyActivities": [], "totalCount": 0}
    path = f"{CONSUMER}/processes/a/correlations/b/manual_tasks/c/finish"
    assert client.post(path, json={}, headers=bearer()).status_code == 404


def test_events_that_wait_are_listed_and_can_be_triggered(client: FlaskClient) -> None:
    deploy(client, WAITING)
    id = start(client, correlationId="c1")["processInstanceId"]
    (event,) = get(client, f"{CONSUMER}/process_models/process/events")["events"]
    assert event.pop("flowNodeInstanceId")
    assert event == {
        "id": "paid",
        "eventName": "Paid",
        "bpmnType": "bpmn:IntermediateCatchEvent",
        "eventType": "messageEvent",
        "correlationId": "c1",
        "processModelId": "process",
        "processInstanceId": id,
    }
    paid = client.post(f"{CONSUMER}/message/Paid/trigger", json={"amount": 3}, headers=bearer())
    assert (paid.status_code, paid.data) == (204, b"")
    (event,) = get(client, f"{CONSUMER}/correlations/c1/events")["events"]
    assert (event["id"], event["eventType"]) == ("go", "signalEvent")
    assert client.post(f"{CONSUMER}/signal/Go/trigger", json={"fast": True}, headers=bearer()).status_code == 204
    assert fetch(client, "next")[0]["payload"] == {"amount": 3, "fast": True}


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_that_nobody_waits_for_is_no_error(client: FlaskClient, kind: str) -> None:
    assert client.post(f"{CONSUMER}/{kind}/Nothing/trigger", json={}, headers=bearer()).status_code == 204
