"""Every report, whatever its caller, its body and its task: the whole answer, which refusal comes first, and that a
refusal changes nothing."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.bpmn.plain_json import iso_instant
from tests.builders import Headers, bearer
from tests.dialects.process_engine.five_minds import CONSUMER, LEGACY, deploy, everything_stored, fetch, report, start

GOOD_BODY: dict[str, dict[str, Any]] = {
    "extend_lock": {"additionalDuration": 1000},
    "finish": {"result": {"x": 1}},
    "handle_bpmn_error": {"errorCode": "E", "errorMessage": "m"},
    "handle_service_error": {"errorMessage": "m", "errorDetails": {"d": 1}, "errorCode": 5},
}
BAD_BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "extend_lock": ({"additionalDuration": "soon"}, "additionalDuration: must be a number"),
    "finish": ({"result": {"": 1}}, "A variable needs a name."),
    "handle_bpmn_error": ({"errorMessage": "m"}, "errorCode: Missing data for required field."),
    "handle_service_error": ({"errorMessage": []}, "errorMessage: must be a text"),
}
CALLERS: dict[str, Headers] = {
    "nobody": {},
    "forged": {"Authorization": f"{bearer()['Authorization']}x"},
    "without claim": bearer("can_write_process_model"),
    "of another topic": bearer("can_access_external_tasks", topics=["other.*"]),
    "of no topic": bearer("can_manage_process_instances", topics=[]),
    "worker": bearer("can_access_external_tasks", topics=["wo?k"]),
    "manager": bearer("can_manage_process_instances"),
}
TASKS = ("unknown", "finished", "held", "own")


class Expected(NamedTuple):
    """The answer that a request must get."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def forbidden(claim: str) -> dict[str, Any]:
    """Return the body of a 403."""
    information = {"identity": {"userId": "tester"}, "claim": claim}
    return {"message": "Identity does not have the requested claim!", "additionalInformation": information}


def expected(caller: str, body: str, task: str, task_id: str, verb: str, until: str) -> Expected | None:
    """Return what the contract says, None where the report is accepted."""
    if caller in ("nobody", "forged"):
        message = "No credential was sent." if caller == "nobody" else "The bearer token is not valid."
        return Expected(401, {"message": message}, {"WWW-Authenticate": "Bearer"})
    if caller == "without claim":
        return Expected(403, forbidden("can_access_external_tasks"), {})
    if caller.startswith("of ") and task != "unknown":
        return Expected(403, forbidden("topics"), {})
    if body == "bad":
        return Expected(400, {"message": BAD_BODIES[verb][1]}, {})
    name = f"External Task with ID '{task_id}'"
    messages = {
        "unknown": (404, f"ExternalTask with ID {task_id} not found."),
        "finished": (410, f"{name} has been finished and is no longer accessible."),
        "held": (423, f"{name} is locked by another worker, until {until}."),
    }
    if task not in messages:
        return None
    status, message = messages[task]
    return Expected(status, {"message": message}, {})


