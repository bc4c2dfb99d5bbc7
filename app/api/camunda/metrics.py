"""/metrics: how much was done in a time."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonDate, JacksonSchema, load_query
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.queries.metrics import total

blueprint = CamundaBlueprint("metrics", __name__, url_prefix="/metrics", description="How much was done")
route = routes_of(blueprint)
SHORT_NAMES = {
    "process-instances": "root-process-instance-start",
    "flow-node-instances": "activity-instance-start",
}


class PeriodSchema(JacksonSchema):
    """From when on, and until before when."""

    after = JacksonDate("startDate")
    before = JacksonDate("endDate")


class SumSchema(Schema):
    """A metric, added up."""

    result = fields.Integer(metadata={"example": 42})


period_schema = PeriodSchema()


@route("/<name>/sum", answer=SumSchema())
@blueprint.arguments(period_schema, location="query")
def get_sum(name: str) -> Response:
    """Return a metric; what is not measured is 0."""
    period = load_query(period_schema)
    return reply({"result": total(components.database, SHORT_NAMES.get(name, name), period["after"], period["before"])})
