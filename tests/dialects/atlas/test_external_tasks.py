"""ProcessCube's external task routes: shapes, filters, statuses."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from tests.builders import bearer, error_boundary, external_task, flow, one_task, process, task_with_error
from tests.dialects.atlas.cube import BASE, call, deploy, fetch, get, report, start
from tests.dialects.process_engine.five_minds import everything_stored

CATCH_ALL = process(
    '<startEvent id="start"/>',
    external_task("work", "work"),
    error_boundary("work"),
    external_task("repair", "repair"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "end"),
    flow("caught", "repair"),
    flow("repair", "end"),
)
ERROR = {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left", "errorDetails": "stack"}


def waiting_task(client: FlaskClient, model: str | None = None, **body: Any) -> str:
    """Deploy, start, fetch, and return the task's id."""
    deploy(client, *([model] if model else []))
    start(client, initialToken=body)
    return str(fetch(client)[0]["id"])


def test_a_task_names_its_owner_and_definition_and_holds_no_token(client: FlaskClient) -> None:
    with clock.frozen():
        deploy(client)
        told = start(client, correlationId="c1", initialToken={"a": {"b": 1}})
        (task,) = fetch(client, payloadFilter=None)
        now = clock.now_ms()
    definition = get(client, "/process_models/process")["processDefinitionId"]
    assert task.pop("id")
    assert task.pop("flowNodeInstanceId")
    assert task == {
        "state": "pending",
        "workerId": "w1",
        "topic": "work",
        "isSingleTry": False,
        "correlationId": "c1",
        "processDefinitionId": definition,
        "processModelId": "process",
        "processInstanceId": told["processInstanceId"],
        "ownerId": "starter",
        "payload": {"a": {"b": 1}},
        "lockExpirationTime": iso_instant(now + 60_000),
        "createdAt": iso_instant(now),
    }


def test_one_fetch_may_name_several_topics(client: FlaskClient) -> None:
    deploy(client, one_task("a", id="one"), one_task("b", id="two"))
    start(client, "one")
    start(client, "two")
    assert sorted(task["topic"] for task in fetch(client, ["a", "b", "c"])) == ["a", "b"]


@pytest.mark.parametrize("topics", [[], [""], [1], {}, None, ["x"] * 101])
def test_topics_that_are_none_are_400(client: FlaskClient, topics: Any) -> None:
    order = {"workerId": "w1", "topicName": topics, "lockDuration": 1}
    answer = call(client, "POST", "/external_tasks/fetch_and_lock", order)
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith("topicName: ")


def test_a_payload_filter_takes_what_matches_and_leaves_the_rest_to_others(client: FlaskClient) -> None:
    deploy(client)
    for kind in ("plain", "Urgent", "plain", "urgent"):
        start(client, initialToken={"kind": kind})
    urgent = fetch(client, payloadFilter="/urgent/i")
    assert [task["payload"]["kind"] for task in urgent] == ["Urgent", "urgent"]
    assert [task["payload"]["kind"] for task in fetch(client, workerId="w2")] == ["plain", "plain"]
    assert fetch(client, payloadFilter="urgent") == []


def test_a_payload_filter_that_is_not_safe_is_400(client: FlaskClient) -> None:
    order = {"workerId": "w1", "topicName": "work", "lockDuration": 1, "payloadFilter": "(?=a)"}
    answer = call(client, "POST", "/external_tasks/fetch_and_lock", order)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 400)


def test_finishing_passes_the_result_on(client: FlaskClient) -> None:
    model = process(
        '<startEvent id="start"/>',
        external_task("work", "work"),
        external_task("next", "next"),
        '<endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "next"),
        flow("next", "end"),
    )
    task_id = waiting_task(client, model, a=1)
    answer = report(client, task_id, "finish", result={"b": [2]})
    assert (answer.status_code, answer.data) == (204, b"")
    assert fetch(client, "next")[0]["payload"] == {"a": 1, "b": [2]}


