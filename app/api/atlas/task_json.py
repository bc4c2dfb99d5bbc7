"""A locked external task as ProcessCube writes it."""

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
    "isSingleTry": False,
    "flowNodeInstanceId": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d3f",
    "correlationId": "order-7",
    "processDefinitionId": "order:1:0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d41",
    "processModelId": "order",
    "processInstanceId": "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d40",
    "ownerId": "ada",
    "payload": {"orderId": 7},
    "lockExpirationTime": "2026-01-31T09:30:00.000Z",
    "createdAt": "2026-01-31T09:29:30.000Z",
}


def task_json(fetched: Fetched) -> dict[str, Any]:
    """Return the members of a task."""
    task = fetched.task
    return {
        "state": "pending",
        "id": task.id,
        "workerId": task.worker_id,
        "topic": task.topic,
        "isSingleTry": False,
        "flowNodeInstanceId": bare_id(task.activity_instance_id),
        "correlationId": correlation_of(task),
        "processDefinitionId": task.definition_id,
        "processModelId": task.definition_key,
        "processInstanceId": task.process_instance_id,
        "ownerId": fetched.starter or "",
        "payload": fetched.payload,
        "lockExpirationTime": iso_instant(task.lock_expires_at or 0),
        "createdAt": iso_instant(task.created_at),
    }
