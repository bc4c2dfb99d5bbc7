"""/incident: found, annotated, and resolved where a person may do so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.builders import fetch, one_task
from tests.dialects.camunda.rest import DATE, Rest, refusal


@pytest.fixture
def incident(rest: Rest) -> Any:
    """Return the incident of a task that has no retries left."""
    rest.deploy(one_task())
    rest.start()
    task = fetch(rest.client)[0]
    failure = {"workerId": "worker", "errorMessage": "broken", "retries": 0}
    rest.post(f"/external-task/{task['id']}/failure", failure)
    (found,) = rest.get("/incident")
    return found


def test_an_incident_is_answered(rest: Rest, incident: Any) -> None:
    (task,) = rest.get("/external-task")
    assert rest.get(f"/incident/{incident['id']}") == incident
    assert re.fullmatch(DATE, incident.pop("incidentTimestamp"))
    assert incident == {
        "id": incident["id"],
        "processDefinitionId": task["processDefinitionId"],
        "processInstanceId": task["processInstanceId"],
        "executionId": task["executionId"],
        "incidentType": "failedExternalTask",
        "activityId": "work",
        "failedActivityId": None,
        "causeIncidentId": incident["id"],
        "rootCauseIncidentId": incident["id"],
        "configuration": task["id"],
        "incidentMessage": "broken",
        "tenantId": None,
        "jobDefinitionId": None,
        "annotation": None,
    }


def test_incidents_are_found(rest: Rest, incident: Any) -> None:
    for parameters in (
        {"incidentType": "failedExternalTask"},
        {"incidentMessageLike": "%oke%"},
        {"processDefinitionKeyIn": "process,other"},
        {"incidentTimestampAfter": "2015-10-06T16:34:42.000+0200"},
    ):
        assert rest.get("/incident", **parameters) == [incident], parameters
    assert rest.get("/incident/count", activityId="nowhere") == {"count": 0}


def test_an_incident_is_annotated(rest: Rest, incident: Any) -> None:
    path = f"/incident/{incident['id']}"
    rest.put(f"{path}/annotation", {"annotation": "called the vendor"})
    assert rest.get(path)["annotation"] == "called the vendor"
    rest.delete(f"{path}/annotation")
    assert rest.get(path)["annotation"] is None
    assert rest.answer("PUT", "/incident/x/annotation", {"annotation": "a"}) == refusal(
        400, "BadUserRequestException", "incident is null", 0
    )


def test_only_incidents_of_persons_are_resolved(rest: Rest, incident: Any) -> None:
    assert rest.answer("DELETE", f"/incident/{incident['id']}") == refusal(
        400, "InvalidRequestException", "Cannot resolve an incident of type failedExternalTask"
    )
    body = {"incidentType": "custom"}
    made = rest.post(f"/execution/{incident['executionId']}/create-incident", body)
    rest.delete(f"/incident/{made['id']}")
    assert rest.get("/incident") == [incident]
    assert rest.answer("DELETE", f"/incident/{made['id']}") == refusal(
        404, "InvalidRequestException", f"Cannot find an incident with id '{made['id']}': incident is null", 0
    )


def test_an_incident_that_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/incident/x") == refusal(
        404, "InvalidRequestException", "No matching incident with id x"
    )
