"""Suspend and activate definitions and instances: which ones a body names, and how a wrong choice is refused."""

from __future__ import annotations

from typing import Any

from app import clock
from app.api.camunda.coercion import JacksonBoolean, JacksonDate, JacksonSchema, JacksonString
from app.api.camunda.errors import invalid_request
from app.api.dialect import identity
from app.api.parts import parts

NEITHER = "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
BOTH = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."


class SuspensionSchema(JacksonSchema):
    """Suspend, or go on."""

    suspended = JacksonBoolean("suspended", False, metadata={"example": True})


class DefinitionSuspensionSchema(SuspensionSchema):
    """Suspend or activate one definition."""

    include_instances = JacksonBoolean("includeProcessInstances", False)
    execution_date = JacksonDate("executionDate")


class DefinitionsSuspensionSchema(DefinitionSuspensionSchema):
    """Suspend or activate one definition, or all versions of a key."""

    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    tenant_id = JacksonString("processDefinitionTenantId")
    without_tenant = JacksonBoolean("processDefinitionWithoutTenantId", False)


SUSPENSION = SuspensionSchema()
DEFINITION_SUSPENSION = DefinitionSuspensionSchema()
DEFINITIONS_SUSPENSION = DefinitionsSuspensionSchema()


def suspend_definition(body: dict[str, Any], definition_id: str) -> None:
    """Suspend or activate one definition. Raises CamundaRefusal, DefinitionNotFound."""
    _refuse_later(body)
    parts.engine.instances.suspend(
        identity(),
        suspended=body["suspended"],
        definition_id=definition_id,
        include_instances=body["include_instances"],
    )


def suspend_definitions(body: dict[str, Any]) -> None:
    """Suspend or activate what the body names. Raises CamundaRefusal, DefinitionNotFound."""
    _refuse_later(body)
    require_one(body, ("definition_id", "definition_key"), NEITHER, BOTH)
    parts.engine.instances.suspend(
        identity(),
        suspended=body["suspended"],
        definition_id=body["definition_id"],
        definition_key=body["definition_key"],
        include_instances=body["include_instances"],
        **tenant_of(body),
    )


def require_one(body: dict[str, Any], names: tuple[str, ...], neither: str, both: str) -> None:
    """Raise CamundaRefusal unless the body has exactly one of the properties."""
    given = sum(body[name] is not None for name in names)
    if given != 1:
        raise invalid_request(both if given else neither)


def tenant_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the tenant in which a key is looked for; every one unless the body names one or none."""
    named = body["tenant_id"] is not None or body["without_tenant"]
    return {"tenant_id": body["tenant_id"], "any_tenant": not named}


def _refuse_later(body: dict[str, Any]) -> None:
    """A suspension at a later time is refused rather than forgotten."""
    if body["execution_date"] is not None and body["execution_date"] > clock.now_ms():
        raise invalid_request("Errand does not support an executionDate in the future", 501)
