"""Reports on many tasks: each item has a result of its own."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.builders import bearer, deploy, fetch, one_task, start, task_with_error

BASE = "/api/v1/external-tasks"


def report(client: FlaskClient, verb: str, items: list[dict[str, Any]], worker_id: str = "worker") -> Any:
    body = {"workerId": worker_id, "items": items}
    response = client.post(f"{BASE}/{verb}", json=body, headers=bearer("can_access_external_tasks"))
    assert response.status_code == 200, response.text
    return response.get_json()["results"]


def statuses(results: list[dict[str, Any]]) -> list[int]:
    return [result["status"] for result in results]


def tasks(client: FlaskClient, count: int) -> list[str]:
    deploy(client, task_with_error())
    for _ in range(count):
        start(client)
    return [task["id"] for task in fetch(client)]


def test_many_tasks_are_completed_and_each_refusal_stays_with_its_task(client: FlaskClient) -> None:
    one, two = tasks(client, 2)
    items = [{"taskId": one, "variables": {"a": [1]}}, {"taskId": "unknown"}, {"taskId": two}, {"taskId": one}]

    results = report(client, "complete", items)

    assert statuses(results) == [204, 404, 204, 410]
    assert results[1] == {
        "taskId": "unknown",
        "status": 404,
        "problem": {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no external task with id 'unknown'.",
        },
    }


def test_many_tasks_fail(client: FlaskClient) -> None:
    one, two = tasks(client, 2)
    items = [{"taskId": one, "retries": 0, "errorMessage": "m"}, {"taskId": two, "retries": 1, "retryTimeoutMs": 0}]
    assert statuses(report(client, "fail", items)) == [204, 204]
    assert [(task["id"], task["retries"]) for task in fetch(client, worker_id="other")] == [(two, 1)]


def test_many_locks_are_extended_only_by_their_owner(client: FlaskClient) -> None:
    (one,) = tasks(client, 1)
    assert statuses(report(client, "extend-lock", [{"taskId": one, "durationMs": 1000}])) == [204]
    assert statuses(report(client, "extend-lock", [{"taskId": one, "durationMs": 1000}], "other")) == [423]


def test_many_bpmn_errors_are_raised(client: FlaskClient) -> None:
    one, two = tasks(client, 2)
    items = [{"taskId": task_id, "errorCode": code} for task_id, code in ((one, "OUT_OF_STOCK"), (two, ""))]
    assert statuses(report(client, "bpmn-error", items)) == [204, 400]
    assert len(fetch(client, "repair")) == 1


def test_a_request_that_makes_no_sense_is_a_problem(client: FlaskClient) -> None:
    for body in ({"items": [{"taskId": "a"}]}, {"workerId": "w", "items": []}, {"workerId": "w"}, []):
        response = client.post(f"{BASE}/complete", json=body, headers=bearer())
        assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    missing = client.get(f"{BASE}/nothing/at/all", headers=bearer())
    assert (missing.status_code, missing.get_json()["title"]) == (404, "Not Found")
    stranger = client.post(f"{BASE}/complete", json={})
    assert (stranger.status_code, stranger.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_for_other_topics_may_not_report(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    (task,) = fetch(client)
    body = {"workerId": "worker", "items": [{"taskId": task["id"]}]}
    other = bearer("can_access_external_tasks", topics=["other"])
    response = client.post(f"{BASE}/complete", json=body, headers=other)
    assert statuses(response.get_json()["results"]) == [403]
