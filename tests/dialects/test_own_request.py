"""A request of one dialect executes nothing of another."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.builders import bearer, deploy, one_task, start

API = Path(__file__).parents[2] / "app" / "api"
DIALECTS = {"camunda", "process_engine", "atlas", "operations"}
FETCH = {"workerId": "w1", "topicName": "work", "maxTasks": 1, "longPollingTimeout": 0, "lockDuration": 1000}
REQUESTS: dict[str, list[tuple[str, str, Any]]] = {
    "camunda": [
        ("GET", "/engine-rest/external-task", None),
        ("GET", "/engine-rest/engine/default/task/", None),
        ("POST", "/engine-rest/external-task/fetchAndLock", {"workerId": "w1", "maxTasks": 1}),
        ("GET", "/engine-rest/nowhere", None),
    ],
    "process_engine": [
        ("POST", "/api/external_task/v1/fetch_and_lock", FETCH),
        ("POST", "/api/consumer/v1/fetch_and_lock", FETCH),
        ("GET", "/api/management/v1/correlations/all", None),
        ("GET", "/process_engine", None),
        ("POST", "/api/consumer/v1/nowhere", {}),
    ],
    "atlas": [
        ("POST", "/atlas_engine/api/v1/external_tasks/fetch_and_lock", FETCH),
        ("GET", "/atlas_engine/api/v1/process_instances/query", None),
        ("GET", "/atlas_engine/api/v1/nowhere", None),
    ],
    "operations": [
        ("GET", "/api/v1/topics", None),
        ("POST", "/api/v1/external-tasks/complete", {"workerId": "w1", "items": [{"taskId": "nowhere"}]}),
        ("GET", "/api/v1/nowhere", None),
    ],
    "none": [("GET", "/healthz", None), ("GET", "/nowhere", None)],
}


@pytest.mark.parametrize(
    ("dialect", "request_"),
    [(dialect, request) for dialect, requests in REQUESTS.items() for request in requests],
    ids=lambda value: value if isinstance(value, str) else value[1],
)
def test_a_request_executes_nothing_of_another_dialect(
    client: FlaskClient, dialect: str, request_: tuple[str, str, Any]
) -> None:
    deploy(client, one_task())
    start(client)
    method, path, body = request_
    assert executed(client, method, path, body) & DIALECTS == {dialect} & DIALECTS


def executed(client: FlaskClient, method: str, path: str, body: Any) -> set[str]:
    """Return the packages and files of `app/api` of which a function was called for one request."""
    client.open(path, method=method, json=body, headers=bearer())  # what is made at the first request is made
    files: set[str] = set()

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(profile)
    try:
        client.open(path, method=method, json=body, headers=bearer())
    finally:
        sys.setprofile(None)
    inside = (Path(name) for name in files)
    return {name.relative_to(API).parts[0] for name in inside if name.is_relative_to(API)}
