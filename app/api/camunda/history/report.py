"""/history/process-instance/report and /history/task/report: how long things took, and how many were done."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonDate,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
    unreadable_parameter,
)
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.queries.history.reports import (
    DurationOfPeriod,
    TaskCount,
    Unit,
    instance_durations,
    task_counts,
    task_durations,
)

blueprint = CamundaBlueprint(
    "history report", __name__, url_prefix="/history", description="How long things took, and how many were done"
)
route = routes_of(blueprint)
UNITS: dict[str, Unit] = {"month": "MONTH", "quarter": "QUARTER"}
GROUPS = {"taskName": True, "processDefinition": False}
DURATION = Schema.from_dict(
    {
        "period": fields.Integer(metadata={"example": 4}),
        "periodUnit": fields.String(metadata={"enum": ["MONTH", "QUARTER"]}),
        "minimum": fields.Integer(),
        "maximum": fields.Integer(),
        "average": fields.Integer(),
    },
    name="DurationReportResult",
)


class ReportSchema(JacksonSchema):
    """Which report."""

    report_type = JacksonString("reportType", metadata={"enum": ["duration", "count"]})
    period_unit = JacksonString("periodUnit", metadata={"enum": ["month", "quarter"]})


class InstanceReportSchema(ReportSchema):
    """Which process instances."""

    definition_ids = JacksonStrings("processDefinitionIdIn")
    definition_keys = JacksonStrings("processDefinitionKeyIn")
    started_before = JacksonDate("startedBefore")
    started_after = JacksonDate("startedAfter")


class TaskReportSchema(ReportSchema):
    """Which tasks, and for `count` by what."""

    group_by = JacksonString("groupBy", metadata={"enum": ["taskName", "processDefinition"]})
    completed_before = JacksonDate("completedBefore")
    completed_after = JacksonDate("completedAfter")


@route("/process-instance/report", answer=DURATION(many=True))
@blueprint.query(InstanceReportSchema())
def report_instances(asked: dict[str, Any]) -> Response:
    """Tell how long ended process instances took, by the month or quarter in which they began."""
    if asked["report_type"] != "duration":
        raise invalid_request(f"Unknown report type {_or_null(asked['report_type'])}")
    criteria = {name: asked[name] for name in ("definition_ids", "definition_keys", "started_after", "started_before")}
    return reply([_duration(each) for each in instance_durations(components.database, criteria, _unit(asked))])


@route("/task/report", answer=DURATION(many=True))
@blueprint.query(TaskReportSchema())
def report_tasks(asked: dict[str, Any]) -> Response:
    """Tell how long ended user tasks took, or (`count`) how many there were by name or process definition."""
    report = TASK_REPORTS.get(asked["report_type"])
    if report is None:
        raise invalid_request(f"reportType parameter has invalid value: {_or_null(asked['report_type'])}")
    return reply(report(asked))


def _task_durations(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [_duration(each) for each in task_durations(components.database, _ended(asked), _unit(asked))]


def _task_counts(asked: dict[str, Any]) -> list[dict[str, Any]]:
    if asked["group_by"] not in GROUPS:
        raise invalid_request(f"groupBy parameter has invalid value: {_or_null(asked['group_by'])}")
    counts = task_counts(components.database, _ended(asked), by_name=GROUPS[asked["group_by"]])
    return [_count(each) for each in counts]


def _ended(asked: dict[str, Any]) -> dict[str, Any]:
    return {"ended_after": asked["completed_after"], "ended_before": asked["completed_before"]}


TASK_REPORTS = {"duration": _task_durations, "count": _task_counts}


def _unit(asked: dict[str, Any]) -> Unit:
    text = asked["period_unit"]
    if text is None:
        raise invalid_request("periodUnit is null")
    if text.lower() not in UNITS:
        raise unreadable_parameter("periodUnit", text)
    return UNITS[text.lower()]


def _or_null(text: str | None) -> str:
    return "null" if text is None else text


def _duration(each: DurationOfPeriod) -> dict[str, Any]:
    return {
        "period": each.period,
        "periodUnit": each.unit,
        "minimum": each.minimum,
        "maximum": each.maximum,
        "average": each.average,
    }


def _count(each: TaskCount) -> dict[str, Any]:
    return {
        "taskName": each.name,
        "count": each.count,
        "processDefinitionId": each.definition_id,
        "processDefinitionKey": each.definition_key,
        "processDefinitionName": each.definition_name,
        "tenantId": each.tenant_id,
    }
