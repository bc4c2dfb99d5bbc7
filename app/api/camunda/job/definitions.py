"""/job-definition: what makes jobs, the timers and asynchronous continuations of the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonInteger,
    JacksonLong,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
    load_query,
)
from app.api.camunda.rest.errors import invalid_request, null_value
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.paging import CountSchema, page, sorting_fields, take_sorting
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import Shape, computed, flag, number, text
from app.api.camunda.rest.routes import add_route
from app.api.camunda.rest.suspension import BOTH, NEITHER, SuspensionSchema, later_at, require_one
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.bpmn.states import JobKind
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.job_definitions import JobDefinition, definition_of

blueprint = CamundaBlueprint("job definition", __name__, url_prefix="/job-definition", description="What makes jobs")
JOB_TYPES: dict[str, str] = {
    JobKind.ASYNC_BEFORE: "async-continuation",
    JobKind.ASYNC_AFTER: "async-continuation",
    JobKind.TIMER: "timer-intermediate-transition",
    JobKind.TIMER_START: "timer-start-event",
}


def job_type(definition: JobDefinition) -> str:
    """Return what Camunda calls the jobs of a definition: a timer at an activity's boundary has a name of its own."""
    return "timer-transition" if definition.at.startswith("boundary") else JOB_TYPES[definition.kind]


JOB_DEFINITION = Shape(
    "JobDefinition",
    {
        "id": text("id"),
        "processDefinitionId": text("definition.id"),
        "processDefinitionKey": text("definition.key"),
        "jobType": computed(job_type),
        "jobConfiguration": text("configuration"),
        "activityId": text("activity_id"),
        "suspended": flag("suspended"),
        "overridingJobPriority": number("priority"),
        "tenantId": text("definition.tenant_id"),
        "deploymentId": text("definition.deployment_id"),
    },
)


ORDERS: Mapping[str, Callable[[JobDefinition], Any]] = {
    "jobDefinitionId": lambda each: each.id,
    "activityId": lambda each: each.activity_id,
    "processDefinitionId": lambda each: each.definition.id,
    "processDefinitionKey": lambda each: each.definition.key,
    "jobType": job_type,
    "jobConfiguration": lambda each: each.configuration,
    "tenantId": lambda each: each.definition.tenant_id or "",
}


class FilterSchema(sorting_fields(tuple(ORDERS))):  # type: ignore[misc]
    """Which job definitions."""

    id = JacksonString("jobDefinitionId")
    activity_ids = JacksonStrings("activityIdIn")
    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    job_type = JacksonString("jobType")
    configuration = JacksonString("jobConfiguration")
    active = JacksonBoolean("active")
    suspended = JacksonBoolean("suspended")
    with_priority = JacksonBoolean("withOverridingJobPriority")
    tenant_ids = JacksonStrings("tenantIdIn")
    without_tenant = JacksonBoolean("withoutTenantId")
    including_without_tenant = JacksonBoolean("includeJobDefinitionsWithoutTenantId")


class JobDefinitionSuspensionSchema(SuspensionSchema):
    """Suspend or activate what a job definition makes."""

    include_jobs = JacksonBoolean("includeJobs", False)
    execution_date = JacksonString("executionDate", metadata={"example": "2035-01-31T10:00:00Z"})


class JobDefinitionsSuspensionSchema(OperationSchema, JobDefinitionSuspensionSchema):
    """Suspend or activate what the job definitions of one process definition or key make."""

    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    tenant_id = JacksonString("processDefinitionTenantId")
    without_tenant = JacksonBoolean("processDefinitionWithoutTenantId", False)


class JobDefinitionPrioritySchema(JacksonSchema):
    """A priority instead of the model's; null gives that back."""

    priority = JacksonLong("priority", metadata={"example": 10})
    include_jobs = JacksonBoolean("includeJobs", False)


class JobDefinitionRetriesSchema(JacksonSchema):
    """New retries for the failed jobs of a definition, and when they are due."""

    retries = JacksonInteger("retries", metadata={"example": 3})
    due_at = JacksonDate("dueDate")


filter_schema = FilterSchema()
TENANT = ("tenant_ids", "without_tenant", "including_without_tenant")


def _find(asked: Mapping[str, Any]) -> list[JobDefinition]:
    id = asked["definition_id"] or definition_of(asked["id"] or "")
    definitions = {"id": id, "key": asked["definition_key"]} | {name: asked[name] for name in TENANT}
    return [each for each in components.job_definitions.of_definitions(definitions) if _wanted(each, asked)]


def _sorted(asked: dict[str, Any]) -> list[JobDefinition]:
    """Find what is asked for and sort it; of several levels the last one is the finest. Raises CamundaRefusal."""
    levels = take_sorting(asked, tuple(ORDERS))
    found = _find(asked)
    for name, direction in reversed(levels):
        found.sort(key=ORDERS[name], reverse=direction == "desc")
    return found


