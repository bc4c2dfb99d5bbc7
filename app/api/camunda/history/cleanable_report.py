"""…/cleanable-…-report: how much history there is, and how much of it is over."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonStrings
from app.api.camunda.rest.paging import CountSchema, page, sorting_fields, take_sorting
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.models.process_definition import ProcessDefinition
from app.queries.history.cleanable import Cleanable, cleanable_batches, cleanable_instances

blueprint = CamundaBlueprint(
    "cleanable history", __name__, url_prefix="/history", description="How much of the history is over"
)
route = routes_of(blueprint)
INSTANCES = "/process-definition/cleanable-process-instance-report"
BATCHES = "/batch/cleanable-batch-report"
BASE = sorting_fields(("finished",))
INSTANCES_ANSWER = Schema.from_dict(
    {
        "processDefinitionId": fields.String(),
        "processDefinitionKey": fields.String(),
        "processDefinitionName": fields.String(allow_none=True),
        "processDefinitionVersion": fields.Integer(),
        "historyTimeToLive": fields.Integer(allow_none=True),
        "finishedProcessInstanceCount": fields.Integer(),
        "cleanableProcessInstanceCount": fields.Integer(),
        "tenantId": fields.String(allow_none=True),
    },
    name="CleanableProcessInstanceReportResult",
)
BATCHES_ANSWER = Schema.from_dict(
    {
        "batchType": fields.String(metadata={"example": "instance-deletion"}),
        "historyTimeToLive": fields.Integer(allow_none=True),
        "finishedBatchesCount": fields.Integer(),
        "cleanableBatchesCount": fields.Integer(),
    },
    name="CleanableBatchReportResult",
)
instances_schema = BASE.from_dict(
    {
        "ids": JacksonStrings("processDefinitionIdIn"),
        "keys": JacksonStrings("processDefinitionKeyIn"),
        "tenant_ids": JacksonStrings("tenantIdIn"),
        "without_tenant": JacksonBoolean("withoutTenantId"),
        "compact": JacksonBoolean("compact", False, metadata={"description": "Leave out what has nothing to remove"}),
    },
    name="CleanableProcessInstanceReport",
)()
batches_schema = BASE.from_dict({}, name="CleanableBatchReport")()


@route(INSTANCES, answer=INSTANCES_ANSWER(many=True))
@blueprint.query(instances_schema)
def list_instances(asked: dict[str, Any]) -> Response:
    """Tell how many instances of each definition have ended, and how many of them will be removed now."""
    return reply([_of_definition(*pair) for pair in page(_instances(asked))])


@route(f"{INSTANCES}/count", answer=CountSchema())
@blueprint.query(instances_schema)
def count_instances(asked: dict[str, Any]) -> Response:
    """Count the rows of the report."""
    return reply({"count": len(_instances(asked))})


@route(BATCHES, answer=BATCHES_ANSWER(many=True))
@blueprint.query(batches_schema)
def list_batches(asked: dict[str, Any]) -> Response:
    """Tell how many batches of each type have ended, and how many of them will be removed now."""
    return reply([_of_kind(*pair) for pair in page(_batches(asked))])


@route(f"{BATCHES}/count", answer=CountSchema())
@blueprint.query(batches_schema)
def count_batches(asked: dict[str, Any]) -> Response:
    """Count the rows of the report."""
    return reply({"count": len(_batches(asked))})


def _instances(asked: dict[str, Any]) -> list[tuple[ProcessDefinition, Cleanable]]:
    levels, compact = take_sorting(asked, ("finished",)), asked.pop("compact")
    found = cleanable_instances(components.database, asked)
    return _sorted([pair for pair in found if pair[1].cleanable or not compact], levels)


def _batches(asked: dict[str, Any]) -> list[tuple[str, Cleanable]]:
    return _sorted(list(cleanable_batches(components.database).items()), take_sorting(asked, ("finished",)))


def _sorted(pairs: list[Any], levels: list[tuple[str, str]]) -> list[Any]:
    if not levels:
        return pairs
    return sorted(pairs, key=lambda pair: pair[1].finished, reverse=levels[0][1] == "desc")


def _of_definition(row: ProcessDefinition, counts: Cleanable) -> dict[str, Any]:
    return {
        "processDefinitionId": row.id,
        "processDefinitionKey": row.key,
        "processDefinitionName": row.name,
        "processDefinitionVersion": row.version,
        "historyTimeToLive": row.history_ttl_days,
        "finishedProcessInstanceCount": counts.finished,
        "cleanableProcessInstanceCount": counts.cleanable,
        "tenantId": row.tenant_id,
    }


def _of_kind(kind: str, counts: Cleanable) -> dict[str, Any]:
    return {
        "batchType": kind,
        "historyTimeToLive": components.settings.history_days or None,
        "finishedBatchesCount": counts.finished,
        "cleanableBatchesCount": counts.cleanable,
    }