@pytest.mark.parametrize(
    ("verb", "member"),
    [("error", "error"), ("error", "bpmnError"), ("handle_bpmn_error", "bpmnError"), ("handle_service_error", "error")],
)
def test_every_error_route_takes_either_member_and_the_process_catches_it(
    client: FlaskClient, verb: str, member: str
) -> None:
    task_id = waiting_task(client, task_with_error())
    assert report(client, task_id, verb, **{member: ERROR}).status_code == 204
    assert fetch(client, "repair")[0]["payload"] == {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}


@pytest.mark.parametrize("code", [500, "500", None, ""])
def test_an_error_with_a_numeric_code_or_none_is_caught_by_a_catch_all(client: FlaskClient, code: Any) -> None:
    task_id = waiting_task(client, CATCH_ALL)
    assert report(client, task_id, "error", error={"errorCode": code, "errorMessage": "m"}).status_code == 204
    assert fetch(client, "repair")[0]["payload"] == {"errorCode": str(code or ""), "errorMessage": "m"}


def test_an_uncaught_error_ends_the_instance_with_it(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    assert report(client, task_id, "error", error=ERROR).status_code == 204
    (instance,) = get(client, "/process_instances/query")["processInstances"]
    assert (instance["state"], instance["error"]["code"]) == ("error", "OUT_OF_STOCK")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("extend_lock", {"additionalDuration": 1000}),
        ("finish", {"result": {}}),
        ("error", {"error": ERROR}),
        ("handle_bpmn_error", {"bpmnError": ERROR}),
        ("handle_service_error", {"error": ERROR}),
    ],
)
def test_the_statuses_of_every_report_and_that_refusals_change_nothing(
    client: FlaskClient, verb: str, body: dict[str, Any]
) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    path = f"/external_tasks/{task_id}/{verb}"
    refused = {
        400: call(client, "PUT", path, body),
        401: client.put(f"{BASE}{path}", json={"workerId": "w1", **body}),
        403: call(client, "PUT", path, {"workerId": "w1", **body}, headers=bearer("can_write_process_model")),
        404: report(client, "nothing", verb, **body),
        405: call(client, "POST", path, {"workerId": "w1", **body}),
        423: call(client, "PUT", path, {"workerId": "w2", **body}),
    }
    for status, answer in refused.items():
        assert (answer.status_code, answer.content_type) == (status, "application/json")
        assert answer.get_json()["code"] == status
    assert everything_stored() == before
    assert report(client, task_id, "finish").status_code == 204
    again = report(client, task_id, verb, **body)
    assert (again.status_code, again.get_json()) == (
        409,
        {
            "code": 409,
            "message": f"External Task with ID '{task_id}' has been finished and is no longer accessible.",
            "additionalInformation": {},
        },
    )


def test_the_deployed_topics_are_those_of_the_latest_models_that_the_caller_may_see(client: FlaskClient) -> None:
    deploy(client, one_task("b", id="one"), one_task("a", id="two"), one_task("${x}", id="three"))
    assert get(client, "/external_tasks/deployed_topics") == ["a", "b"]
    headers = bearer("can_access_external_tasks", topics=["b"])
    assert call(client, "GET", "/external_tasks/deployed_topics", headers=headers).get_json() == ["b"]


def test_an_unknown_path_is_404_in_json(client: FlaskClient) -> None:
    for path in ("/atlas_engine", "/atlas_engine/api/v2/external_tasks", f"{BASE}/nothing"):
        answer = client.get(path, headers=bearer())
        assert (answer.status_code, answer.get_json()) == (
            404,
            {"code": 404, "message": "Not Found", "additionalInformation": {}},
        )


@pytest.mark.parametrize(
    ("verb", "body"),
    [("finish", {"result": {}}), ("error", {"error": ERROR}), ("handle_service_error", {"error": ERROR})],
    ids=["finish", "error", "service error"],
)
def test_a_report_repeated_under_its_key_gets_the_first_answer_again(
    client: FlaskClient, verb: str, body: dict[str, Any]
) -> None:
    path = f"/external_tasks/{waiting_task(client)}/{verb}"
    key = {**bearer(), "Idempotency-Key": "once"}
    statuses = [
        client.put(f"{BASE}{path}", json={"workerId": worker, **body}, headers=headers).status_code
        for worker, headers in (("w1", key), ("w1", key), ("w2", key), ("w1", bearer()))
    ]
    assert statuses == [204, 204, 422, 409]