def _wanted(each: JobDefinition, asked: Mapping[str, Any]) -> bool:
    return (
        asked["id"] in (None, each.id)
        and (not asked["activity_ids"] or each.activity_id in asked["activity_ids"])
        and asked["job_type"] in (None, job_type(each))
        and asked["configuration"] in (None, each.configuration)
        and not (asked["active"] and each.suspended)
        and not (asked["suspended"] and not each.suspended)
        and not (asked["with_priority"] and each.priority is None)
    )


def get_list() -> Response:
    """List what makes jobs."""
    return reply([JOB_DEFINITION(each) for each in page(_sorted(load_query(filter_schema)))])


def get_count() -> Response:
    """Count what makes jobs."""
    return reply({"count": len(_sorted(load_query(filter_schema)))})


def post_list(asked: dict[str, Any]) -> Response:
    """List what makes jobs, by the filters of the body."""
    return reply([JOB_DEFINITION(each) for each in page(_sorted(asked))])


def post_count(asked: dict[str, Any]) -> Response:
    """Count what makes jobs, by the filters of the body."""
    return reply({"count": len(_sorted(asked))})


def get_job_definition(id: str) -> Response:
    """Return one job definition."""
    found = _find({**filter_schema.load({}), "id": id})
    if not found:
        raise invalid_request(f"Job Definition with id {id} does not exist", 404)
    return reply(JOB_DEFINITION(found[0]))


def set_retries(body: dict[str, Any], id: str) -> Response:
    """Set the retries of those jobs of a definition that have none left."""
    if body["retries"] is None:
        raise null_value("retries is null")
    failed = {"job_definition_id": id, "no_retries_left": True}
    components.jobs.set_retries_where(identity(), failed, body["retries"], body["due_at"])
    return no_content()


def suspend(body: dict[str, Any], id: str) -> Response:
    """Suspend or activate what a job definition makes, now or later."""
    what = f"The suspension state of Job Definition with id {id} could not be updated"
    _suspend(body, later_at(body, what), ids=[id])
    return no_content()


def suspend_all(body: dict[str, Any]) -> Response:
    """Suspend or activate what the job definitions of a process definition or key make, now or later."""
    require_one(body, ("definition_id", "definition_key"), NEITHER, BOTH)
    tenants = {"tenant_ids": body["tenant_id"] and [body["tenant_id"]], "without_tenant": body["without_tenant"]}
    at = later_at(body, "Could not update the suspension state of Job Definitions")
    _suspend(body, at, definitions={"id": body["definition_id"], "key": body["definition_key"], **tenants})
    return no_content()


def _suspend(body: dict[str, Any], at: int | None, **what: Any) -> None:
    arguments = {"suspended": body["suspended"], "include_jobs": body["include_jobs"], **what}
    if at is not None:
        kind = "suspend-job-definition" if body["suspended"] else "activate-job-definition"
        components.planned_suspensions.plan(identity(), kind, at, arguments)
    else:
        components.job_definitions.suspend(identity(), **arguments)


def set_priority(body: dict[str, Any], id: str) -> Response:
    """Give the jobs that will be made another priority than the model's, and those that are there on request."""
    if body["priority"] is None and body["include_jobs"]:
        raise invalid_request(f"Cannot reset priority for job definition {id} with includeJobs=true")
    components.job_definitions.set_priority(identity(), id, body["priority"], body["include_jobs"])
    return no_content()


_many = type(JOB_DEFINITION.schema)(many=True)
_READ: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES}
add_route(blueprint, "", get_list, answer=_many, **_READ)
add_route(blueprint, "/count", get_count, answer=CountSchema(), **_READ)
add_route(blueprint, "", post_list, "POST", status=200, body=filter_schema, answer=_many, **_READ)
add_route(blueprint, "/count", post_count, "POST", status=200, body=filter_schema, answer=CountSchema(), **_READ)
add_route(blueprint, "/<id>", get_job_definition, answer=JOB_DEFINITION.schema, **_READ)
add_route(blueprint, "/<id>/retries", set_retries, "PUT", body=JobDefinitionRetriesSchema())
add_route(blueprint, "/<id>/suspended", suspend, "PUT", body=JobDefinitionSuspensionSchema())
add_route(blueprint, "/suspended", suspend_all, "PUT", body=JobDefinitionsSuspensionSchema())
add_route(
    blueprint,
    "/<id>/jobPriority",
    set_priority,
    "PUT",
    body=JobDefinitionPrioritySchema(),
    error_answers=unknown("Job definition with id '{id}' does not exist: jobDefinition is null"),
)
