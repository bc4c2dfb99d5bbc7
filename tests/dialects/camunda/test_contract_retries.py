"""Sections 2.6 and 3.5 of Camunda's contract: retries of one task and of many, and the incidents that follow."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest

from tests.builders import fetch, flow, one_task, process
from tests.dialects.camunda.rest import Rest, refusal

CALLING = process(
    '<startEvent id="start"/>', '<callActivity id="call" calledElement="process"/>', flow("start", "call"), id="caller"
)


def three(rest: Rest) -> tuple[list[str], list[str]]:
    """Start three instances with the business keys 0, 1 and 2; return their ids and those of their tasks."""
    rest.deploy(one_task())
    instances = [rest.start(businessKey=str(number)) for number in range(3)]
    by_instance = {task["processInstanceId"]: task["id"] for task in rest.get("/external-task")}
    return instances, [by_instance[id] for id in instances]


def retries(rest: Rest, tasks: list[str]) -> list[int | None]:
    """Return the retries of the tasks."""
    return [rest.get(f"/external-task/{id}")["retries"] for id in tasks]


SELECTORS: list[tuple[Any, list[int | None]]] = [
    ({"externalTaskIds": [0, 0]}, [7, None, None]),
    ({"processInstanceIds": [1]}, [None, 7, None]),
    ({"externalTaskQuery": {}}, [7, 7, 7]),
    ({"processInstanceQuery": {"businessKey": "2"}}, [None, None, 7]),
    ({"historicProcessInstanceQuery": {"processInstanceBusinessKey": "1"}}, [None, 7, None]),
    ({"externalTaskIds": [0], "processInstanceIds": [1]}, [7, 7, None]),
]


@pytest.mark.parametrize(("selector", "expected"), SELECTORS, ids=[", ".join(each) for each, _ in SELECTORS])
@pytest.mark.parametrize("by_batch", [False, True])
def test_every_selector_of_many_tasks_counts_and_all_are_joined(
    rest: Rest, by_batch: bool, selector: Any, expected: list[int | None]
) -> None:
    instances, tasks = three(rest)
    body = {"retries": 7, **selector}
    for name, ids in (("externalTaskIds", tasks), ("processInstanceIds", instances)):
        if name in body:
            body[name] = [ids[number] for number in body[name]]
    if by_batch:
        batch = rest.post("/external-task/retries-async", body)
        assert (batch["type"], batch["totalJobs"]) == ("set-external-task-retries", expected.count(7))
        run_jobs(rest)
    else:
        rest.put("/external-task/retries", body)
    assert retries(rest, tasks) == expected


def run_jobs(rest: Rest) -> list[Any]:
    """Run every job of the batches, the seed first, and return the answers that are refusals."""
    answers = [rest.answer("POST", f"/job/{job['id']}/execute") for _ in range(3) for job in rest.get("/job")]
    return [answer for answer in answers if answer[0] != 204]


@pytest.mark.parametrize("wrong", [{"retries": -1}, {"externalTaskIds": ["x"]}], ids=["negative", "unknown"])
def test_a_batch_that_cannot_work_is_accepted_and_its_job_fails(rest: Rest, wrong: Any) -> None:
    _, tasks = three(rest)
    rest.post("/external-task/retries-async", {"retries": 1, "externalTaskIds": tasks[:1], **wrong})
    assert run_jobs(rest)
    assert retries(rest, tasks) == [None, None, None]


def history(rest: Rest, task: str) -> list[dict[str, bool]]:
    """Return how the incidents of a task that had no retries left ended."""
    found = rest.get("/history/incident", configuration=task, incidentType="failedExternalTask")
    return [{name: incident[name] for name in ("open", "resolved", "deleted")} for incident in found]


def test_a_due_date_beside_the_retries_of_a_task_must_be_one_and_changes_nothing(rest: Rest) -> None:
    _, [task, *_] = three(rest)
    path = f"/external-task/{task}/retries"
    rest.put(path, {"retries": 2, "dueDate": "2030-01-01T00:00:00.000+0000"})
    wrong = rest.answer("PUT", path, {"retries": 1, "dueDate": "2030-01-01"})
    assert wrong == refusal(400, "InvalidRequestException", "")
    assert (retries(rest, [task]), rest.get(f"/external-task/{task}")["lockExpirationTime"]) == ([2], None)


RESOLVED = {"open": False, "resolved": True, "deleted": False}
DELETED = {"open": False, "resolved": False, "deleted": True}
ENDINGS: list[tuple[str, str, Any, dict[str, bool]]] = [
    ("POST", "/external-task/{task}/complete", {"workerId": "worker"}, RESOLVED),
    ("PUT", "/external-task/{task}/retries", {"retries": 1}, RESOLVED),
    ("POST", "/external-task/{task}/bpmnError", {"workerId": "worker", "errorCode": "E"}, DELETED),
    ("DELETE", "/process-instance/{instance}", None, DELETED),
]


@pytest.mark.parametrize(("method", "path", "body", "ended"), ENDINGS, ids=[path for _, path, _, _ in ENDINGS])
def test_an_incident_is_resolved_or_deleted_by_what_ends_it(
    rest: Rest, method: str, path: str, body: Any, ended: dict[str, bool]
) -> None:
    rest.deploy(one_task())
    instance = rest.start()
    [task] = fetch(rest.client)
    rest.post(f"/external-task/{task['id']}/failure", {"workerId": "worker", "errorMessage": "m"})
    assert history(rest, task["id"]) == [{"open": True, "resolved": False, "deleted": False}]
    assert rest.answer(method, path.format(task=task["id"], instance=instance), body) == (204, None)
    assert history(rest, task["id"]) == [ended]
    assert rest.get("/incident", incidentType="failedExternalTask") == []


def test_an_error_that_nobody_catches_stays_an_incident_when_the_task_had_failed_before(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start()
    [task] = fetch(rest.client)
    rest.post(f"/external-task/{task['id']}/failure", {"workerId": "worker", "errorMessage": "m"})
    rest.post(f"/external-task/{task['id']}/bpmnError", {"workerId": "worker", "errorCode": "E"})
    assert [incident["incidentType"] for incident in rest.get("/incident")] == ["unhandledBpmnError"]


def test_a_called_process_has_an_incident_on_its_caller_as_well(rest: Rest) -> None:
    rest.deploy(one_task(), CALLING)
    caller = rest.start("caller")
    [task] = fetch(rest.client)
    rest.post(f"/external-task/{task['id']}/failure", {"workerId": "worker", "errorMessage": "m"})
    [cause] = rest.get("/incident", processInstanceId=task["processInstanceId"])
    [effect] = rest.get("/incident", processInstanceId=caller)
    assert (cause["causeIncidentId"], cause["rootCauseIncidentId"]) == (cause["id"], cause["id"])
    assert (effect["causeIncidentId"], effect["rootCauseIncidentId"]) == (cause["id"], cause["id"])
    assert (effect["activityId"], effect["failedActivityId"], effect["configuration"]) == ("call", "call", None)
    assert (cause["incidentMessage"], effect["incidentMessage"]) == ("m", None)
    rest.post(f"/external-task/{task['id']}/complete", {"workerId": "worker"})
    assert rest.get("/history/incident", resolved="true", sortBy="incidentId", sortOrder="asc") != []
    assert rest.get("/history/incident/count", resolved="true") == {"count": 2}


def test_of_two_who_complete_a_task_at_once_one_is_too_late(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start()
    [task] = fetch(rest.client)
    start, answers = Barrier(4), []

    def complete() -> None:
        caller = Rest(rest.client.application.test_client())
        start.wait()
        answers.append(caller.answer("POST", f"/external-task/{task['id']}/complete", {"workerId": "worker"}))

    threads = [Thread(target=complete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gone = refusal(404, "RestException", f"External task with id {task['id']} does not exist", 0)
    assert sorted(answers, key=lambda answer: answer[0]) == [(204, None), gone, gone, gone]
