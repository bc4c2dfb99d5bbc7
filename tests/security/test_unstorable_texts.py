"""Half an emoji and NUL: what is for people is kept with a replacement, what names something is refused in words."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.builders import bearer, deploy, fetch, one_task, process, start, task_with_error

HALF, NUL = "\ud83d", "\0"
RAW = {HALF: r"\ud83d", NUL: r"\u0000"}
IN_WORDS = {HALF: "half of a surrogate pair", NUL: "the character NUL"}
CREATE = "/engine-rest/deployment/create"
JSON_HEADERS = {"Content-Type": "application/json"}


def send(client: FlaskClient, method: str, path: str, body: Any) -> tuple[int, str]:
    """Send a body whose texts are escaped, and return the status and the message of the answer."""
    response = client.open(path, method=method, data=json.dumps(body), headers=bearer() | JSON_HEADERS)
    return response.status_code, (response.get_json(silent=True) or {}).get("message", "")


@pytest.mark.parametrize("unit", [HALF, NUL])
def test_a_failure_is_kept_whatever_its_message_holds(client: FlaskClient, unit: str) -> None:
    deploy(client, one_task())
    start(client)
    task_id = fetch(client)[0]["id"]
    body = {"workerId": "worker", "errorMessage": f"cut{unit}", "errorDetails": f"{unit}\nhere 😀", "retries": 0}
    assert send(client, "POST", f"/engine-rest/external-task/{task_id}/failure", body) == (204, "")
    assert client.get(f"/engine-rest/external-task/{task_id}", headers=bearer()).get_json()["errorMessage"] == "cut�"
    details = client.get(f"/engine-rest/external-task/{task_id}/errorDetails", headers=bearer())
    assert details.get_data(as_text=True) == "�\nhere 😀"
    incidents = client.get("/engine-rest/incident", headers=bearer()).get_json()
    assert [incident["incidentMessage"] for incident in incidents] == ["cut�"]


@pytest.mark.parametrize("unit", [HALF, NUL])
def test_an_error_is_caught_whatever_its_message_holds(client: FlaskClient, unit: str) -> None:
    deploy(client, task_with_error())
    start(client)
    task_id = fetch(client)[0]["id"]
    body = {"workerId": "worker", "errorCode": "OUT_OF_STOCK", "errorMessage": unit}
    assert send(client, "POST", f"/engine-rest/external-task/{task_id}/bpmnError", body) == (204, "")
    assert [task["topicName"] for task in fetch(client, "repair")] == ["repair"]


@pytest.mark.parametrize("unit", [HALF, NUL])
def test_the_dialects_of_5minds_keep_it_too(client: FlaskClient, unit: str) -> None:
    deploy(client, one_task())
    start(client)
    task_id = fetch(client)[0]["id"]
    body = {"workerId": "worker", "errorMessage": f"cut{unit}", "errorDetails": unit}
    assert send(client, "POST", f"/api/external_task/v1/task/{task_id}/handle_service_error", body)[0] == 204
    start(client)
    task_id = fetch(client)[0]["id"]
    error = {"errorCode": "X", "errorMessage": f"cut{unit}", "errorDetails": {"at": unit}}
    body = {"workerId": "worker", "error": error}
    assert send(client, "PUT", f"/atlas_engine/api/v1/external_tasks/{task_id}/error", body)[0] == 204
    failures = {"taskId": task_id, "errorMessage": unit}
    assert send(client, "POST", "/api/v1/external-tasks/fail", {"workerId": "w", "items": [failures]})[0] == 200


@pytest.mark.parametrize("unit", [HALF, NUL])
@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/engine-rest/process-definition/key/process/start", {"businessKey": "a%"}, "businessKey"),
        (
            "/engine-rest/process-definition/key/process/start",
            {"variables": {"a": {"value": "%"}}},
            "variables.a.value",
        ),
        ("/engine-rest/process-definition/key/process/start", {"variables": {"a%": {"value": 1}}}, "variables.a�"),
        ("/engine-rest/external-task/fetchAndLock", {"workerId": "%", "maxTasks": 1}, "workerId"),
        ("/engine-rest/message", {"messageName": "%"}, "messageName"),
        ("/engine-rest/external-task", {"topicName": "%"}, "topicName"),
        ("/engine-rest/process-instance", {"variables": [{"name": "%"}]}, "variables[0].name"),
        ("/atlas_engine/api/v1/external_tasks/fetch_and_lock", {"workerId": "%", "topicName": "a"}, "workerId"),
        ("/api/external_task/v1/fetch_and_lock", {"worker_id": "%"}, "worker_id"),
        ("/api/v1/external-tasks/complete", {"workerId": "%", "items": []}, "workerId"),
    ],
)
def test_what_names_something_is_refused_in_words(
    client: FlaskClient, unit: str, path: str, body: Any, place: str
) -> None:
    deploy(client, one_task())
    body = json.loads(json.dumps(body).replace("%", RAW[unit]))
    response = client.post(path, data=json.dumps(body), headers=bearer() | JSON_HEADERS)
    document = response.get_json()
    text = document.get("message") or document.get("detail")
    assert (response.status_code, text) == (400, f"{place} holds {IN_WORDS[unit]}, which cannot be stored.")
    assert client.get("/engine-rest/external-task", headers=bearer()).get_json() == []


def test_a_whole_emoji_is_kept_however_it_is_escaped(client: FlaskClient) -> None:
    deploy(client, one_task())
    body = {"businessKey": "😀", "variables": {"😀": {"value": "😀"}}}
    assert send(client, "POST", "/engine-rest/process-definition/key/process/start", body)[0] == 200
    task = fetch(client)[0]
    assert (task["businessKey"], {n: v["value"] for n, v in task["variables"].items()}) == ("😀", {"😀": "😀"})


@pytest.mark.parametrize("field", ["deployment-name", "deployment-source", "tenant-id"])
def test_a_form_is_refused_in_the_same_words(client: FlaskClient, field: str) -> None:
    form = {field: "a\0", "model": (io.BytesIO(one_task().encode()), "one.bpmn")}
    response = client.post(CREATE, data=form, headers=bearer(), content_type="multipart/form-data")
    text = f"The part '{field}' holds the character NUL, which cannot be stored."
    assert (response.status_code, response.get_json()["message"]) == (400, text)


def test_the_name_of_a_file_is_refused_in_the_same_words(client: FlaskClient) -> None:
    form = {"model": (io.BytesIO(one_task().encode()), "o\0ne.bpmn")}
    response = client.post(CREATE, data=form, headers=bearer(), content_type="multipart/form-data")
    assert response.status_code == 400
    assert client.get("/engine-rest/deployment", headers=bearer()).get_json() == []


def test_what_an_expression_makes_is_refused_in_the_same_words(client: FlaskClient) -> None:
    half = r"${JSON('&quot;\\ud83d&quot;')}"
    work = (
        f'<serviceTask id="work" camunda:type="external" camunda:topic="{half}"/>'
        '<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="work"/>'
    )
    deploy(client, process(work))
    status, text = send(client, "POST", "/engine-rest/process-definition/key/process/start", {})
    assert (status, "holds half of a surrogate pair, which cannot be stored." in text) == (500, True)


def test_malformed_json_is_answered_as_by_camunda_and_told_to_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/engine-rest/external-task/fetchAndLock"
    with caplog.at_level(logging.INFO):
        response = client.post(path, data='{"workerId": NaN}', headers=bearer() | JSON_HEADERS)
    assert (response.status_code, response.get_json()) == (
        400,
        {"type": "InvalidRequestException", "message": "", "code": None},
    )
    assert [record.getMessage().partition(": unexpected")[0] for record in caplog.records] == [
        f"POST {path}: the body was refused"
    ]


def test_a_constant_that_is_no_number_is_refused_beside_an_escape(client: FlaskClient) -> None:
    body = r'{"workerId": "\ud83d\ude00", "maxTasks": NaN}'
    response = client.post("/engine-rest/external-task/fetchAndLock", data=body, headers=bearer() | JSON_HEADERS)
    assert (response.status_code, response.get_json()["message"]) == (400, "")
