"""/history: everything that ran, ended or not, one file a resource."""

from __future__ import annotations

from app.api.camunda.history import (
    activity_instance,
    batch,
    cleanable_report,
    detail,
    external_task_log,
    incident,
    process_definition,
    process_instance,
    removal,
    removal_time,
    report,
    task,
    variable_instance,
)

RESOURCES = (
    report.blueprint,
    cleanable_report.blueprint,
    removal_time.blueprint,
    process_instance.blueprint,
    process_definition.blueprint,
    activity_instance.blueprint,
    variable_instance.blueprint,
    detail.blueprint,
    external_task_log.blueprint,
    incident.blueprint,
    task.blueprint,
    batch.blueprint,
    removal.blueprint,
)
