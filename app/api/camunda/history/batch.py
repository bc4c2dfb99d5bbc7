"""/history/batch: every batch, running or ended."""

from __future__ import annotations

from flask import Response

from app.api.camunda.batch.routes import PARTS
from app.api.camunda.history.common import one
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import told
from app.api.camunda.rest.resource_json import Shape, date
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import NotFound, Refused
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.batches import HISTORIC_BATCHES

blueprint = CamundaBlueprint(
    "historic batch", __name__, url_prefix="/history/batch", description="Batches, running and ended"
)
route = routes_of(blueprint)
UNDELETABLE = told(400, "InvalidRequestException", "Unable to delete historic batch with id '{id}'", 0)

BATCH = Shape(
    "HistoricBatch",
    {
        **{name: part for name, part in PARTS.items() if name not in ("jobsCreated", "suspended")},
        "endTime": date("ended_at"),
        "removalTime": date("removal_at"),
    },
)
QUERY = ListQuery(
    "HistoricBatch",
    HISTORIC_BATCHES,
    {"batchId": "id", "type": "kind", "completed": "completed", **TENANTS},
    {"batchId": "id", "startTime": "started_at", "endTime": "ended_at", "tenantId": "tenant_id"},
)
add_lists(blueprint, QUERY, BATCH, claim=MANAGE_PROCESS_INSTANCES, post=False)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, BATCH.schema, errors=(401, 403, 404))
def get_batch(id: str) -> Response:
    """Return one batch."""
    return reply(BATCH(one(HISTORIC_BATCHES, id, "Historic batch with id '{id}' does not exist")))


@route("/<id>", "DELETE", error_answers={NotFound: UNDELETABLE, Refused: UNDELETABLE})
def delete_batch(id: str) -> Response:
    """Remove an ended batch from the history."""
    components.retention.remove_batch(identity(), id)
    return no_content()
