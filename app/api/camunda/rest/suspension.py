"""Suspend and activate definitions and instances: which ones a body names, and how a wrong choice is refused."""

from __future__ import annotations

from typing import Any

from app import clock
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonDate, JacksonSchema, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.components import components
from app.api.dialect import identity
from app.queries.process_definitions import get_definition

NEITHER = "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
BOTH = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."


class SuspensionSchema(JacksonSchema):
    """Suspend, or go on."""

    suspended = JacksonBoolean("suspended", False, metadata={"example": True})


class DefinitionSuspensionSchema(SuspensionSchema):
    """Suspend or activate one definition."""

    include_instances = JacksonBoolean("includeProcessInstances", False)
    execution_date = JacksonDate("executionDate")


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
    get_definition(components.database, definition_id)
    _suspend(body, definition_id=definition_id)


def suspend_definitions(body: dict[str, Any]) -> None:
    """Suspend or activate what the body names, now or later. Raises CamundaRefusal, DefinitionNotFound."""
    require_one(body, ("definition_id", "definition_key"), NEITHER, BOTH)
    named = {name: body[name] for name in ("definition_id", "definition_key")}
    _suspend(body, **named, **tenant_of(body))


def _suspend(body: dict[str, Any], **named: Any) -> None:
    arguments = {"suspended": body["suspended"], "include_instances": body["include_instances"], **named}
    if is_later(body):
        kind = "suspend-processdefinition" if body["suspended"] else "activate-processdefinition"
        components.planned_suspensions.plan(identity(), kind, body["execution_date"], arguments)
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


def is_later(body: dict[str, Any]) -> bool:
    """Tell whether the body's `executionDate` lies ahead."""
    return body["execution_date"] is not None and body["execution_date"] > clock.now_ms()
