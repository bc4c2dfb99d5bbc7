"""/job, many at once: new retries by a batch, suspended together."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.arguments import started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.job.routes import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonInteger,
    JacksonObject,
    JacksonString,
    JacksonStrings,
)
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.routes import add_route
from app.api.camunda.rest.suspension import SuspensionSchema, tenant_of
from app.api.components import components
from app.api.dialect import identity, no_content
from app.queries.selection import Selection

blueprint = CamundaBlueprint("jobs", __name__, url_prefix="/job", description="Many jobs at once")
OWNERS = {
    "job_definition_id": "jobDefinitionId",
    "process_instance_id": "processInstanceId",
    "definition_id": "processDefinitionId",
    "definition_key": "processDefinitionKey",
}


class BulkRetriesSchema(OperationSchema):
    """Jobs that get new retries: all that are named in either way."""

    ids = JacksonStrings("jobIds")
    query = JacksonObject("jobQuery", QUERY.selection)
    retries = JacksonInteger("retries", metadata={"example": 3})
    due_at = JacksonDate("dueDate")


class JobsSuspensionSchema(OperationSchema, SuspensionSchema):
    """Jobs to suspend or activate: those of one instance, definition or key."""

    job_definition_id = JacksonString("jobDefinitionId")
    process_instance_id = JacksonString("processInstanceId")
    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    tenant_id = JacksonString("processDefinitionTenantId")
    without_tenant = JacksonBoolean("processDefinitionWithoutTenantId", False)


def set_retries(body: dict[str, Any]) -> Response:
    """Set the retries of many jobs by a batch."""
    if body["retries"] is None or body["retries"] < 0:
        raise invalid_request("retries is null" if body["retries"] is None else "retries is negative")
    named = [id for id in body["ids"] or () if id is not None]
    jobs = Selection("job", named, QUERY.searches(body["query"]))
    return started_batch("set-job-retries", {"retries": body["retries"], "due_at": body["due_at"]}, jobs)


def suspend(body: dict[str, Any]) -> Response:
    """Suspend or activate the jobs of one instance, definition or key."""
    components.jobs.suspend_where(identity(), _criteria(body), body["suspended"])
    return no_content()


def _criteria(body: dict[str, Any]) -> dict[str, Any]:
    given = {name: body[name] for name in OWNERS if body[name] is not None}
    if len(given) != 1:
        names = ", ".join(OWNERS.values())
        raise invalid_request(f"Exactly one of {names} must be set to update the suspension state.")
    tenant = tenant_of(body)
    if tenant["any_tenant"]:
        return given
    return given | ({"tenant_ids": [tenant["tenant_id"]]} if tenant["tenant_id"] else {"without_tenant": True})


add_route(blueprint, "/retries", set_retries, "POST", status=200, body=BulkRetriesSchema(), answer=BATCH.schema)
add_route(blueprint, "/suspended", suspend, "PUT", body=JobsSuspensionSchema())
