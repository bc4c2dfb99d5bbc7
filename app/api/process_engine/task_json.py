"""A locked external task as process-engine.io writes it."""

from __future__ import annotations

from typing import Any

from app.api.five_minds.fetching import Fetched
from app.bpmn.plain_json import iso_instant
from app.queries.flow_nodes import bare_id
from app.queries.process_runs import correlation_of

EXAMPLE = {
    "state": "pending",
    "id": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d3e",
    "workerId": "worker-1",
    "topic": "ship",
    "flowNodeInstanceId": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d3f",
    "correlationId": "order-7",
    "processModelId": "order",
    "processInstanceId": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d40",
    "identity": {"userId": "ada"},
    "payload": {"orderId": 7},
    "lockExpirationTime": "2026-01-31T09:30:00.000Z",
    "finishedAt": None,
    "createdAt": "2026-01-31T09:29:30.000Z",
}


def task_json(fetched: Fetched) -> dict[str, Any]:
    """Return the members of a task, in the original's order."""
    task = fetched.task
    return {
        "state": "pending",
        "id": task.id,
        "workerId": task.worker_id,
        "topic": task.topic,
        "flowNodeInstanceId": bare_id(task.activity_instance_id),
        "correlationId": correlation_of(task),
        "processModelId": task.definition_key,
        "processInstanceId": task.process_instance_id,
        "identity": {"userId": fetched.starter},
        "payload": fetched.payload,
        "lockExpirationTime": iso_instant(task.lock_expires_at or 0),
        "finishedAt": None,
        "createdAt": iso_instant(task.created_at),
    }
