"""Clients as their makers published them, unchanged, against a running server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_npm_consumer_api_client(server: str, node: Run) -> None:
    token = {"outcome": "fine", "shipped": True, "isLocked": True}
    assert node("consumer_api_client.js", server) == {
        "models": ["asking", "manual", "process"],
        "model": ["end", "repaired"],
        "fine": ["order-fine", "end", token],
        "bpmn": [
            "order-bpmn",
            "repaired",
            {"outcome": "bpmn", "errorCode": "OUT_OF_STOCK", "errorMessage": ""},
        ],
        "service": ["InternalServerError", 500, "order-service"],
        "crash": ["InternalServerError", 500, "order-crash"],
        "results": [{"correlationId": "order-fine", "endEventId": "end", "tokenPayload": token}],
        "userTask": ["ask", "approved", {"a": 1}],
        "userTasksLeft": 0,
        "payload": {"a": 1, "approved": True},
        "notMine": [423, "External Task with ID 'ID' is locked by another worker, until THEN."],
        "finished": [410, "External Task with ID 'ID' has been finished and is no longer accessible."],
        "unknown": [404, "ExternalTask with ID nothing not found."],
        "badInput": [400, "workerId: must not be empty"],
    }


def test_npm_external_task_api_client(server: str, node: Run, start: Callable[..., None]) -> None:
    start("manual")
    start("process", a=1)
    assert node("external_task_api_client.js", server) == {
        "members": [
            "state",
            "id",
            "workerId",
            "topic",
            "flowNodeInstanceId",
            "correlationId",
            "processModelId",
            "processInstanceId",
            "identity",
            "payload",
            "lockExpirationTime",
            "finishedAt",
            "createdAt",
        ],
        "notMine": 423,
        "finished": 410,
        "unknown": 404,
        "worked": {"a": 1},
        "repaired": {"a": 1, "errorCode": "OUT_OF_STOCK", "errorMessage": ""},
    }


def test_npm_processcube_engine_client(server: str, node: Run, cube_model: Path) -> None:
    assert node("processcube_engine_client.js", server, cube_model) == {
        "name": "errand-server",
        "definitions": [[True, True]],
        "model": ["start"],
        "fine": ["order-fine", "end", {"outcome": "fine", "shipped": True}],
        "error": [
            "order-error",
            "repaired",
            {
                "outcome": "error",
                "errorCode": "OUT_OF_STOCK",
                "errorMessage": "none left",
                "repaired": "OUT_OF_STOCK",
            },
        ],
        "crash": ["BpmnError", "Error"],
        "picked": [{"kind": "Urgent", "picked": "Urgent"}, True, "finished"],
        "failed": [["order-crash", "Error"]],
        "waiting": ["work"],
        "terminated": "terminated",
        "left": [],
    }


def test_pypi_external_task_api_client(server: str, python: Run, start: Callable[..., None]) -> None:
    start("manual", b=2)
    start("process", a=1)
    assert python("external_task_worker.py", server) == {
        "payload": {"b": 2},
        "not_mine": 423,
        "finished": 410,
        "unknown": 404,
        "handled": [{"a": 1}, {"a": 1, "errorCode": "OUT_OF_STOCK", "errorMessage": ""}],
    }


@pytest.mark.parametrize("package", ["processcube_client", "atlas_engine_client"])
def test_pypi_cube_clients(server: str, python: Run, cube_model: Path, package: str) -> None:
    assert python("cube_client.py", package, server, cube_model) == {
        "name": "errand-server",
        "task": ["cube", {"kind": "first"}, True],
        "ended": ["finished", {"kind": "first", "done": True}],
        "user_task": ["Ask", "approved"],
        "then": ["then"],
        "fine": ["end", {"outcome": "fine", "shipped": True}],
        "error": [
            "repaired",
            {"outcome": "error", "errorCode": "OUT_OF_STOCK", "errorMessage": "none left", "repaired": True},
        ],
    }
