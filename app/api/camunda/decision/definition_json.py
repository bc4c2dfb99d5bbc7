"""Definitions of decisions and of their graphs as JSON, wherever they are answered."""

from __future__ import annotations

from app.api.camunda.rest.resource_json import Shape, number, text

_NAMES = {
    "id": text("id"),
    "key": text("key"),
    "category": text("category"),
    "name": text("name"),
    "version": number("version"),
    "resource": text("resource_name"),
    "deploymentId": text("deployment_id"),
    "tenantId": text("tenant_id"),
}
DECISION_DEFINITION = Shape(
    "DecisionDefinition",
    {
        **_NAMES,
        "decisionRequirementsDefinitionId": text("requirements_id"),
        "decisionRequirementsDefinitionKey": text("requirements_key"),
        "historyTimeToLive": number("history_ttl_days"),
        "versionTag": text("version_tag"),
    },
)
DECISION_REQUIREMENTS_DEFINITION = Shape("DecisionRequirementsDefinition", _NAMES)