def given_tasks(client: FlaskClient) -> dict[str, str]:
    """Return a task in each state, by the name of the state."""
    deploy(client)
    for _ in range(3):
        start(client)
    finished, held, own = (task["id"] for task in fetch(client, workerId="w2"))
    assert report(client, finished, "finish", workerId="w2").status_code == 204
    assert report(client, own, "extend_lock", workerId="w2", additionalDuration=1).status_code == 204
    clock.advance(2)
    assert [task["id"] for task in fetch(client, workerId="w1")] == [own]
    return {"unknown": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d3e", "finished": finished, "held": held, "own": own}


def seen(answer: TestResponse) -> Expected:
    """Return what a client sees of a refusal, less the headers that every answer has."""
    assert answer.content_type == "application/json"
    usual = {"content-type", "content-length", "deprecation", "link"}
    headers = {name: value for name, value in answer.headers if name.lower() not in usual}
    return Expected(answer.status_code, answer.get_json(), headers)


@pytest.mark.parametrize("verb", GOOD_BODY)
def test_401_before_403_before_400_before_404_before_410_before_423_and_nothing_changes(
    client: FlaskClient, verb: str
) -> None:
    with clock.frozen():
        tasks = given_tasks(client)
        until = iso_instant(clock.now_ms() - 2 + 60_000)
        before = everything_stored()
        for base, caller, body, task in product((LEGACY, CONSUMER), CALLERS, ("good", "bad"), TASKS):
            wanted = expected(caller, body, task, tasks[task], verb, until)
            if wanted is not None:
                content = GOOD_BODY[verb] if body == "good" else BAD_BODIES[verb][0]
                answer = report(client, tasks[task], verb, base=base, headers=CALLERS[caller], **content)
                assert (base, caller, body, task, seen(answer)) == (base, caller, body, task, wanted)
        assert everything_stored() == before


@pytest.mark.parametrize("verb", GOOD_BODY)
@pytest.mark.parametrize("caller", ["worker", "manager"])
def test_an_accepted_report_is_204_without_body_or_type(client: FlaskClient, caller: str, verb: str) -> None:
    task_id = given_tasks(client)["own"]
    answer = report(client, task_id, verb, base=CONSUMER, headers=CALLERS[caller], **GOOD_BODY[verb])
    assert (answer.status_code, answer.data, list(answer.headers)) == (204, b"", [])


FETCH = {"workerId": "w1", "topicName": "work", "maxTasks": 1, "longPollingTimeout": 0, "lockDuration": 1000}


@pytest.mark.parametrize("base", [LEGACY, CONSUMER])
def test_a_fetch_is_refused_for_its_caller_then_its_topic_then_its_body(client: FlaskClient, base: str) -> None:
    deploy(client)
    start(client)
    before = everything_stored()
    bad: dict[str, tuple[Any, str]] = {
        "workerId": (None, "Field may not be null."),
        "lockDuration": (-1, "must not be negative"),
        "maxTasks": ("x", "must be a number"),
        "longPollingTimeout": ({}, "must be a number"),
    }
    for caller, (member, (value, message)) in product(CALLERS, bad.items()):
        answer = client.post(f"{base}/fetch_and_lock", json=FETCH | {member: value}, headers=CALLERS[caller])
        wanted = expected(caller, "good", "own", "", "", "") or Expected(400, {"message": f"{member}: {message}"}, {})
        assert (caller, member, seen(answer)) == (caller, member, wanted)
    for topic in (None, 7, {"work": 1}, ""):
        headers = CALLERS["of another topic"]
        answer = client.post(f"{base}/fetch_and_lock", json=FETCH | {"topicName": topic}, headers=headers)
        assert (topic, answer.status_code) == (topic, 400)
    unreadable = {"data": b'{"topicName": "work"', "content_type": "application/json"}
    answer = client.post(f"{base}/fetch_and_lock", headers=CALLERS["of another topic"], **unreadable)
    assert seen(answer) == Expected(400, {"message": "The request body is not valid JSON."}, {})
    assert everything_stored() == before


def test_no_answer_repeats_a_token(client: FlaskClient) -> None:
    tasks = given_tasks(client)
    for caller, task, verb in product(CALLERS, ("unknown", "finished", "held"), GOOD_BODY):
        answer = report(client, tasks[task], verb, headers=CALLERS[caller], **GOOD_BODY[verb])
        sent = CALLERS[caller].get("Authorization", "Bearer nothing").removeprefix("Bearer ")
        assert sent not in f"{answer.headers}{answer.get_data(as_text=True)}"


@pytest.mark.parametrize(
    "path",
    ["/api/external_task/v2/fetch_and_lock", "/api/consumer", "/api/management/v1/nothing", f"{LEGACY}/task/x/unlock"],
)
def test_where_no_route_is_there_is_404_in_json_even_for_nobody(client: FlaskClient, path: str) -> None:
    assert seen(client.post(path, json={})) == Expected(404, {"message": "Not Found"}, {})
