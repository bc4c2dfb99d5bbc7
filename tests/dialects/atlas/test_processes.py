"""ProcessCube's definitions, models, instances, flow nodes, user tasks and events."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import bearer, flow, one_task, process
from tests.dialects.atlas.cube import call, deploy, fetch, get, report, start
from tests.dialects.process_engine.test_user_tasks_and_events import ASKING, WAITING


def test_what_the_server_is_can_be_asked_without_a_token(client: FlaskClient) -> None:
    info = client.get("/atlas_engine/api/v1/info").get_json()
    assert (info["packageName"], info["authorityUrl"], info["allowAnonymousRootAccess"]) == ("errand-server", "", False)
    assert client.get("/atlas_engine/api/v1/authority").get_json() == ""


def test_a_deployed_file_is_found_by_its_id_its_name_and_its_process(client: FlaskClient) -> None:
    model = one_task().replace("<definitions ", '<definitions id="My_File" ')
    deploy(client, model)
    listed = get(client, "/process_definitions", includeXml="true")
    (definition,) = listed["processDefinitions"]
    assert (listed["totalCount"], definition["xml"]) == (1, model)
    for path in (
        f"/process_definitions/{definition['processDefinitionId']}",
        "/process_definitions/My_File",
        "/process_models/process/process_definition",
    ):
        assert get(client, path, includeXml="true") == definition
    assert "xml" not in get(client, "/process_definitions/My_File")


def test_a_process_model_shows_its_flow_nodes(client: FlaskClient) -> None:
    deploy(client)
    model = get(client, "/process_models/process/")
    assert model["startEvents"] == [{"id": "start", "name": "", "bpmnType": "bpmn:StartEvent"}]
    assert model["endEvents"] == [{"id": "end", "name": "", "bpmnType": "bpmn:EndEvent"}]
    assert sorted(node["bpmnType"] for node in model["flowNodes"]) == [
        "bpmn:EndEvent",
        "bpmn:ServiceTask",
        "bpmn:StartEvent",
    ]
    assert get(client, "/process_models") == {"processModels": [model], "totalCount": 1}


def test_deploying_over_another_model_needs_overwriting_and_all_or_none_is_deployed(client: FlaskClient) -> None:
    deploy(client)
    deploy(client, overwrite=False)
    body = {"xml": [one_task("other"), one_task(id="new")], "overwriteExisting": False}
    refused = call(client, "POST", "/process_definitions", body)
    assert (refused.status_code, refused.get_json()["code"]) == (409, 409)
    assert get(client, "/process_models")["totalCount"] == 1
    broken = call(client, "POST", "/process_definitions", {"xml": [one_task(id="new"), "<broken"]})
    assert broken.status_code == 400
    assert get(client, "/process_models")["totalCount"] == 1


def test_a_definition_and_a_model_can_be_deleted(client: FlaskClient) -> None:
    deploy(client, one_task(id="one"))
    deploy(client, one_task(id="two"))
    id = get(client, "/process_models/one")["processDefinitionId"]
    assert call(client, "DELETE", f"/process_definitions/{id}").status_code == 204
    assert call(client, "DELETE", "/process_models/two").status_code == 204
    assert get(client, "/process_models")["totalCount"] == 0
    assert call(client, "DELETE", "/process_models/two").status_code == 404


def test_a_disabled_model_starts_no_instances_until_it_is_enabled(client: FlaskClient) -> None:
    deploy(client)
    assert call(client, "POST", "/process_models/process/disable").status_code == 204
    assert get(client, "/process_models/process")["isExecutable"] is False
    assert call(client, "POST", "/process_models/process/start", {}).status_code == 423
    assert call(client, "POST", "/process_models/process/enable").status_code == 204
    assert start(client)["processInstanceId"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/process_models/process/start", {"returnOn": 2}),
        ("/process_models/process/start", {"returnOn": 3}),
        ("/process_models/process/start", {"returnOn": 3, "endEventId": "end"}),
        ("/process_models/:process_model_id/start", {"returnOn": 2, "processModelId": "process"}),
    ],
)
def test_a_start_that_waits_is_answered_with_end_event_and_token(
    app: Flask, client: FlaskClient, path: str, body: dict[str, Any]
) -> None:
    deploy(client)
    answers: list[Any] = []

    def wait() -> None:
        answers.append(call(app.test_client(), "POST", path, {**body, "correlationId": "c1"}).get_json())

    thread = threading.Thread(target=wait)
    thread.start()
    (task,) = fetch(client, longPollingTimeout=20_000)
    assert report(client, task["id"], "finish", result={"b": 2}).status_code == 204
    thread.join(20)
    id = task["processInstanceId"]
    assert answers == [{"processInstanceId": id, "correlationId": "c1", "endEventId": "end", "tokenPayload": {"b": 2}}]


def test_instances_are_searched_by_what_the_clients_ask_for(client: FlaskClient) -> None:
    deploy(client)
    first = start(client, correlationId="c1")["processInstanceId"]
    second = start(client)["processInstanceId"]
    for task in fetch(client, maxTasks=1):
        report(client, task["id"], "finish", result={"b": 2})

    def ids(**query: Any) -> list[str]:
        return [
            each["processInstanceId"] for each in get(client, "/process_instances/query", **query)["processInstances"]
        ]

    assert ids() == [first, second]
    assert ids(offset=0, limit=-1, state="running") == [second]
    assert ids(state="finished,error") == [first]
    assert ids(correlationId="c1") == [first]
    assert ids(processModelId="process", ownerId="starter") == [first, second]
    assert ids(processInstanceId=f"{first},{second}", limit=1, offset=1) == [second]
    assert ids(createdBefore="2020-01-01T00:00:00Z") == []
    assert ids(sortSettings=json.dumps({"sortBy": "createdAt", "sortDir": "DESC"})) == [second, first]
    assert ids(correlationId=json.dumps({"operator": "or", "searchParams": ["c1", "c2"]})) == [first]
    (ended,) = get(client, "/process_instances/query", state="finished", includeXml="true")["processInstances"]
    assert (ended["endToken"], ended["xml"], "error" in ended) == ({"b": 2}, one_task(), False)


@pytest.mark.parametrize(
    "query",
    [
        {"createdBefore": "yesterday"},
        {"sortSettings": "{}"},
        {"sortSettings": "no json"},
        {"correlationId": json.dumps({"operator": "and", "searchParams": ["a", "b"]})},
        {
            "correlationId": json.dumps(
                {"operator": "or", "searchParams": [{"searchString": "a", "partialMatch": True}]}
            )
        },
        {"correlationId": "{broken"},
    ],
)
def test_a_search_that_is_not_understood_is_400(client: FlaskClient, query: dict[str, str]) -> None:
    answer = call(client, "GET", "/process_instances/query", **query)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 400)


def test_an_instance_can_be_terminated_and_looked_up(client: FlaskClient) -> None:
    deploy(client)
    id = start(client)["processInstanceId"]
    assert get(client, f"/process_instances/{id}/process_model")["processModelId"] == "process"
    assert get(client, f"/process_instances/{id}/process_definition")["processModels"][0]["processModelId"] == "process"
    assert call(client, "PUT", f"/process_instances/{id}/terminate", {}).status_code == 204
    assert call(client, "PUT", f"/process_instances/{id}/terminate", {}).status_code == 404
    (instance,) = get(client, "/process_instances/query")["processInstances"]
    assert instance["state"] == "terminated"


def test_called_instances_know_their_callers(client: FlaskClient) -> None:
    caller = process(
        '<startEvent id="start"/>',
        '<callActivity id="call" calledElement="process"/>',
        '<endEvent id="end"/>',
        flow("start", "call"),
        flow("call", "end"),
        id="caller",
    )
    deploy(client, one_task(), caller)
    root = start(client, "caller")["processInstanceId"]
    (child,) = get(client, f"/process_instances/{root}/find_children", includeNested="true")
    assert get(client, f"/process_instances/{child}/find_ancestors") == [root]
    (called,) = get(client, "/process_instances/query", parentProcessInstanceId=root)["processInstances"]
    assert called["parentProcessInstanceId"] == root


def test_correlations_hold_their_instances_on_demand(client: FlaskClient) -> None:
    deploy(client)
    id = start(client, correlationId="c1")["processInstanceId"]
    assert get(client, "/correlations/c1") == {"correlationId": "c1", "metadata": {}}
    with_instances = get(client, "/correlations", includeProcessInstances="true")["correlations"]
    assert [each["processInstanceId"] for each in with_instances[0]["processInstances"]] == [id]
    assert call(client, "GET", "/correlations/nothing").status_code == 404


def test_flow_nodes_are_searched_by_type_state_and_model(client: FlaskClient) -> None:
    deploy(client, WAITING)
    start(client, correlationId="c1", initialToken={"a": 1})

    def ids(**query: Any) -> list[str]:
        return sorted(each["flowNodeId"] for each in get(client, "/flow_node_instances", **query)["flowNodeInstances"])

    assert ids() == ["paid", "start"]
    assert ids(state="suspended") == ["paid"]
    assert ids(flowNodeType="bpmn:StartEvent") == ["start"]
    assert ids(flowNodeType="bpmn:IntermediateCatchEvent,bpmn:EndEvent") == ["paid"]
    assert ids(eventType="messageEvent") == ["paid"]
    assert ids(eventType="signalEvent") == []
    assert ids(correlationId="c1", processModelId="process", flowNodeId="start") == ["start"]
    assert ids(ownerId="somebody") == []
    (paid,) = get(client, "/flow_node_instances", state="suspended")["flowNodeInstances"]
    (same,) = get(client, "/flow_node_instances", flowNodeInstanceId=paid["flowNodeInstanceId"])["flowNodeInstances"]
    assert same == paid
    assert paid["startToken"] == {"a": 1}


def test_a_user_task_is_reserved_freed_and_finished(client: FlaskClient) -> None:
    deploy(client, ASKING)
    start(client)

    def task() -> Any:
        query = {"state": "suspended", "flowNodeType": "bpmn:UserTask", "limit": 0, "offset": 0}
        (found,) = get(client, "/flow_node_instances", **query)["flowNodeInstances"]
        return found

    id = task()["flowNodeInstanceId"]
    assert task()["userTaskConfig"]["formFields"][0] == {
        "id": "approved",
        "type": "boolean",
        "label": "Approved?",
        "defaultValue": "true",
    }
    assert call(client, "PUT", f"/user_tasks/{id}/reserve", {"actualOwnerId": "ada"}).status_code == 204
    assert task()["actualOwnerId"] == "ada"
    assert call(client, "DELETE", f"/user_tasks/{id}/cancel-reservation").status_code == 204
    assert "actualOwnerId" not in task()
    assert call(client, "PUT", f"/user_tasks/{id}/finish", {"approved": True}).status_code == 204
    assert call(client, "PUT", f"/user_tasks/{id}/finish", {}).status_code == 404
    assert fetch(client, "next")[0]["payload"] == {"approved": True}


@pytest.mark.parametrize("kind", ["manual_tasks", "untyped_tasks", "empty_activities"])
def test_tasks_that_never_wait_cannot_be_finished(client: FlaskClient, kind: str) -> None:
    assert call(client, "PUT", f"/{kind}/x/finish", {}).status_code == 404


def test_messages_and_signals_are_triggered_with_and_without_a_wrapped_payload(client: FlaskClient) -> None:
    deploy(client, WAITING)
    id = start(client)["processInstanceId"]
    elsewhere = call(client, "POST", "/messages/Paid/trigger", {}, process_instance_id="other")
    assert elsewhere.status_code == 204
    paid = call(client, "POST", "/messages/Paid/trigger", {"payload": {"amount": 3}}, process_instance_id=id)
    assert paid.status_code == 204
    assert call(client, "POST", "/signals/Go/trigger", {"fast": True}).status_code == 204
    assert fetch(client, "next")[0]["payload"] == {"amount": 3, "fast": True}


def test_workers_may_not_manage(client: FlaskClient) -> None:
    headers = bearer("can_access_external_tasks")
    for path in ("/process_models", "/process_instances/query", "/flow_node_instances", "/correlations"):
        assert call(client, "GET", path, headers=headers).status_code == 403
    assert call(client, "POST", "/process_definitions", {"xml": one_task()}, headers=headers).status_code == 403


def test_ended_instances_are_deleted_all_or_none(client: FlaskClient) -> None:
    deploy(client)
    ended, other, running = (start(client)["processInstanceId"] for _ in range(3))
    for id in (ended, other):
        call(client, "PUT", f"/process_instances/{id}/terminate")
    path = "/process_instances"

    def delete(**query: str) -> int:
        return call(client, "DELETE", path, **query).status_code

    assert delete() == 400
    assert delete(process_instance_ids=f"{ended};{running}") == 409
    assert delete(process_instance_ids=f"{ended};unknown") == 404
    assert get(client, f"{path}/query")["totalCount"] == 3
    assert delete(process_instance_ids=ended, delete_all_related_data="true") == 204
    assert delete(processInstanceId=other) == 204
    assert [each["processInstanceId"] for each in get(client, f"{path}/query")["processInstances"]] == [running]
