"""A process definition as JSON, wherever it is answered."""

from __future__ import annotations

from app.api.camunda.rest.resource_json import NOTHING, Shape, flag, number, text

PROCESS_DEFINITION = Shape(
    "ProcessDefinition",
    {
        "id": text("id"),
        "key": text("key"),
        "category": text("category"),
        "description": text("description"),
        "name": text("name"),
        "version": number("version"),
        "resource": text("resource_name"),
        "deploymentId": text("deployment_id"),
        "diagram": NOTHING,
        "suspended": flag("suspended"),
        "tenantId": text("tenant_id"),
        "versionTag": text("version_tag"),
        "historyTimeToLive": number("history_ttl_days"),
        "startableInTasklist": flag("startable"),
    },
)
