"""All resources of the dialect, in the order of their documentation."""

from __future__ import annotations

from app.api.camunda import (
    batch,
    deployment,
    engine,
    event_subscription,
    execution,
    external_task_retries,
    history,
    incident,
    job,
    job_definition,
    message,
    metrics,
    process_definition,
    process_instance,
    process_instance_batch,
    signal,
    task,
    task_identity_link,
    variable_instance,
)

RESOURCES = (
    engine.blueprint,
    external_task_retries.blueprint,
    deployment.blueprint,
    process_definition.blueprint,
    process_instance.blueprint,
    process_instance_batch.blueprint,
    execution.blueprint,
    message.blueprint,
    signal.blueprint,
    event_subscription.blueprint,
    task.blueprint,
    task_identity_link.blueprint,
    job.blueprint,
    job_definition.blueprint,
    variable_instance.blueprint,
    metrics.blueprint,
    incident.blueprint,
    batch.blueprint,
    *history.RESOURCES,
)
