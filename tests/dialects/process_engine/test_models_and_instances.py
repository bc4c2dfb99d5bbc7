"""What studios need around the workers: models, starting with its three callbacks, instances, correlations, results."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import bearer, one_task, process, task_with_error
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    MANAGEMENT,
    deploy,
    fetch,
    report,
    start,
)


def get(client: FlaskClient, path: str, **token: Any) -> Any:
    """Return the JSON of a successful GET."""
    answer = client.get(path, headers=bearer(**token))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


@pytest.mark.parametrize("path", ["/", "/process_engine"])
def test_the_root_says_which_server_this_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.get_json()["name"] == "errand-server"


@pytest.mark.parametrize("path", ["/security/authority", "/process_engine/security/authority"])
def test_the_authority_can_be_asked_for(client: FlaskClient, path: str) -> None:
    assert client.get(path).get_json() == {"authority": ""}


def test_the_consumer_api_tells_its_version_to_those_who_are_known(client: FlaskClient) -> None:
    assert get(client, f"{CONSUMER}/info")["name"] == "errand-server"
    assert client.get(f"{CONSUMER}/info").status_code == 401


def test_a_deployed_model_is_listed_with_its_events(client: FlaskClient) -> None:
    deploy(client)
    listed = get(client, f"{CONSUMER}/process_models?offset=0&limit=0")
    (model,) = listed["processModels"]
    assert listed["totalCount"] == 1
    assert model["xml"] == one_task()
    assert model["id"] == "process"
    assert model["startEvents"] == [
        {"id": "start", "eventName": "", "bpmnType": "bpmn:StartEvent", "processModelId": "process"}
    ]
    assert model["endEvents"] == [
        {"id": "end", "eventName": "", "bpmnType": "bpmn:EndEvent", "processModelId": "process"}
    ]
    assert get(client, f"{CONSUMER}/process_models/process") == model
    assert get(client, f"{MANAGEMENT}/process_models/process") == model


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"{CONSUMER}/process_models/nothing", "GET"),
        (f"{CONSUMER}/process_models/nothing/start", "POST"),
        (f"{CONSUMER}/process_instance/nothing/process_model/", "GET"),
        (f"{MANAGEMENT}/process_instances/nothing", "GET"),
        (f"{MANAGEMENT}/correlations/nothing", "GET"),
    ],
)
def test_what_does_not_exist_is_404(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method, json={}, headers=bearer())
    assert (answer.status_code, list(answer.get_json())) == (404, ["message"])


def test_deploying_again_needs_overwriting_unless_nothing_changed(client: FlaskClient) -> None:
    deploy(client)
    path = f"{MANAGEMENT}/process_models/process/update"
    same = client.post(path, json={"xml": one_task()}, headers=bearer())
    other = client.post(path, json={"xml": one_task("other"), "overwriteExisting": False}, headers=bearer())
    assert (same.status_code, other.status_code) == (204, 409)
    assert other.get_json() == {"message": "Process definition with the name 'process' already exists."}
    assert (
        client.post(path, json={"xml": one_task("other"), "overwriteExisting": True}, headers=bearer()).status_code
        == 204
    )
    start(client)
    assert len(fetch(client, "other")) == 1


@pytest.mark.parametrize("xml", ["", "no xml", "<a/>", None, process('<startEvent id="s"/>').replace("true", "false")])
def test_a_model_that_cannot_run_is_400(client: FlaskClient, xml: str | None) -> None:
    answer = client.post(f"{MANAGEMENT}/process_models/x/update", json={"xml": xml}, headers=bearer())
    assert (answer.status_code, "message" in answer.get_json()) == (400, True)


def test_deploying_needs_its_claim(client: FlaskClient) -> None:
    headers = bearer("can_manage_process_instances")
    answer = client.post(f"{MANAGEMENT}/process_models/x/update", json={"xml": one_task()}, headers=headers)
    assert answer.status_code == 403


def test_a_model_can_be_deleted(client: FlaskClient) -> None:
    deploy(client)
    assert client.post(f"{MANAGEMENT}/process_models/process/delete", headers=bearer()).status_code == 204
    assert get(client, f"{CONSUMER}/process_models") == {"processModels": [], "totalCount": 0}


def _answer_later(app: Flask, model: str, query: str, **body: Any) -> tuple[threading.Thread, list[Any]]:
    answers: list[Any] = []

    def wait() -> None:
        path = f"{CONSUMER}/process_models/{model}/start{query}"
        answer = app.test_client().post(path, json=body, headers=bearer(subject="starter"))
        answers.append((answer.status_code, answer.get_json()))

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, answers


def _fetch_one(client: FlaskClient, topic: str = "work") -> dict[str, Any]:
    (task,) = fetch(client, topic, longPollingTimeout=20_000)
    return task


@pytest.mark.parametrize("query", ["?start_callback_type=2", "?start_callback_type=3&end_event_id=end"])
def test_a_start_that_waits_is_answered_with_end_event_and_token(app: Flask, client: FlaskClient, query: str) -> None:
    deploy(client)
    thread, answers = _answer_later(app, "process", query, correlationId="c1", inputValues={"a": 1})
    task = _fetch_one(client)
    assert report(client, task["id"], "finish", result={"b": 2}).status_code == 204
    thread.join(20)
    assert answers == [
        (
            200,
            {
                "correlationId": "c1",
                "processInstanceId": task["processInstanceId"],
                "endEventId": "end",
                "tokenPayload": {"a": 1, "b": 2},
            },
        )
    ]


def test_a_start_that_waits_is_told_of_an_error_that_ended_the_instance(app: Flask, client: FlaskClient) -> None:
    deploy(client, task_with_error())
    thread, answers = _answer_later(app, "process", "?start_callback_type=2")
    task = _fetch_one(client)
    report(client, task["id"], "handle_bpmn_error", errorCode="OTHER", errorMessage="why")
    thread.join(20)
    ((status, body),) = answers
    assert status == 500
    assert body["additionalInformation"]["bpmnError"]["code"] == "OTHER"
    assert body["additionalInformation"]["processInstanceId"] == task["processInstanceId"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?start_callback_type=1&offset=0&limit=0", 200),
        ("?start_callback_type=undefined", 200),
        ("?start_callback_type=4", 400),
        ("?start_callback_type=x", 400),
        ("?start_callback_type=3&end_event_id=undefined", 400),
        ("?start_callback_type=3", 400),
        ("?start_callback_type=3&end_event_id=nothing", 404),
        ("?start_event_id=nothing", 404),
        ("?start_event_id=start", 200),
    ],
)
def test_how_to_start_is_checked_before_anything_starts(client: FlaskClient, query: str, status: int) -> None:
    deploy(client)
    answer = client.post(f"{CONSUMER}/process_models/process/start{query}", json={}, headers=bearer())
    assert answer.status_code == status
    count = get(client, f"{MANAGEMENT}/process_instances/by_process_model/process")["totalCount"]
    assert count == (1 if status == 200 else 0)


def test_starting_needs_its_claim(client: FlaskClient) -> None:
    deploy(client)
    headers = bearer("can_access_external_tasks")
    assert client.post(f"{CONSUMER}/process_models/process/start", json={}, headers=headers).status_code == 403


def test_instances_are_listed_by_owner_correlation_model_and_state(
    client: FlaskClient,
) -> None:
    deploy(client)
    told = start(client, correlationId="c1")
    own = get(client, f"{CONSUMER}/process_instances/own", subject="starter")
    assert own == {
        "processInstances": [
            {
                "id": told["processInstanceId"],
                "owner": {"userId": "starter"},
                "correlationId": "c1",
                "processModelId": "process",
            }
        ],
        "totalCount": 1,
    }
    assert get(client, f"{CONSUMER}/process_instances/own", subject="other")["totalCount"] == 0
    one = get(client, f"{MANAGEMENT}/process_instances/{told['processInstanceId']}")
    assert (one["state"], one["identity"], one["xml"], one["error"]) == (
        "running",
        {"userId": "starter"},
        one_task(),
        None,
    )
    for path in ("by_correlation/c1", "by_process_model/process", "by_state/running"):
        assert get(client, f"{MANAGEMENT}/process_instances/{path}") == {"processInstances": [one], "totalCount": 1}
    for path in ("by_correlation/c2", "by_process_model/other", "by_state/error", "by_state/nonsense"):
        assert get(client, f"{MANAGEMENT}/process_instances/{path}") == {"processInstances": [], "totalCount": 0}


def test_a_correlation_holds_its_instances_and_knows_how_they_ended(client: FlaskClient) -> None:
    deploy(client)
    start(client, correlationId="c1")
    start(client, correlationId="c1")
    for task in fetch(client):
        report(client, task["id"], "handle_bpmn_error", errorCode="E")
    correlation = get(client, f"{MANAGEMENT}/correlations/c1")
    assert (correlation["id"], correlation["state"], len(correlation["processInstances"])) == ("c1", "error", 2)
    assert correlation["error"]["code"] == "E"
    assert get(client, f"{MANAGEMENT}/correlations/all")["correlations"] == [correlation]
    assert get(client, f"{MANAGEMENT}/correlations/process_model/process")["correlations"] == [correlation]
    assert get(client, f"{MANAGEMENT}/correlations/active")["correlations"] == []


def test_the_results_of_a_correlation_are_end_events_and_tokens(client: FlaskClient) -> None:
    deploy(client)
    start(client, correlationId="c1", inputValues={"a": 1})
    path = f"{CONSUMER}/correlations/c1/process_models/process/results"
    assert get(client, path) == {"correlationResults": [], "totalCount": 0}
    report(client, fetch(client)[0]["id"], "finish", result={"b": 2})
    assert get(client, path) == {
        "correlationResults": [{"correlationId": "c1", "endEventId": "end", "tokenPayload": {"a": 1, "b": 2}}],
        "totalCount": 1,
    }


def test_the_token_history_tells_what_ran_and_with_which_token(client: FlaskClient) -> None:
    deploy(client)
    told = start(client, correlationId="c1", inputValues={"a": 1})
    report(client, fetch(client)[0]["id"], "finish", result={"b": 2})
    id = told["processInstanceId"]
    nodes = get(client, f"{MANAGEMENT}/process_instances/{id}/flow_node_instances")["flowNodeInstances"]
    assert sorted((node["flowNodeId"], node["flowNodeType"], node["state"]) for node in nodes) == [
        ("end", "bpmn:EndEvent", "finished"),
        ("start", "bpmn:StartEvent", "finished"),
        ("work", "bpmn:ServiceTask", "finished"),
    ]
    history = get(client, f"{MANAGEMENT}/process_instance/{id}/flow_node/work/token_history")
    assert [(entry["tokenEventType"], entry["payload"]) for entry in history["tokenHistoryEntries"]] == [
        ("onEnter", {"a": 1, "b": 2}),
        ("onExit", {"a": 1, "b": 2}),
    ]
    in_correlation = f"{MANAGEMENT}/correlation/c1/process_model/process"
    assert get(client, f"{in_correlation}/flow_node/work/token_history") == history
    groups = get(client, f"{in_correlation}/token_history")
    assert groups == get(client, f"{MANAGEMENT}/process_instance/{id}/token_history")
    assert (list(groups), groups[id]["totalCount"]) == ([id], 6)


def test_reading_needs_the_claim_of_managing(client: FlaskClient) -> None:
    for path in ("/process_models", "/process_instances/own", "/user_tasks/own"):
        headers = bearer("can_access_external_tasks")
        assert client.get(f"{CONSUMER}{path}", headers=headers).status_code == 403
