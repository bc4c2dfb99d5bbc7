"""External tasks as JSON, built by hand: a worker's fetch must not pay for a schema."""

from __future__ import annotations

from typing import Any

from app.api.camunda.rest.dates import format_date
from app.api.camunda.rest.variables import variables_to_json


def task_to_json(task: Any) -> dict[str, Any]:
    """Write an open task; `task` has the attributes of `app.models.external_task.ExternalTask`."""
    return {
        "activityId": task.activity_id,
        "activityInstanceId": task.activity_instance_id,
        "errorMessage": task.error_message,
        "executionId": task.execution_id,
        "id": task.id,
        "lockExpirationTime": format_date(task.lock_expires_at),
        "createTime": format_date(task.created_at),
        "processDefinitionId": task.definition_id,
        "processDefinitionKey": task.definition_key,
        "processDefinitionVersionTag": task.definition_version_tag,
        "processInstanceId": task.process_instance_id,
        "retries": task.retries,
        "suspended": bool(task.suspended),
        "workerId": task.worker_id,
        "topicName": task.topic,
        "tenantId": task.tenant_id,
        "priority": task.priority,
        "businessKey": task.business_key,
    }


def locked_task_to_json(task: Any, *, deserialize: bool) -> dict[str, Any]:
    """Write a fetched task with its variables."""
    document = task_to_json(task)
    # Camunda never fills this one in, and a suspended task is never fetched.
    document["suspended"] = False
    document["errorDetails"] = task.error_details
    document["variables"] = variables_to_json(task.variables, deserialize=deserialize)
    document["extensionProperties"] = dict(task.extension_properties)
    return document
