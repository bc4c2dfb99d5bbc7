"""/task/report: how many tasks wait for whom."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.queries.candidate_groups import by_candidate_group

blueprint = CamundaBlueprint(
    "task report", __name__, url_prefix="/task/report", description="How many tasks wait for whom"
)
route = routes_of(blueprint)
COUNT = Schema.from_dict(
    {"groupName": fields.String(allow_none=True, metadata={"example": "accounting"}), "taskCount": fields.Integer()},
    name="TaskCountByCandidateGroup",
)


@route("/candidate-group-count", answer=COUNT(many=True))
def count_by_candidate_group() -> Response:
    """Count the open tasks of each candidate group; those without one are counted under null."""
    counts = by_candidate_group(components.database)
    return reply([{"groupName": name, "taskCount": count} for name, count in counts])
