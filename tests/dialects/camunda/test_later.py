"""What happens at a later time: suspended and activated definitions."""

from __future__ import annotations

from typing import Any

import pytest

from app import clock
from app.api.camunda.rest.dates import format_date
from tests.builders import external_task, one_task
from tests.dialects.camunda.rest import Rest, line, refusal

HOUR = 3_600_000


def in_an_hour() -> str | None:
    return format_date(clock.now_ms() + HOUR)


def executed(rest: Rest) -> Any:
    """Execute the only job and return what it was."""
    (job,) = rest.get("/job")
    rest.post(f"/job/{job['id']}/execute")
    assert rest.get("/job") == []
    return job


def test_a_definition_is_suspended_and_activated_later(rest: Rest) -> None:
    rest.deploy(one_task())
    definition = rest.get("/process-definition/key/process")
    with clock.frozen():
        path = f"/process-definition/{definition['id']}/suspended"
        for suspended in (True, False):
            rest.put(path, {"suspended": suspended, "executionDate": in_an_hour()})
            assert rest.get("/process-definition/key/process")["suspended"] is not suspended
            job = executed(rest)
            assert (job["dueDate"], job["jobDefinitionId"]) == (in_an_hour(), None)
            assert rest.get("/process-definition/key/process")["suspended"] is suspended


def test_all_versions_of_a_key_are_suspended_later_with_their_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start()
    body = {"processDefinitionKey": "process", "includeProcessInstances": True, "suspended": True}
    rest.put("/process-definition/suspended", {**body, "executionDate": in_an_hour()})
    executed(rest)
    assert rest.get(f"/process-instance/{id}")["suspended"]


def test_what_has_gone_meanwhile_is_no_failure(rest: Rest) -> None:
    deployed = rest.deploy(one_task())
    definition = rest.get("/process-definition/key/process")
    path = f"/process-definition/{definition['id']}/suspended"
    rest.put(path, {"suspended": True, "executionDate": in_an_hour()})
    rest.delete(f"/deployment/{deployed['id']}")
    executed(rest)


def test_a_job_definition_is_suspended_later(rest: Rest) -> None:
    rest.deploy(line(external_task(asyncBefore="true")))
    (definition,) = rest.get("/job-definition")
    body = {"suspended": True, "executionDate": in_an_hour()}
    rest.put(f"/job-definition/{definition['id']}/suspended", body)
    assert not rest.get(f"/job-definition/{definition['id']}")["suspended"]
    executed(rest)
    assert rest.get(f"/job-definition/{definition['id']}")["suspended"]


def test_a_deployment_becomes_active_at_its_time(rest: Rest) -> None:
    deployed = rest.deploy(one_task(), deployment_activation_time=in_an_hour())
    assert next(iter(deployed["deployedProcessDefinitions"].values()))["suspended"]
    assert rest.get("/process-definition/key/process")["suspended"]
    executed(rest)
    assert not rest.get("/process-definition/key/process")["suspended"]


DATES = {
    "2035-01-31": "2035-01-31T00:00:00.000+0000",
    "2035-01-31T10:00": "2035-01-31T10:00:00.000+0000",
    "2035-01-31T10:00:00": "2035-01-31T10:00:00.000+0000",
    "2035-01-31T10:00:00Z": "2035-01-31T10:00:00.000+0000",
    "2035-01-31T10:00:00.5": "2035-01-31T10:00:00.500+0000",
    "2035-01-31T10:00:00+02:00": "2035-01-31T08:00:00.000+0000",
    "2035-01-31T10:00:00.000+0200": "2035-01-31T08:00:00.000+0000",
}
"""Forms of a date that Camunda's DateTimeUtil reads, and the instant."""


@pytest.mark.parametrize("text", DATES)
def test_a_date_may_have_any_form_of_iso_8601(rest: Rest, text: str) -> None:
    rest.deploy(line(external_task(asyncBefore="true")), deployment_activation_time=text)
    definition = rest.get("/process-definition/key/process")["id"]
    (made,) = rest.get("/job-definition")
    body = {"suspended": True, "executionDate": text}
    rest.put(f"/process-definition/{definition}/suspended", body)
    rest.put("/process-definition/suspended", {**body, "processDefinitionKey": "process"})
    rest.put(f"/job-definition/{made['id']}/suspended", body)
    rest.put("/job-definition/suspended", {**body, "processDefinitionKey": "process"})
    assert [job["dueDate"] for job in rest.get("/job")] == [DATES[text]] * 5


@pytest.mark.parametrize("text", ["bad", "2035-02-30", "10:00", "31.01.2035"])
def test_what_is_no_date_is_refused(rest: Rest, text: str) -> None:
    rest.deploy(line(external_task(asyncBefore="true")))
    definition = rest.get("/process-definition/key/process")["id"]
    (made,) = rest.get("/job-definition")
    why = f'due to: Invalid format: "{text}"'
    for path, expected in {
        f"/process-definition/{definition}/suspended": (
            f"The suspension state of Process Definition with id {definition} could not be updated"
        ),
        f"/job-definition/{made['id']}/suspended": (
            f"The suspension state of Job Definition with id {made['id']} could not be updated"
        ),
        "/process-definition/suspended": "Could not update the suspension state of Process Definitions",
        "/job-definition/suspended": "Could not update the suspension state of Job Definitions",
    }.items():
        key = {} if definition in path else {"processDefinitionKey": "process"}
        body = {"suspended": True, "executionDate": text, **key}
        assert rest.answer("PUT", path, body) == refusal(400, "InvalidRequestException", f"{expected} {why}")
    assert rest.get("/job") == []


def test_no_date_means_at_once(rest: Rest) -> None:
    rest.deploy(one_task())
    definition = rest.get("/process-definition/key/process")["id"]
    rest.put(f"/process-definition/{definition}/suspended", {"suspended": True, "executionDate": ""})
    assert rest.get("/process-definition/key/process")["suspended"]
