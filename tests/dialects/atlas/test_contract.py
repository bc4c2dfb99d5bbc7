"""ProcessCube's worker routes, whatever the caller, the body and the task: the whole answer, and which comes first."""

from __future__ import annotations

import threading
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from tests.builders import Headers, bearer, one_task, task_with_error
from tests.dialects.atlas.cube import BASE, call, deploy, fetch, report, start
from tests.dialects.process_engine.five_minds import everything_stored

ERROR = {"errorCode": "A", "errorMessage": "m", "errorDetails": {"stack": []}}
GOOD: dict[str, dict[str, Any]] = {
    "extend_lock": {"additionalDuration": 1000},
    "finish": {"result": {"x": 1}},
    "error": {"error": ERROR},
    "handle_bpmn_error": {"bpmnError": ERROR},
    "handle_service_error": {"error": ERROR},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "extend_lock": ({"additionalDuration": -1}, "additionalDuration: must not be negative"),
    "finish": ({"workerId": None}, "workerId: Field may not be null."),
    "error": ({}, "error: Missing data for required field."),
    "handle_bpmn_error": ({"bpmnError": {"errorMessage": 1}}, "bpmnError: must be a text"),
    "handle_service_error": ({"error": "m"}, "error: Invalid input type."),
}
CALLERS: dict[str, Headers] = {
    "nobody": {"Authorization": ""},
    "without claim": bearer("can_write_process_model"),
    "of another topic": bearer("can_access_external_tasks", topics=["other"]),
    "worker": bearer("can_access_external_tasks", topics=["w*"]),
}


def expected(caller: str, body: str, task: str, task_id: str, verb: str, until: str) -> tuple[int, str, Any] | None:
    """Return status, message and further information of the answer, None where the report is accepted."""
    if caller == "nobody":
        return 401, "No credential was sent.", {}
    claim = {"without claim": "can_access_external_tasks", "of another topic": "topics"}.get(caller)
    if claim is not None and not (claim == "topics" and task == "unknown"):
        information = {"identity": {"userId": "tester"}, "claim": claim}
        return 403, "Identity does not have the requested claim!", information
    if body == "bad":
        return 400, BAD[verb][1], {}
    name = f"External Task with ID '{task_id}'"
    refusals: dict[str, tuple[int, str, Any]] = {
        "unknown": (404, f"ExternalTask with ID {task_id} not found.", {}),
        "finished": (409, f"{name} has been finished and is no longer accessible.", {}),
        "held": (423, f"{name} is locked by another worker, until {until}.", {}),
    }
    return refusals.get(task)


@pytest.mark.parametrize("verb", GOOD)
def test_401_before_403_before_400_before_404_before_409_before_423_and_nothing_changes(
    client: FlaskClient, verb: str
) -> None:
    with clock.frozen():
        deploy(client)
        for _ in range(2):
            start(client)
        finished, held = (task["id"] for task in fetch(client, workerId="w2"))
        assert report(client, finished, "finish", workerId="w2").status_code == 204
        tasks = {"unknown": "anything", "finished": finished, "held": held}
        until = iso_instant(clock.now_ms() + 60_000)
        before = everything_stored()
        for caller, body, task in product(CALLERS, ("good", "bad"), tasks):
            wanted = expected(caller, body, task, tasks[task], verb, until)
            content = {"workerId": "w1"} | (GOOD[verb] if body == "good" else BAD[verb][0])
            path = f"/external_tasks/{tasks[task]}/{verb}"
            answer = call(client, "PUT", path, content, headers=CALLERS[caller])
            assert wanted is not None
            document = {"code": wanted[0], "message": wanted[1], "additionalInformation": wanted[2]}
            seen = (answer.status_code, answer.content_type, answer.get_json())
            assert (caller, body, task, seen) == (caller, body, task, (wanted[0], "application/json", document))
        assert everything_stored() == before
        accepted = report(client, held, verb, workerId="w2", **GOOD[verb])
        assert (accepted.status_code, accepted.data, list(accepted.headers)) == (204, b"", [])


