"""/batch: listed with their progress, suspended, deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.builders import one_task
from tests.dialects.camunda.rest import DATE, Rest, refusal


@pytest.fixture
def batch(rest: Rest) -> Any:
    """Return a batch that shall end three instances."""
    rest.deploy(one_task())
    ids = [rest.start() for _ in range(3)]
    return rest.post("/process-instance/delete", {"processInstanceIds": ids})


def test_a_batch_is_answered(rest: Rest, batch: Any) -> None:
    assert rest.get(f"/batch/{batch['id']}") == batch
    assert rest.get("/batch", type="instance-deletion") == [batch]
    assert re.fullmatch(DATE, batch.pop("startTime"))
    definitions = {name: batch[name] for name in batch if name.endswith("JobDefinitionId")}
    assert batch == {
        "id": batch["id"],
        "type": "instance-deletion",
        "totalJobs": 3,
        "jobsCreated": 0,
        "batchJobsPerSeed": 100,
        "invocationsPerBatchJob": 1,
        "suspended": False,
        "tenantId": None,
        "createUserId": "tester",
        "executionStartTime": None,
        **definitions,
    }
    assert len(definitions) == 3


def test_the_statistics_tell_how_far_a_batch_is(rest: Rest, batch: Any) -> None:
    def progress() -> tuple[int, int, int]:
        (found,) = rest.get("/batch/statistics", createdBy="tester")
        return found["remainingJobs"], found["completedJobs"], found["failedJobs"]

    assert progress() == (3, 0, 0)
    (seed,) = rest.get("/job", jobDefinitionId=batch["seedJobDefinitionId"])
    assert seed["batchId"] == batch["id"]
    rest.post(f"/job/{seed['id']}/execute")
    jobs = rest.get("/job", jobDefinitionId=batch["batchJobDefinitionId"])
    assert {job["jobDefinitionId"] for job in jobs} == {batch["batchJobDefinitionId"]}
    rest.post(f"/job/{jobs[0]['id']}/execute")
    assert progress() == (2, 1, 0)
    rest.put(f"/job/{jobs[1]['id']}/retries", {"retries": 0})
    assert progress() == (2, 1, 1)
    assert rest.get("/batch/statistics/count") == {"count": 1}


def test_a_batch_is_suspended_with_its_jobs(rest: Rest, batch: Any) -> None:
    rest.put(f"/batch/{batch['id']}/suspended", {"suspended": True})
    assert rest.get("/batch", suspended="true") == [{**batch, "suspended": True}]
    assert rest.get("/job/count", suspended="true") == {"count": 1}
    rest.put(f"/batch/{batch['id']}/suspended", {"suspended": False})
    assert rest.get("/job/count", active="true") == {"count": 1}


def test_a_deleted_batch_does_nothing_more(rest: Rest, batch: Any) -> None:
    rest.delete(f"/batch/{batch['id']}", cascade="true")
    assert (rest.get("/batch"), rest.get("/job")) == ([], [])
    assert rest.get("/process-instance/count") == {"count": 3}


def test_a_batch_that_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/batch/x") == refusal(404, "InvalidRequestException", "Batch with id 'x' does not exist")
    assert rest.answer("DELETE", "/batch/x") == refusal(
        400, "InvalidRequestException", "Unable to delete batch with id 'x'", 0
    )
    assert rest.answer("PUT", "/batch/x/suspended", {"suspended": True}) == refusal(
        400, "InvalidRequestException", "Unable to suspend batch with id 'x'", 0
    )
