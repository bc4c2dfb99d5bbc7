"""Reports of the history: durations by month, counts of tasks, what happened at activities."""

from __future__ import annotations

from typing import Any

from app import clock
from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, line, refusal, user_task
from tests.dialects.camunda.test_history import completed, fetched

MONTHLY = {"reportType": "duration", "periodUnit": "month"}
MAY = 1_777_593_600_000  # 2026-05-01


def took(rest: Rest, duration_ms: int) -> None:
    rest.start()
    clock.advance(duration_ms)
    completed(rest)


def test_durations_of_instances_are_told_by_month_and_quarter(rest: Rest) -> None:
    rest.deploy(one_task())
    with clock.frozen(MAY):
        took(rest, 1000)
        took(rest, 4000)
        clock.advance(31 * 86_400_000)
        took(rest, 500)
        rest.start()
        by_month = rest.get("/history/process-instance/report", **MONTHLY)
        by_quarter = rest.get("/history/process-instance/report", reportType="duration", periodUnit="quarter")
    assert by_month == [
        {"period": 5, "periodUnit": "MONTH", "minimum": 1000, "maximum": 4000, "average": 2500},
        {"period": 6, "periodUnit": "MONTH", "minimum": 500, "maximum": 500, "average": 500},
    ]
    assert by_quarter == [{"period": 2, "periodUnit": "QUARTER", "minimum": 500, "maximum": 4000, "average": 1833}]


def test_a_report_can_be_narrowed_to_definitions_and_starts(rest: Rest) -> None:
    rest.deploy(one_task(), one_task(id="other"))
    with clock.frozen(MAY):
        took(rest, 1000)
        assert rest.get("/history/process-instance/report", processDefinitionKeyIn="other", **MONTHLY) == []
        after = {"startedAfter": "2026-06-01T00:00:00.000+0000"}
        assert rest.get("/history/process-instance/report", **after, **MONTHLY) == []
        assert len(rest.get("/history/process-instance/report", processDefinitionKeyIn="process", **MONTHLY)) == 1


def test_tasks_are_reported_by_duration_name_and_definition(rest: Rest) -> None:
    definition_id = next(iter(rest.deploy(line(user_task()))["deployedProcessDefinitions"]))
    with clock.frozen(MAY):
        for _ in range(2):
            rest.start()
            clock.advance(3000)
            rest.post(f"/task/{rest.get('/task')[0]['id']}/complete", {})
        by_duration = rest.get("/history/task/report", **MONTHLY)
    assert by_duration == [{"period": 5, "periodUnit": "MONTH", "minimum": 3000, "maximum": 3000, "average": 3000}]
    counted = {
        "count": 2,
        "processDefinitionId": definition_id,
        "processDefinitionKey": "process",
        "processDefinitionName": None,
        "tenantId": None,
    }
    by_name = rest.get("/history/task/report", reportType="count", groupBy="taskName")
    assert by_name == [{"taskName": "Approve", **counted}]
    by_definition = rest.get("/history/task/report", reportType="count", groupBy="processDefinition")
    assert by_definition == [{"taskName": None, **counted}]


def test_impossible_reports_are_refused(rest: Rest) -> None:
    def refused(path: str, **parameters: Any) -> Any:
        return rest.answer("GET", path, **parameters)

    assert refused("/history/process-instance/report") == refusal(
        400, "InvalidRequestException", "Unknown report type null"
    )
    assert refused("/history/process-instance/report", reportType="duration") == refusal(
        400, "InvalidRequestException", "periodUnit is null"
    )
    assert refused("/history/task/report", reportType="count", groupBy="x") == refusal(
        400, "InvalidRequestException", "groupBy parameter has invalid value: x"
    )


def test_what_happened_at_activities_is_counted(rest: Rest) -> None:
    definition_id = next(iter(rest.deploy(one_task())["deployedProcessDefinitions"]))
    rest.start()
    completed(rest)
    cancelled = rest.start()
    rest.delete(f"/process-instance/{cancelled}")
    running = rest.start()
    rest.post(f"/external-task/{fetched(rest)['id']}/failure", {"workerId": "w", "retries": 0})
    path = f"/history/process-definition/{definition_id}/statistics"
    nothing = dict.fromkeys(
        (
            "instances",
            "canceled",
            "finished",
            "completeScope",
            "openIncidents",
            "resolvedIncidents",
            "deletedIncidents",
        ),
        0,
    )
    assert rest.get(path) == [{**nothing, "id": "work", "instances": 1}]
    everything = {"canceled": "true", "finished": "true", "completeScope": "true", "incidents": "true"}
    found = rest.get(path, sortBy="activityId", sortOrder="desc", **everything)
    assert found == [
        {**nothing, "id": "work", "instances": 1, "canceled": 1, "finished": 2, "openIncidents": 1},
        {**nothing, "id": "start", "finished": 3},
        {**nothing, "id": "end", "finished": 1, "completeScope": 1},
    ]
    assert rest.get(path, processInstanceIdIn=running, finished="true") == [
        {**nothing, "id": "start", "finished": 1},
        {**nothing, "id": "work", "instances": 1},
    ]
