"""/job: timers, asynchronous continuations and pieces of batches."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonDate, JacksonInteger, JacksonLong, JacksonSchema
from app.api.camunda.rest.errors import Answer, null_value, rest_exception
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import engine_text, told, unknown
from app.api.camunda.rest.resource_json import Shape, computed, date, flag, number, text
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.suspension import SUSPENSION
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import ErrandError, Forbidden, InvalidInput, NotFound, Unauthenticated
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.job_definitions import job_definition_id
from app.queries.jobs import JOBS

blueprint = CamundaBlueprint("job", __name__, url_prefix="/job", description="What runs later without a worker")
route = routes_of(blueprint)

JOB = Shape(
    "Job",
    {
        "id": text("id"),
        "jobDefinitionId": computed(lambda job: job_definition_id(components.database, job)),
        "processInstanceId": text("process_instance_id"),
        "processDefinitionId": text("definition_id"),
        "processDefinitionKey": text("definition_key"),
        "executionId": text("execution_id"),
        "exceptionMessage": text("exception_message"),
        "failedActivityId": computed(lambda job: job.activity_id if job.exception_message is not None else None),
        "retries": number("retries"),
        "dueDate": date("due_at"),
        "suspended": flag("suspended"),
        "priority": number("priority"),
        "tenantId": text("tenant_id"),
        "createTime": date("created_at"),
        "batchId": text("batch_id"),
    },
)
QUERY = ListQuery(
    "Job",
    JOBS,
    filters={
        "jobId": "id",
        "jobIds": "ids",
        "jobDefinitionId": "job_definition_id",
        "processInstanceId": "process_instance_id",
        "processInstanceIds": "process_instance_ids",
        "executionId": "execution_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "activityId": "activity_id",
        "withRetriesLeft": "with_retries_left",
        "noRetriesLeft": "no_retries_left",
        "executable": "executable",
        "timers": "timers",
        "messages": "messages",
        "dueDates": "due",
        "createTimes": "created",
        "withException": "with_exception",
        "exceptionMessage": "exception_message",
        "failedActivityId": "failed_activity_id",
        "active": "active",
        "suspended": "suspended",
        "acquired": "acquired",
        "priorityHigherThanOrEquals": "priority_at_least",
        "priorityLowerThanOrEquals": "priority_at_most",
        "includeJobsWithoutTenantId": "including_without_tenant",
        **TENANTS,
    },
    orders={
        "jobId": "id",
        "executionId": "execution_id",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "jobPriority": "priority",
        "jobRetries": "retries",
        "jobDueDate": "due_at",
        "tenantId": "tenant_id",
    },
)
add_lists(blueprint, QUERY, JOB, claim=MANAGE_PROCESS_INSTANCES)


class JobRetriesSchema(JacksonSchema):
    """How often a job may still be tried, and from when."""

    retries = JacksonInteger("retries", metadata={"example": 3})
    due_at = JacksonDate("dueDate")


class DueDateSchema(JacksonSchema):
    """When a job is due; null means now."""

    due_at = JacksonDate("duedate")
    cascade = JacksonBoolean("cascade", False)


class JobPrioritySchema(JacksonSchema):
    """Which of the due jobs runs first."""

    priority = JacksonLong("priority", metadata={"example": 50})


ANY_FAILURE = {
    NotFound: told(404, "InvalidRequestException", "No job found with id '{id}': job is null"),
    Unauthenticated: Answer(401, ""),
    Forbidden: Answer(403, "AuthorizationException"),
    ErrandError: Answer(404, "InvalidRequestException", None, engine_text),
}
"""Running a job: whatever the engine refuses is a 404 here, as in the original."""


@route("/<id>", answer=JOB.schema, error_answers=unknown("Job with id {id} does not exist"))
def get_job(id: str) -> Response:
    """Return a job."""
    return reply(JOB(JOBS.get(components.database, id)))


@route("/<id>/execute", "POST", error_answers=ANY_FAILURE)
def execute(id: str) -> Response:
    """Run a job now, whether it is due or not."""
    components.job_execution.execute(identity(), id)
    return no_content()


@route(
    "/<id>/stacktrace",
    content_type="text/plain",
    produces="text/plain",
    error_answers=unknown("No job found with id {id}: job is null"),
)
def get_stacktrace(id: str) -> Response:
    """Return why a job failed, in full."""
    details = JOBS.get(components.database, id).exception_details
    return Response(details or "", content_type="text/plain")


@route(
    "/<id>/retries",
    "PUT",
    body=JobRetriesSchema(),
    error_answers={
        NotFound: told(500, "InvalidRequestException", "No job found with id '{id}'."),
        InvalidInput: told(500, "InvalidRequestException", "{error}"),
    },
)
def set_retries(body: dict[str, Any], id: str) -> Response:
    """Set how often a job may still be tried; more than 0 resolves its incident."""
    if body["retries"] is None:
        raise null_value("retries is null")
    components.jobs.set_retries(identity(), id, body["retries"], body["due_at"])
    return no_content()


@route("/<id>/duedate", "PUT", body=DueDateSchema(), error_answers=unknown("No job found with id '{id}'.", 500))
def set_due_date(body: dict[str, Any], id: str) -> Response:
    """Set when a job is due."""
    components.jobs.set_due_date(identity(), id, body["due_at"])
    return no_content()


@route(
    "/<id>/duedate/recalculate",
    "POST",
    error_answers={
        NotFound: told(404, "InvalidRequestException", "No job found with id '{id}': job is null", 0),
        ErrandError: told(500, "InvalidRequestException", "{error}", 0),
    },
)
def recalculate_due_date(id: str) -> Response:
    """Set when a timer is due as its model says, from its creation or (`creationDateBased=false`) from now."""
    from_creation = request.args.get("creationDateBased", "true") != "false"
    components.jobs.recalculate(identity(), id, from_creation=from_creation)
    return no_content()


@route(
    "/<id>/suspended",
    "PUT",
    body=SUSPENSION,
    error_answers=unknown("No job found with id '{id}'", 500, "ProcessEngineException", 0),
)
def suspend(body: dict[str, Any], id: str) -> Response:
    """Keep a job from running by itself, or let it again."""
    components.jobs.suspend(identity(), id, body["suspended"])
    return no_content()


@route("/<id>/priority", "PUT", body=JobPrioritySchema(), error_answers=unknown("No job found with id '{id}'"))
def set_priority(body: dict[str, Any], id: str) -> Response:
    """Set which of the due jobs runs first."""
    if body["priority"] is None:
        raise rest_exception(400, f"Priority for job '{id}' cannot be null.")
    components.jobs.set_priority(identity(), id, body["priority"])
    return no_content()


@route(
    "/<id>",
    "DELETE",
    error_answers=unknown("No job found with id '{id}': job is null"),
)
def delete_job(id: str) -> Response:
    """Delete a job; what waits for it waits on."""
    components.jobs.delete(identity(), id)
    return no_content()
