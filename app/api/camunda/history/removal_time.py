"""…/set-removal-time: when ended process instances, decisions and batches shall be forgotten, set by a batch."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.routes import BATCH
from app.api.camunda.history.batch import QUERY as BATCH_QUERY
from app.api.camunda.history.decision_instance import QUERY as DECISION_QUERY
from app.api.camunda.history.process_instance import QUERY as INSTANCE_QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonInteger,
    JacksonObject,
    JacksonStrings,
)
from app.api.camunda.rest.errors import CamundaRefusal
from app.api.camunda.rest.list_routes import ListQuery
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import identity, reply
from app.queries.selection import NothingSelected, Selection

blueprint = CamundaBlueprint(
    "history removal time", __name__, url_prefix="/history", description="When the history shall forget"
)
route = routes_of(blueprint)
MODES = ("absolute", "cleared", "calculated")
NOTHING = {
    "process instance": "historicProcessInstances is empty",
    "decision instance": "historicDecisionInstances is empty",
    "batch": "historicBatches is empty",
}
EXCLUSIVE = "The removal time modes are mutually exclusive: mode is not null"


class RemovalTimeSchema(OperationSchema):
    """An instant, or never, or as the time to live says: one of the three."""

    absolute = JacksonDate("absoluteRemovalTime")
    cleared = JacksonBoolean("clearedRemovalTime", False)
    calculated = JacksonBoolean("calculatedRemovalTime", False)


class InstancesRemovalTimeSchema(RemovalTimeSchema):
    """Process instances: those named and those that the query finds, with the trees that they belong to or alone."""

    ids = JacksonStrings("historicProcessInstanceIds")
    query = JacksonObject("historicProcessInstanceQuery", INSTANCE_QUERY.selection)
    hierarchical = JacksonBoolean("hierarchical", False)
    in_chunks = JacksonBoolean("updateInChunks", False)
    chunk_size = JacksonInteger("updateChunkSize")


class DecisionsRemovalTimeSchema(RemovalTimeSchema):
    """Decision instances: those named and those that the query finds, with what was evaluated together or alone."""

    ids = JacksonStrings("historicDecisionInstanceIds")
    query = JacksonObject("historicDecisionInstanceQuery", DECISION_QUERY.selection)
    hierarchical = JacksonBoolean("hierarchical", False)


class BatchesRemovalTimeSchema(RemovalTimeSchema):
    """Batches: those named and those that the query finds."""

    ids = JacksonStrings("historicBatchIds")
    query = JacksonObject("historicBatchQuery", BATCH_QUERY.selection)


@route("/process-instance/set-removal-time", "POST", status=200, body=InstancesRemovalTimeSchema(), answer=BATCH.schema)
def set_of_instances(body: dict[str, Any]) -> Response:
    """Set when process instances are forgotten, by a batch."""
    arguments = {**_mode(body), "hierarchical": body["hierarchical"]}
    return _started("process-set-removal-time", arguments, _chosen(body, "process instance", INSTANCE_QUERY))


@route(
    "/decision-instance/set-removal-time", "POST", status=200, body=DecisionsRemovalTimeSchema(), answer=BATCH.schema
)
def set_of_decisions(body: dict[str, Any]) -> Response:
    """Set when decision instances are forgotten, by a batch."""
    if body["ids"] is None and body["query"] is None:
        raise _refused("Neither query nor ids provided.")
    arguments = {**_mode(body), "hierarchical": body["hierarchical"]}
    return _started("decision-set-removal-time", arguments, _chosen(body, "decision instance", DECISION_QUERY))


@route("/batch/set-removal-time", "POST", status=200, body=BatchesRemovalTimeSchema(), answer=BATCH.schema)
def set_of_batches(body: dict[str, Any]) -> Response:
    """Set when batches are forgotten, by a batch."""
    return _started("batch-set-removal-time", _mode(body), _chosen(body, "batch", BATCH_QUERY))


def _mode(body: dict[str, Any]) -> dict[str, Any]:
    given = [mode for mode in MODES if body[mode] not in (None, False)]
    if len(given) != 1:
        raise _refused(EXCLUSIVE if given else "mode is null")
    return {"mode": given[0], "at": body["absolute"]}


def _chosen(body: dict[str, Any], kind: str, query: ListQuery) -> Selection:
    named = [id for id in body["ids"] or () if id is not None]
    return Selection(kind, named, query.searches(body["query"]))


def _started(kind: str, arguments: dict[str, Any], chosen: Selection) -> Response:
    try:
        return reply(BATCH(components.batches.create(identity(), kind, arguments, chosen)))
    except NothingSelected as error:
        raise _refused(NOTHING[error.kind]) from None


def _refused(message: str) -> CamundaRefusal:
    return CamundaRefusal(400, "BadUserRequestException", message, 0)
