"""Suspend and activate definitions and instances: which ones a body names, and how a wrong choice is refused."""

from __future__ import annotations

from typing import Any

from app import clock
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.components import components
from app.api.dialect import identity
from app.bpmn.timers.iso8601 import parse_date
from app.errors import EngineFailed

NEITHER = "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
BOTH = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."


class SuspensionSchema(JacksonSchema):
    """Suspend, or go on."""

    suspended = JacksonBoolean("suspended", False, metadata={"example": True})


class DefinitionSuspensionSchema(SuspensionSchema):
    """Suspend or activate one definition."""

    include_instances = JacksonBoolean("includeProcessInstances", False)
    execution_date = JacksonString("executionDate", metadata={"example": "2035-01-31T10:00:00Z"})


class DefinitionsSuspensionSchema(OperationSchema, DefinitionSuspensionSchema):
    """Suspend or activate one definition, or all versions of a key."""

    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    tenant_id = JacksonString("processDefinitionTenantId")
    without_tenant = JacksonBoolean("processDefinitionWithoutTenantId", False)


SUSPENSION = SuspensionSchema()
DEFINITION_SUSPENSION = DefinitionSuspensionSchema()
DEFINITIONS_SUSPENSION = DefinitionsSuspensionSchema()


def suspend_definition(body: dict[str, Any], definition_id: str) -> None:
    """Suspend or activate one definition, now or later. Raises DefinitionNotFound."""
    how = {"suspended": body["suspended"], "include_instances": body["include_instances"]}
    at = later_at(body, f"The suspension state of Process Definition with id {definition_id} could not be updated")
    if at is None:
        components.process_instances.suspend(identity(), definition_id=definition_id, **how)
    else:
        components.planned_suspensions.plan_of_definition(identity(), definition_id, at, **how)


def suspend_definitions(body: dict[str, Any]) -> None:
    """Suspend or activate what the body names, now or later. Raises CamundaRefusal, DefinitionNotFound."""
    if body["definition_id"] is not None:
        raise invalid_request("Only processDefinitionKey can be set to update the suspension state.")
    named = {"definition_key": body["definition_key"]}
    if body["definition_key"] is None:
        raise invalid_request(NEITHER)
    at = later_at(body, "Could not update the suspension state of Process Definitions")
    _suspend(body, at, **named, **tenant_of(body))


def _suspend(body: dict[str, Any], at: int | None, **named: Any) -> None:
    arguments = {"suspended": body["suspended"], "include_instances": body["include_instances"], **named}
    if at is not None:
        kind = "suspend-processdefinition" if body["suspended"] else "activate-processdefinition"
        components.planned_suspensions.plan(identity(), kind, at, arguments)
    else:
        components.process_instances.suspend(identity(), **arguments)


def require_one(body: dict[str, Any], names: tuple[str, ...], neither: str, both: str) -> None:
    """Raise CamundaRefusal unless the body has exactly one of the properties."""
    given = sum(body[name] is not None for name in names)
    if given != 1:
        raise invalid_request(both if given else neither)


def tenant_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the tenant in which a key is looked for; every one unless the body names one or none."""
    named = body["tenant_id"] is not None or body["without_tenant"]
    return {"tenant_id": body["tenant_id"], "any_tenant": not named}


def later_at(body: dict[str, Any], what: str) -> int | None:
    """Return the body's `executionDate`, an ISO 8601 date of any form, if it lies ahead; otherwise None: at once.

    Raises CamundaRefusal, whose text begins with `what`.
    """
    text = body["execution_date"]
    if not text:
        return None
    try:
        at = parse_date(text)
    except EngineFailed:
        raise invalid_request(f'{what} due to: Invalid format: "{text[:100]}"') from None
    return at if at > clock.now_ms() else None
