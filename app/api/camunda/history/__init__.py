"""/history: everything that ran, ended or not, one file a resource."""

from __future__ import annotations

from app.api.camunda.history import (
    activity_instance,
    batch,
    detail,
    external_task_log,
    incident,
    process_instance,
    removal,
    task,
    variable_instance,
)

RESOURCES = (
    process_instance.blueprint,
    activity_instance.blueprint,
    variable_instance.blueprint,
    detail.blueprint,
    external_task_log.blueprint,
    incident.blueprint,
    task.blueprint,
    batch.blueprint,
    removal.blueprint,
)
