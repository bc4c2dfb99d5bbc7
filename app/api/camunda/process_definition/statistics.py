"""What runs of definitions and activities, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, fields

from app.api.camunda.process_definition.definition_json import PROCESS_DEFINITION
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema, JacksonString, load_query
from app.api.camunda.rest.errors import invalid_request
from app.api.components import components
from app.queries.process_definitions import PROCESS_DEFINITIONS
from app.queries.statistics import Statistics, by_activity, by_definition

COUNTS: dict[str, Any] = {
    "id": fields.String(),
    "instances": fields.Integer(),
    "failedJobs": fields.Integer(),
    "incidents": fields.List(
        fields.Dict(), metadata={"example": [{"incidentType": "failedExternalTask", "incidentCount": 1}]}
    ),
}
ACTIVITY_STATISTICS = Schema.from_dict(COUNTS, name="ActivityStatistics")()
DEFINITION_STATISTICS = Schema.from_dict(
    {**COUNTS, "definition": fields.Nested(PROCESS_DEFINITION.schema)}, name="ProcessDefinitionStatistics"
)()


class StatisticsSchema(JacksonSchema):
    """What to count beside instances."""

    failed_jobs = JacksonBoolean("failedJobs", False)
    incidents = JacksonBoolean("incidents", False)
    root_incidents = JacksonBoolean("rootIncidents", False)
    incidents_for_type = JacksonString("incidentsForType")


statistics_schema = StatisticsSchema()


def definitions() -> list[dict[str, Any]]:
    """Return the statistics of all definitions."""
    wanted = _wanted()
    counted = by_definition(components.database)
    return [
        {**_counts(row.id, counted.get(row.id, Statistics()), wanted), "definition": PROCESS_DEFINITION(row)}
        for row in PROCESS_DEFINITIONS.find(components.database)
    ]


def activities(definition_id: str) -> list[dict[str, Any]]:
    """Return the statistics of one definition's activities; those where nothing is are left out."""
    wanted = _wanted()
    counted = by_activity(components.database, definition_id)
    return [_counts(id, statistics, wanted) for id, statistics in sorted(counted.items())]


def _wanted() -> Mapping[str, Any]:
    wanted = load_query(statistics_schema)
    if wanted["incidents_for_type"] is not None and "incidents" in request.args:
        text = "Only one of the query parameter includeIncidents or includeIncidentsForType can be set."
        raise invalid_request(text)
    return wanted


def _counts(id: str, statistics: Statistics, wanted: Mapping[str, Any]) -> dict[str, Any]:
    kind = wanted["incidents_for_type"]
    all_kinds = wanted["incidents"] or wanted["root_incidents"]
    return {
        "id": id,
        "instances": statistics.instances,
        "failedJobs": statistics.failed_jobs if wanted["failed_jobs"] else 0,
        "incidents": [
            {"incidentType": name, "incidentCount": count}
            for name, count in sorted(statistics.incidents.items())
            if all_kinds or name == kind
        ],
    }
