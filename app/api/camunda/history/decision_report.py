"""How often decisions were evaluated, and how much of that history is over."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema, JacksonString, JacksonStrings
from app.api.camunda.rest.paging import CountSchema, page, sorting_fields, take_sorting
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.models import DecisionDefinition
from app.queries.history.cleanable import Cleanable
from app.queries.history.decision_instances import cleanable_decisions, evaluations_of

blueprint = CamundaBlueprint(
    "decision history", __name__, url_prefix="/history", description="How often decisions were evaluated"
)
route = routes_of(blueprint)
REPORT = "/decision-definition/cleanable-decision-instance-report"
STATISTICS = Schema.from_dict(
    {"decisionDefinitionKey": fields.String(), "evaluations": fields.Integer()},
    name="HistoricDecisionInstanceStatistics",
)
ANSWER = Schema.from_dict(
    {
        "decisionDefinitionId": fields.String(),
        "decisionDefinitionKey": fields.String(),
        "decisionDefinitionName": fields.String(allow_none=True),
        "decisionDefinitionVersion": fields.Integer(),
        "historyTimeToLive": fields.Integer(allow_none=True),
        "finishedDecisionInstanceCount": fields.Integer(),
        "cleanableDecisionInstanceCount": fields.Integer(),
        "tenantId": fields.String(allow_none=True),
    },
    name="CleanableDecisionInstanceReportResult",
)


class StatisticsSchema(JacksonSchema):
    """Which evaluation to count alone."""

    root_id = JacksonString("decisionInstanceId")


REPORT_SCHEMA = sorting_fields(("finished",)).from_dict(
    {
        "ids": JacksonStrings("decisionDefinitionIdIn"),
        "keys": JacksonStrings("decisionDefinitionKeyIn"),
        "tenant_ids": JacksonStrings("tenantIdIn"),
        "without_tenant": JacksonBoolean("withoutTenantId"),
        "compact": JacksonBoolean("compact", False, metadata={"description": "Leave out what was never decided"}),
    },
    name="CleanableDecisionInstanceReport",
)()


@route("/decision-requirements-definition/<id>/statistics", answer=STATISTICS(many=True))
@blueprint.query(StatisticsSchema())
def get_statistics(asked: dict[str, Any], id: str) -> Response:
    """Count how often each decision of a file was evaluated."""
    counted = evaluations_of(components.database, id, asked["root_id"])
    return reply([{"decisionDefinitionKey": key, "evaluations": count} for key, count in counted])


@route(REPORT, answer=ANSWER(many=True))
@blueprint.query(REPORT_SCHEMA)
def list_decisions(asked: dict[str, Any]) -> Response:
    """Tell how often each definition was evaluated, and how much of that will be removed now."""
    return reply([_of_definition(*pair) for pair in page(_found(asked))])


@route(f"{REPORT}/count", answer=CountSchema())
@blueprint.query(REPORT_SCHEMA)
def count_decisions(asked: dict[str, Any]) -> Response:
    """Count the rows of the report."""
    return reply({"count": len(_found(asked))})


def _found(asked: dict[str, Any]) -> list[tuple[DecisionDefinition, Cleanable]]:
    levels, compact = take_sorting(asked, ("finished",)), asked.pop("compact")
    found = [pair for pair in cleanable_decisions(components.database, asked) if pair[1].finished or not compact]
    if not levels:
        return found
    return sorted(found, key=lambda pair: pair[1].finished, reverse=levels[0][1] == "desc")


def _of_definition(row: DecisionDefinition, counts: Cleanable) -> dict[str, Any]:
    return {
        "decisionDefinitionId": row.id,
        "decisionDefinitionKey": row.key,
        "decisionDefinitionName": row.name,
        "decisionDefinitionVersion": row.version,
        "historyTimeToLive": row.history_ttl_days,
        "finishedDecisionInstanceCount": counts.finished,
        "cleanableDecisionInstanceCount": counts.cleanable,
        "tenantId": row.tenant_id,
    }
