"""All resources of the dialect, in the order of their documentation."""

from __future__ import annotations

from app.api.camunda import (
    batch,
    deployment,
    engine,
    event_subscription,
    external_task_list,
    history,
    incident,
    message,
    signal,
)

RESOURCES = (
    engine.blueprint,
    external_task_list.blueprint,
    deployment.blueprint,
    message.blueprint,
    signal.blueprint,
    event_subscription.blueprint,
    incident.blueprint,
    batch.blueprint,
    *history.RESOURCES,
)
