"""What happens at a later time: suspended and activated definitions."""

from __future__ import annotations

from typing import Any

from app import clock
from app.api.camunda.rest.dates import format_date
from tests.builders import external_task, one_task
from tests.dialects.camunda.rest import Rest, line

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