def test_a_fetch_is_refused_for_its_topics_before_its_body(client: FlaskClient) -> None:
    deploy(client)
    start(client)
    before = everything_stored()
    bad: dict[str, Any] = {"workerId": 1, "lockDuration": None, "maxTasks": -1, "payloadFilter": "(?=a)"}
    for topics, status in (("work", 403), (["other", "work"], 403), (["other"], 400), ("other", 400), ([], 400)):
        for member, value in bad.items():
            order = {"workerId": "w1", "topicName": topics, "lockDuration": 1000, member: value}
            answer = call(client, "POST", "/external_tasks/fetch_and_lock", order, headers=CALLERS["of another topic"])
            assert (topics, member, answer.status_code, answer.get_json()["code"]) == (topics, member, status, status)
    assert everything_stored() == before


@pytest.mark.parametrize("verb", ["fetch_and_lock", "deployed_topics", *(f"x/{verb}" for verb in GOOD)])
def test_another_method_is_405_with_the_one_that_is_allowed(client: FlaskClient, verb: str) -> None:
    allowed = {"fetch_and_lock": "POST", "deployed_topics": "GET"}.get(verb, "PUT")
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - {allowed}:
        answer = client.open(f"{BASE}/external_tasks/{verb}", method=method, headers=bearer())
        assert (method, answer.status_code, answer.content_type) == (method, 405, "application/json")
        assert answer.get_json() == {"code": 405, "message": "Method Not Allowed", "additionalInformation": {}}
        assert set(answer.headers["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == {allowed}


def test_bodies_that_are_no_json_object_or_of_another_type(client: FlaskClient) -> None:
    path = f"{BASE}/external_tasks/x/finish"
    said = "The request body must be a JSON object."
    for data, content_type, status, message in [
        (b"{", "application/json", 400, "The request body is not valid JSON."),
        (b"[]", "application/json", 400, said),
        (b"null", "application/json", 400, said),
        (b"", "application/json", 400, "workerId: Missing data for required field."),
        (b"{}", "text/plain", 415, "Unsupported Media Type"),
        (b"{}", None, 415, "Unsupported Media Type"),
    ]:
        answer = client.put(path, data=data, content_type=content_type, headers=bearer())
        assert (answer.status_code, answer.content_type) == (status, "application/json")
        assert answer.get_json() == {"code": status, "message": message, "additionalInformation": {}}


def test_when_the_engine_fails_it_is_500_and_the_task_stays_locked(client: FlaskClient) -> None:
    deploy(
        client,
        one_task().replace('targetRef="end">', 'targetRef="end"><conditionExpression>${no}</conditionExpression>'),
    )
    start(client)
    (task,) = fetch(client)
    before = everything_stored()
    answer = report(client, task["id"], "finish")
    assert (answer.status_code, answer.content_type, answer.get_json()["code"]) == (500, "application/json", 500)
    assert everything_stored() == before


@pytest.mark.parametrize("verb", ["finish", "error", "handle_bpmn_error", "handle_service_error"])
def test_of_reports_at_once_one_is_204_and_the_others_are_409(app: Flask, client: FlaskClient, verb: str) -> None:
    deploy(client, task_with_error("A"))
    start(client)
    (task,) = fetch(client)
    statuses: list[int] = []

    def again() -> None:
        statuses.append(report(app.test_client(), task["id"], verb, **GOOD[verb]).status_code)

    threads = [threading.Thread(target=again) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [204, 409, 409, 409, 409]


def test_shutting_down_ends_a_poll_with_a_filter(app: Flask, client: FlaskClient) -> None:
    deploy(client)
    start(client, initialToken={"kind": "plain"})
    answers: list[Any] = []

    def poll() -> None:
        answers.append(fetch(app.test_client(), payloadFilter="/urgent/", longPollingTimeout=60_000))

    thread = threading.Thread(target=poll, daemon=True)
    thread.start()
    app.extensions["errand"].long_polling.release_all()
    thread.join(20)
    assert answers == [[]]
    assert [task["payload"] for task in fetch(client)] == [{"kind": "plain"}]
