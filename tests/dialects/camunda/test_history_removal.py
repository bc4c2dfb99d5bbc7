"""What the history forgets, when, and how much there is to forget."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import clock
from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, refusal
from tests.dialects.camunda.test_history import completed
from tests.engine.models import calling

DAY = 86_400_000
MAY = 1_777_593_600_000  # 2026-05-01
IN_JUNE = "2026-06-01T00:00:00.000+0000"


def run(rest: Rest, batch: Any) -> None:
    """Execute the jobs of a batch until it has ended."""
    while jobs := [job for job in rest.get("/job") if job["batchId"] == batch["id"]]:
        for job in jobs:
            rest.post(f"/job/{job['id']}/execute")


def ended(rest: Rest, **body: Any) -> str:
    id = rest.start(**body)
    completed(rest)
    return id


def removal_time(rest: Rest, id: str) -> Any:
    return rest.get(f"/history/process-instance/{id}")["removalTime"]


def test_the_removal_time_of_instances_is_set_cleared_and_calculated(rest: Rest) -> None:
    rest.deploy(one_task(historyTimeToLive="5"))
    with clock.frozen(MAY):
        id = ended(rest)

        def set_to(**mode: Any) -> Any:
            body = {"historicProcessInstanceIds": [id], **mode}
            batch = rest.post("/history/process-instance/set-removal-time", body)
            assert batch["type"] == "process-set-removal-time"
            run(rest, batch)
            return removal_time(rest, id)

        assert set_to(absoluteRemovalTime=IN_JUNE) == IN_JUNE
        assert set_to(clearedRemovalTime=True) is None
        assert set_to(calculatedRemovalTime=True) == "2026-05-06T00:00:00.000+0000"


def test_a_calculated_removal_time_of_a_running_instance_is_none(rest: Rest) -> None:
    rest.deploy(one_task(historyTimeToLive="5"))
    id = rest.start()
    body = {"historicProcessInstanceQuery": {"processInstanceId": id}, "calculatedRemovalTime": True}
    run(rest, rest.post("/history/process-instance/set-removal-time", body))
    assert removal_time(rest, id) is None


def test_a_removal_time_can_be_set_for_the_whole_tree(rest: Rest, app: Flask) -> None:
    rest.deploy(one_task(id="called"), calling())
    root = rest.start()
    completed(rest)
    (called,) = rest.get("/history/process-instance", superProcessInstanceId=root)
    rest.delete(f"/process-instance/{root}")
    body = {"historicProcessInstanceIds": [called["id"]], "hierarchical": True, "absoluteRemovalTime": IN_JUNE}
    run(rest, rest.post("/history/process-instance/set-removal-time", body))
    assert [removal_time(rest, id) for id in (root, called["id"])] == [IN_JUNE] * 2


def test_a_called_instance_can_be_forgotten_before_its_root(rest: Rest, app: Flask) -> None:
    rest.deploy(one_task(id="called"), calling())
    root = rest.start()
    completed(rest)
    (called,) = rest.get("/history/process-instance", superProcessInstanceId=root)
    body = {"historicProcessInstanceIds": [called["id"]], "absoluteRemovalTime": "2020-01-01T00:00:00.000+0000"}
    run(rest, rest.post("/history/process-instance/set-removal-time", body))
    rest.post("/history/cleanup")
    assert [found["id"] for found in rest.get("/history/process-instance")] == [root]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"historicProcessInstanceIds": ["a"]}, "mode is null"),
        ({"clearedRemovalTime": True}, "historicProcessInstances is empty"),
        (
            {"clearedRemovalTime": True, "calculatedRemovalTime": True},
            "The removal time modes are mutually exclusive: mode is not null",
        ),
    ],
)
def test_impossible_removal_times_are_refused(rest: Rest, body: Any, text: str) -> None:
    answer = rest.answer("POST", "/history/process-instance/set-removal-time", body)
    assert answer == refusal(400, "BadUserRequestException", text, 0)


def test_an_ended_batch_has_a_removal_time_and_can_be_deleted(rest: Rest) -> None:
    rest.deploy(one_task())
    with clock.frozen(MAY):
        batch = rest.post("/process-instance/delete", {"processInstanceIds": [rest.start()]})
        path = f"/history/batch/{batch['id']}"
        undeletable = refusal(
            400, "InvalidRequestException", f"Unable to delete historic batch with id '{batch['id']}'", 0
        )
        assert rest.answer("DELETE", path) == undeletable
        run(rest, batch)
        assert rest.get(path)["removalTime"] == "2026-05-31T00:00:00.000+0000"
        other = rest.post(
            "/history/batch/set-removal-time", {"historicBatchIds": [batch["id"]], "clearedRemovalTime": True}
        )
        run(rest, other)
        assert rest.get(path)["removalTime"] is None
    rest.delete(path)
    assert rest.answer("DELETE", path) == undeletable


def test_the_report_tells_what_is_over(rest: Rest) -> None:
    definition_id = next(iter(rest.deploy(one_task(historyTimeToLive="5"))["deployedProcessDefinitions"]))
    with clock.frozen(MAY):
        ended(rest)
        batch = rest.post("/process-instance/delete", {"processInstanceIds": [rest.start()]})
        run(rest, batch)
        clock.advance(6 * DAY)
        instances = rest.get("/history/process-definition/cleanable-process-instance-report")
        batches = rest.get("/history/batch/cleanable-batch-report", sortBy="finished", sortOrder="desc")
    assert instances == [
        {
            "processDefinitionId": definition_id,
            "processDefinitionKey": "process",
            "processDefinitionName": None,
            "processDefinitionVersion": 1,
            "historyTimeToLive": 5,
            "finishedProcessInstanceCount": 2,
            "cleanableProcessInstanceCount": 2,
            "tenantId": None,
        }
    ]
    assert batches == [
        {
            "batchType": "instance-deletion",
            "historyTimeToLive": 30,
            "finishedBatchesCount": 1,
            "cleanableBatchesCount": 0,
        }
    ]
    path = "/history/process-definition/cleanable-process-instance-report/count"
    assert rest.get(path, compact="true", processDefinitionKeyIn="other") == {"count": 0}
    assert rest.get("/history/batch/cleanable-batch-report/count") == {"count": 1}


def test_the_variables_of_an_ended_instance_can_be_removed(rest: Rest) -> None:
    rest.deploy(one_task())
    first, second = (ended(rest, variables={"a": 1, "b": 2}) for _ in range(2))
    rest.delete(f"/history/process-instance/{first}/variable-instances")
    (a, _) = rest.get("/history/variable-instance", sortBy="variableName", sortOrder="asc")
    rest.delete(f"/history/variable-instance/{a['id']}")
    for path in ("/history/variable-instance", "/history/detail"):
        left = [(each["processInstanceId"], each.get("name", each.get("variableName"))) for each in rest.get(path)]
        assert left == [(second, "b")]
    assert rest.answer("DELETE", f"/history/variable-instance/{a['id']}") == refusal(
        404,
        "InvalidRequestException",
        f"No historic variable instance found with id: {a['id']}: variable is null",
        0,
    )
    assert rest.answer("DELETE", "/history/process-instance/nope/variable-instances") == refusal(
        404, "InvalidRequestException", "No historic process instance found with id: nope: instance is null", 0
    )


def test_a_variable_that_lives_loses_its_earlier_values_only(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start(variables={"a": 1})
    rest.delete(f"/history/process-instance/{id}/variable-instances")
    assert rest.get("/history/detail") == []
    assert rest.get(f"/process-instance/{id}/variables")["a"]["value"] == 1
