"""The history: instances, activities, variables, logs, incidents, tasks and batches, running and ended."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app import clock
from tests.builders import one_task
from tests.dialects.camunda.rest import DATE, Rest, line, refusal, user_task

WORKER = "w"


def fetched(rest: Rest, topic: str = "work") -> Any:
    topics = [{"topicName": topic, "lockDuration": 60_000}]
    return rest.post("/external-task/fetchAndLock", {"workerId": WORKER, "maxTasks": 1, "topics": topics})[0]


def completed(rest: Rest, **body: Any) -> str:
    task = fetched(rest)
    rest.post(f"/external-task/{task['id']}/complete", {"workerId": WORKER, **body})
    return str(task["id"])


def test_an_ended_instance_keeps_its_times_state_and_key(rest: Rest) -> None:
    with clock.frozen():
        rest.deploy(one_task(historyTimeToLive="3"), deployment_name="d")
        id = rest.start(businessKey="A-1")
        clock.advance(1500)
        completed(rest)
    found = rest.get(f"/history/process-instance/{id}")
    definition = rest.get("/process-definition/key/process")
    times = {name: found.pop(name) for name in ("startTime", "endTime", "removalTime")}
    assert found == {
        "id": id,
        "businessKey": "A-1",
        "processDefinitionId": definition["id"],
        "processDefinitionKey": "process",
        "processDefinitionName": definition["name"],
        "processDefinitionVersion": 1,
        "durationInMillis": 1500,
        "startUserId": found["startUserId"],
        "startActivityId": "start",
        "deleteReason": None,
        "rootProcessInstanceId": id,
        "superProcessInstanceId": None,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": None,
        "state": "COMPLETED",
        "restartedProcessInstanceId": None,
    }
    assert all(re.fullmatch(DATE, time) for time in times.values())


def test_instances_are_found_by_state_key_activity_and_variable(rest: Rest) -> None:
    rest.deploy(one_task())
    ended = rest.start(businessKey="A", variables={"amount": 10})
    completed(rest)
    running = rest.start(businessKey="B", variables={"amount": 20})

    def ids(**criteria: Any) -> list[str]:
        return [found["id"] for found in rest.post("/history/process-instance", criteria)]

    assert ids(finished=True) == [ended]
    assert ids(unfinished=True) == [running]
    assert ids(processInstanceBusinessKey="A") == [ended]
    assert ids(executedActivityIdIn=["work"]) == [ended]
    assert ids(activeActivityIdIn=["work"]) == [running]
    assert ids(variables=[{"name": "amount", "operator": "lt", "value": 15}]) == [ended]
    assert ids(orQueries=[{"finished": True, "processInstanceBusinessKey": "B"}]) == [ended, running]
    assert rest.get("/history/process-instance/count", completed="true") == {"count": 1}
    newest = rest.get("/history/process-instance", sortBy="startTime", sortOrder="desc", maxResults=1)
    assert [found["id"] for found in newest] == [running]


def test_an_unknown_instance_is_refused_in_camundas_words(rest: Rest) -> None:
    assert rest.answer("GET", "/history/process-instance/nope") == refusal(
        404, "InvalidRequestException", "Historic process instance with id nope does not exist"
    )


def test_activities_are_told_with_their_ends(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start()
    finished = rest.get("/history/activity-instance", processInstanceId=id, finished="true")
    assert [(each["activityId"], each["activityType"]) for each in finished] == [("start", "startEvent")]
    open_one = rest.get("/history/activity-instance", processInstanceId=id, unfinished="true")[0]
    assert (open_one["activityId"], open_one["endTime"], open_one["canceled"]) == ("work", None, False)
    assert rest.get(f"/history/activity-instance/{open_one['id']}") == open_one
    rest.delete(f"/process-instance/{id}")
    ended = rest.get("/history/activity-instance", processInstanceId=id, canceled="true")
    assert [each["activityId"] for each in ended] == ["work"]


def test_variables_keep_their_last_value_after_the_end(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start(variables={"color": "red"})
    completed(rest, variables={"color": {"value": "blue"}, "list": {"value": "[1]", "type": "Json"}})
    found = {each["name"]: each for each in rest.get("/history/variable-instance", processInstanceId=id)}
    assert (found["color"]["value"], found["color"]["state"]) == ("blue", "CREATED")
    assert found["list"]["value"] == [1]
    as_text = rest.get(f"/history/variable-instance/{found['list']['id']}", deserializeValue="false")
    assert as_text["value"] == "[1]"
    assert rest.get("/history/variable-instance/count", variableName="color") == {"count": 1}


def test_the_log_of_a_task_tells_creation_failure_and_success(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start()
    task = fetched(rest)
    report = {"workerId": WORKER, "errorMessage": "no", "errorDetails": "why", "retries": 2, "retryTimeout": 0}
    rest.post(f"/external-task/{task['id']}/failure", report)
    rest.post(f"/external-task/{task['id']}/complete", {"workerId": WORKER})
    log = rest.get("/history/external-task-log", processInstanceId=id, sortBy="timestamp", sortOrder="asc")
    kinds = [next(kind for kind in KINDS if entry[kind]) for entry in log]
    assert kinds == ["creationLog", "failureLog", "successLog"]
    assert [entry["retries"] for entry in log] == [None, None, 2]
    failure = rest.get("/history/external-task-log", failureLog="true")[0]
    details = rest.call("GET", f"/history/external-task-log/{failure['id']}/error-details")
    assert (details.status_code, details.mimetype, details.text) == (200, "text/plain", "why")
    assert rest.get("/history/external-task-log/count", creationLog="true", successLog="true") == {"count": 2}


KINDS = ("creationLog", "failureLog", "successLog", "deletionLog")


def test_an_unknown_log_entry_is_refused_in_camundas_words(rest: Rest) -> None:
    assert rest.answer("GET", "/history/external-task-log/nope") == refusal(
        404, "InvalidRequestException", "Historic external task log with id nope does not exist"
    )


def test_incidents_stay_after_they_are_resolved(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start()
    task = fetched(rest)
    rest.post(f"/external-task/{task['id']}/failure", {"workerId": WORKER, "errorMessage": "broken", "retries": 0})
    assert [each["open"] for each in rest.get("/history/incident", open="true")] == [True]
    rest.put(f"/external-task/{task['id']}/retries", {"retries": 1})
    found = rest.get("/history/incident")
    assert [(each["resolved"], each["incidentMessage"]) for each in found] == [(True, "broken")]
    assert rest.get("/history/incident/count", open="true") == {"count": 0}


def test_user_tasks_are_told_with_the_reason_of_their_end(rest: Rest) -> None:
    rest.deploy(line(user_task(assignee="mary")))
    rest.start()
    open_one = rest.get("/history/task", unfinished="true")[0]
    assert (open_one["assignee"], open_one["deleteReason"], open_one["endTime"]) == ("mary", None, None)
    rest.post(f"/task/{open_one['id']}/complete")
    ended = rest.get("/history/task", finished="true", taskAssignee="mary")
    assert [each["deleteReason"] for each in ended] == ["completed"]


def test_an_ended_instance_is_forgotten_on_request_and_a_running_one_is_not(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start()
    assert rest.answer("DELETE", f"/history/process-instance/{id}")[0] == 400
    completed(rest)
    rest.delete(f"/history/process-instance/{id}")
    assert rest.answer("GET", f"/history/process-instance/{id}")[0] == 404
    assert rest.get("/history/activity-instance", processInstanceId=id) == []


def test_history_is_forgotten_when_its_time_is_over(rest: Rest) -> None:
    rest.deploy(one_task(historyTimeToLive="1"))
    id = rest.start()
    completed(rest)
    rest.post("/history/cleanup")
    assert rest.get(f"/history/process-instance/{id}")["state"] == "COMPLETED"
    with clock.frozen():
        clock.advance(86_400_001)
        rest.post("/history/cleanup")
    assert rest.answer("GET", f"/history/process-instance/{id}")[0] == 404


@pytest.mark.parametrize("resource", ["process-instance", "activity-instance", "variable-instance", "task", "incident"])
def test_a_sort_order_needs_a_property(rest: Rest, resource: str) -> None:
    assert rest.answer("GET", f"/history/{resource}", sortOrder="asc") == refusal(
        400,
        "InvalidRequestException",
        "Only a single sorting parameter specified. sortBy and sortOrder required",
    )
