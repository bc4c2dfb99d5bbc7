"""/history/process-definition: what happened at the activities of a definition."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonDate, JacksonStrings
from app.api.camunda.rest.paging import sorting_fields, take_sorting
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.queries.history.activity_statistics import ActivityStatistics, activity_statistics

blueprint = CamundaBlueprint(
    "historic process definition",
    __name__,
    url_prefix="/history/process-definition",
    description="What happened at the activities of definitions",
)
route = routes_of(blueprint)
ORDERS = ("activityId",)
NUMBERS = (
    "instances",
    "canceled",
    "finished",
    "completeScope",
    "openIncidents",
    "resolvedIncidents",
    "deletedIncidents",
)
STATISTICS = Schema.from_dict(
    {"id": fields.String(metadata={"example": "work"}), **{name: fields.Integer() for name in NUMBERS}},
    name="HistoricActivityStatistics",
)


class StatisticsSchema(sorting_fields(ORDERS)):  # type: ignore[misc]  # a base that is made
    """What to count beside what runs, and of which instances."""

    canceled = JacksonBoolean("canceled", False)
    finished = JacksonBoolean("finished", False)
    complete_scope = JacksonBoolean("completeScope", False)
    incidents = JacksonBoolean("incidents", False)
    ids = JacksonStrings("processInstanceIdIn")
    started_before = JacksonDate("startedBefore")
    started_after = JacksonDate("startedAfter")
    finished_before = JacksonDate("finishedBefore")
    finished_after = JacksonDate("finishedAfter")


OF_INSTANCES = ("ids", "started_before", "started_after", "finished_before", "finished_after")


@route("/<id>/statistics", answer=STATISTICS(many=True))
@blueprint.query(StatisticsSchema())
def get_statistics(asked: dict[str, Any], id: str) -> Response:
    """Count what ran of a definition, by activity; those where nothing wanted happened are left out."""
    levels = take_sorting(asked, ORDERS)
    found = activity_statistics(components.database, id, {name: asked[name] for name in OF_INSTANCES})
    rows = [_counts(activity_id, found[activity_id], asked) for activity_id in sorted(found)]
    return reply([row for row in (rows[::-1] if ("activityId", "desc") in levels else rows) if any(_numbers(row))])


def _counts(id: str, happened: ActivityStatistics, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "instances": happened.running,
        "canceled": happened.canceled if asked["canceled"] else 0,
        "finished": happened.finished if asked["finished"] else 0,
        "completeScope": happened.complete_scope if asked["complete_scope"] else 0,
        "openIncidents": happened.open_incidents if asked["incidents"] else 0,
        "resolvedIncidents": happened.resolved_incidents if asked["incidents"] else 0,
        "deletedIncidents": happened.deleted_incidents if asked["incidents"] else 0,
    }


def _numbers(row: dict[str, Any]) -> list[int]:
    return [row[name] for name in NUMBERS]
