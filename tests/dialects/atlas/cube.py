"""Requests of a ProcessCube client, said briefly."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import Headers, bearer, one_task

BASE = "/atlas_engine/api/v1"


def call(
    client: FlaskClient, method: str, path: str, body: Any = None, *, headers: Headers | None = None, **query: Any
) -> TestResponse:
    """Send a request as the npm client does, with headers that it adds."""
    more = {"user-id": "tester", "Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
    return client.open(
        f"{BASE}{path}", method=method, json=body, query_string=query, headers=more | (headers or bearer())
    )


def get(client: FlaskClient, path: str, **query: Any) -> Any:
    """Return the JSON of a successful GET."""
    answer = call(client, "GET", path, **query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def deploy(client: FlaskClient, *models: str, overwrite: bool = True) -> None:
    """Deploy models."""
    xml = list(models or [one_task()])
    answer = call(client, "POST", "/process_definitions", {"xml": xml, "overwriteExisting": overwrite})
    assert answer.status_code == 204, answer.get_data(as_text=True)


def start(client: FlaskClient, key: str = "process", **body: Any) -> Any:
    """Start a process and return the answer."""
    headers = bearer(subject="starter")
    answer = call(client, "POST", f"/process_models/{key}/start", {"returnOn": 1, **body}, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def fetch(client: FlaskClient, topic: Any = "work", **body: Any) -> Any:
    """Fetch and lock tasks."""
    order = {"workerId": "w1", "topicName": topic, "maxTasks": 10, "longPollingTimeout": 0, "lockDuration": 60_000}
    answer = call(client, "POST", "/external_tasks/fetch_and_lock", order | body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def report(client: FlaskClient, task_id: str, verb: str, **body: Any) -> TestResponse:
    """Report on a task and return the answer."""
    return call(client, "PUT", f"/external_tasks/{task_id}/{verb}", {"workerId": "w1", **body})
