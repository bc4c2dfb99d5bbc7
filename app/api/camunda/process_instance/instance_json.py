"""A process instance as JSON, wherever it is answered."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.api.camunda.rest.links import self_link
from app.api.camunda.rest.resource_json import Shape, always, computed, text
from app.bpmn.states import ProcessInstanceState
from app.models.process_instance import ProcessInstance

PROCESS_INSTANCE = Shape(
    "ProcessInstance",
    {
        "links": always([]),
        "id": text("id"),
        "definitionId": text("definition_id"),
        "businessKey": text("business_key"),
        "caseInstanceId": text("case_instance_id"),
        "ended": computed(lambda row: row.ended_at is not None, fields.Boolean()),
        "suspended": computed(lambda row: row.state == ProcessInstanceState.SUSPENDED, fields.Boolean()),
        "tenantId": text("tenant_id"),
        "definitionKey": text("definition_key"),
    },
)


def started_instance(row: ProcessInstance) -> dict[str, Any]:
    """Return a process instance with the link to itself."""
    return {**PROCESS_INSTANCE(row), "links": [self_link(f"/process-instance/{row.id}")]}
