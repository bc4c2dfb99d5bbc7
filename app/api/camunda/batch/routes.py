"""/batch: work on many things, cut into jobs."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.paging import CountSchema
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import Part, Read, Shape, computed, date, flag, number, text, user
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.suspension import SUSPENSION
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.batches import BATCHES
from app.queries.statistics import progress

blueprint = CamundaBlueprint("batch", __name__, url_prefix="/batch", description="Work on many things, in jobs")
route = routes_of(blueprint)

PARTS: dict[str, Part] = {
    "id": text("id"),
    "type": text("kind"),
    "totalJobs": number("total_jobs"),
    "jobsCreated": number("jobs_created"),
    "batchJobsPerSeed": number("jobs_per_seed"),
    "invocationsPerBatchJob": number("invocations_per_job"),
    "seedJobDefinitionId": text("seed_job_definition_id"),
    "monitorJobDefinitionId": text("monitor_job_definition_id"),
    "batchJobDefinitionId": text("batch_job_definition_id"),
    "suspended": flag("suspended"),
    "tenantId": text("tenant_id"),
    "createUserId": user("create_user_id"),
    "startTime": date("started_at"),
    "executionStartTime": date("execution_started_at"),
}


def _of_batch(read: Read) -> Read:
    """Read from the batch of a pair of batch and progress."""
    return lambda pair: read(pair[0])


BATCH = Shape("Batch", PARTS)
STATISTICS = Shape(
    "BatchStatistics",
    {
        **{name: Part(_of_batch(part.read), part.field) for name, part in PARTS.items()},
        "remainingJobs": computed(lambda pair: pair[1].remaining, fields.Integer()),
        "completedJobs": computed(lambda pair: pair[1].completed, fields.Integer()),
        "failedJobs": computed(lambda pair: pair[1].failed, fields.Integer()),
    },
)
FILTERS = {"batchId": "id", "type": "kind", "suspended": "suspended", **TENANTS}
QUERY = ListQuery("Batch", BATCHES, FILTERS, orders={"batchId": "id", "tenantId": "tenant_id"})
STATISTICS_QUERY = ListQuery(
    "BatchStatistics",
    BATCHES,
    {
        **FILTERS,
        "createdBy": "created_by",
        "startedBefore": "started_before",
        "startedAfter": "started_after",
        "withFailures": "with_failures",
        "withoutFailures": "without_failures",
    },
    orders={"batchId": "id", "tenantId": "tenant_id", "startTime": "started_at"},
)
add_lists(blueprint, QUERY, BATCH, claim=MANAGE_PROCESS_INSTANCES, post=False)


@route("/statistics", answer=type(STATISTICS.schema)(many=True))
@blueprint.arguments(STATISTICS_QUERY.parameters, location="query")
def list_statistics() -> Response:
    """List batches and how far they are."""
    batches = STATISTICS_QUERY.find(STATISTICS_QUERY.from_request())
    done = progress(components.database, batches)
    return reply([STATISTICS((batch, done[batch.id])) for batch in batches])


@route("/statistics/count", answer=CountSchema())
@blueprint.arguments(STATISTICS_QUERY.parameters, location="query")
def count_statistics() -> Response:
    """Count the batches that the statistics would list."""
    return reply({"count": STATISTICS_QUERY.count(STATISTICS_QUERY.from_request())})


@route("/<id>", answer=BATCH.schema, error_answers=unknown("Batch with id '{id}' does not exist"))
def get_batch(id: str) -> Response:
    """Return a running batch."""
    return reply(BATCH(BATCHES.get(components.database, id)))


@route(
    "/<id>/suspended",
    "PUT",
    body=SUSPENSION,
    error_answers=unknown("Unable to suspend batch with id '{id}'", 400, code=0),
)
def suspend_batch(body: dict[str, Any], id: str) -> Response:
    """Suspend the jobs of a batch, or let them go on."""
    components.batches.suspend(identity(), id, body["suspended"])
    return no_content()


@route("/<id>", "DELETE", error_answers=unknown("Unable to delete batch with id '{id}'", 400, code=0))
def delete_batch(id: str) -> Response:
    """Delete a batch and its jobs; what they have done stays done. `cascade=true` forgets its history too."""
    components.batches.delete(identity(), id, cascade=request.args.get("cascade") == "true")
    return no_content()
