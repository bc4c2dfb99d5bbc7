"""/task: found, claimed, completed, given back, and thrown errors from."""

from __future__ import annotations

import re
from typing import Any

from tests.builders import error, error_boundary, external_task, flow, process
from tests.dialects.camunda.rest import DATE, Rest, line, refusal, user_task

MODEL = line(
    user_task(
        candidateUsers="demo, mary",
        candidateGroups="accounting",
        dueDate="2030-01-01T00:00:00",
        priority="70",
        formKey="embedded:form.html",
    )
)
CATCHING = process(
    '<startEvent id="start"/>',
    user_task(),
    error_boundary("approve", "E"),
    external_task("repair", "repair"),
    '<endEvent id="end"/>',
    '<endEvent id="repaired"/>',
    flow("start", "approve"),
    flow("approve", "end"),
    flow("caught", "repair"),
    flow("repair", "repaired"),
    definitions=error("E"),
)


def only_task(rest: Rest, **parameters: Any) -> Any:
    (task,) = rest.get("/task", **parameters)
    return task


def test_a_task_is_answered(rest: Rest) -> None:
    made = rest.deploy(MODEL)
    instance_id = rest.start(businessKey="b", variables={"a": 1})
    task = only_task(rest)
    assert rest.get(f"/task/{task['id']}") == task
    assert re.fullmatch(DATE, task.pop("created"))
    assert task == {
        "id": task["id"],
        "name": "Approve",
        "assignee": None,
        "due": "2030-01-01T00:00:00.000+0000",
        "followUp": None,
        "lastUpdated": None,
        "delegationState": None,
        "description": None,
        "executionId": task["executionId"],
        "owner": None,
        "parentTaskId": None,
        "priority": 70,
        "processDefinitionId": next(iter(made["deployedProcessDefinitions"])),
        "processInstanceId": instance_id,
        "taskDefinitionKey": "approve",
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": False,
        "formKey": "embedded:form.html",
        "camundaFormRef": None,
        "tenantId": None,
        "taskState": "Created",
    }


def test_tasks_are_found_by_people_and_variables(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start(businessKey="b", variables={"a": 1})

    def count(**parameters: Any) -> int:
        return int(rest.get("/task/count", **parameters)["count"])

    assert (
        count(candidateUser="demo") == count(candidateGroup="accounting") == count(candidateGroups="x,accounting") == 1
    )
    assert count(candidateUser="dem") == count(candidateGroup="account") == 0
    assert count(involvedUser="mary") == count(withCandidateGroups="true") == count(unassigned="true") == 1
    assert (
        count(processInstanceBusinessKey="b")
        == count(minPriority=70)
        == count(dueAfter="2029-01-01T00:00:00.000+0000")
        == 1
    )
    variables = [{"name": "a", "operator": "eq", "value": 1}]
    assert rest.post("/task/count", {"processVariables": variables}) == {"count": 1}
    assert rest.post("/task/count", {"taskVariables": variables}) == {"count": 0}
    rest.post(f"/task/{only_task(rest)['id']}/claim", {"userId": "demo"})
    assert count(candidateUser="demo") == 0
    assert count(candidateUser="demo", includeAssignedTasks="true") == count(assignee="demo") == 1
    assert rest.post("/task/count", {"orQueries": [{"assignee": "nobody", "name": "Approve"}]}) == {"count": 1}


def test_a_task_is_claimed_by_one_person(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    path = f"/task/{only_task(rest)['id']}"
    rest.post(f"{path}/claim", {"userId": "demo"})
    assert rest.answer("POST", f"{path}/claim", {"userId": "mary"})[1]["type"] == "TaskAlreadyClaimedException"
    assert rest.get(path)["assignee"] == "demo"
    rest.post(f"{path}/unclaim")
    rest.post(f"{path}/assignee", {"userId": "mary"})
    assert rest.get(path)["assignee"] == "mary"


def test_a_task_is_delegated_and_given_back(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    path = f"/task/{only_task(rest)['id']}"
    rest.post(f"{path}/assignee", {"userId": "demo"})
    rest.post(f"{path}/delegate", {"userId": "mary"})
    task = rest.get(path)
    assert (task["owner"], task["assignee"], task["delegationState"]) == ("demo", "mary", "PENDING")
    rest.post(f"{path}/resolve", {"variables": {"a": {"value": 1}}})
    task = rest.get(path)
    assert (task["assignee"], task["delegationState"]) == ("demo", "RESOLVED")


def test_a_completion_moves_the_process_on(rest: Rest) -> None:
    rest.deploy(MODEL)
    instance_id = rest.start(variables={"a": 1})
    body = {"variables": {"b": {"value": "x"}}, "withVariablesInReturn": True}
    answer = rest.post(f"/task/{only_task(rest)['id']}/complete", body)
    assert {name: each["value"] for name, each in answer.items()} == {"a": 1, "b": "x"}
    assert rest.get(f"/history/process-instance/{instance_id}")["state"] == "COMPLETED"


def test_a_form_completes_a_task(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    path = f"/task/{only_task(rest)['id']}"
    assert rest.get(f"{path}/form") == {"key": "embedded:form.html", "camundaFormRef": None, "contextPath": None}
    assert rest.post(f"{path}/submit-form", {"variables": {}}) is None
    assert rest.get("/task") == []


def test_an_error_of_a_person_takes_the_error_path(rest: Rest) -> None:
    rest.deploy(CATCHING)
    rest.start()
    path = f"/task/{only_task(rest)['id']}/bpmnError"
    assert rest.answer("POST", path, {}) == refusal(400, "RestException", "errorCode is null", 0)
    rest.post(path, {"errorCode": "E", "errorMessage": "m", "variables": {"a": {"value": 1}}})
    assert [each["activityId"] for each in rest.get("/external-task")] == ["repair"]
    assert rest.answer("POST", "/task/x/bpmnError", {"errorCode": "E"}) == refusal(
        404, "RestException", "Cannot find task with id x: task is null", 0
    )


def test_an_escalation_of_a_person_is_caught(rest: Rest) -> None:
    boundary = (
        '<boundaryEvent id="late" attachedToRef="approve" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="e"/></boundaryEvent>'
    )
    rest.deploy(
        process(
            '<startEvent id="start"/>',
            user_task(),
            boundary,
            external_task("hurry", "hurry"),
            '<endEvent id="end"/>',
            flow("start", "approve"),
            flow("approve", "end"),
            flow("late", "hurry"),
            definitions='<escalation id="e" escalationCode="LATE"/>',
        )
    )
    rest.start()
    path = f"/task/{only_task(rest)['id']}/bpmnEscalation"
    rest.post(path, {"escalationCode": "LATE"})
    assert [each["activityId"] for each in rest.get("/external-task")] == ["hurry"]
    assert len(rest.get("/task")) == 1
    assert rest.answer("POST", path, {}) == refusal(400, "RestException", "escalationCode is null", 0)


def test_people_are_linked_to_a_task(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    path = f"/task/{only_task(rest)['id']}/identity-links"
    rest.post(path, {"groupId": "sales", "type": "candidate"})
    rest.post(path, {"userId": "demo", "type": "owner"})
    rest.post(f"{path}/delete", {"userId": "mary", "type": "candidate"})
    assert rest.get(path) == [
        {"userId": "demo", "groupId": None, "type": "owner"},
        {"userId": "demo", "groupId": None, "type": "candidate"},
        {"userId": None, "groupId": "accounting", "type": "candidate"},
        {"userId": None, "groupId": "sales", "type": "candidate"},
    ]
    assert rest.get(path, type="owner") == [{"userId": "demo", "groupId": None, "type": "owner"}]
    assert rest.answer("POST", path, {"type": "candidate"}) == refusal(
        400, "InvalidRequestException", "Identity Link requires userId or groupId."
    )
    assert rest.answer("POST", path, {"userId": "a", "groupId": "b"}) == refusal(
        400, "InvalidRequestException", "Identity Link requires userId or groupId, but not both."
    )


def test_the_attributes_of_a_task_are_changed(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    path = f"/task/{only_task(rest)['id']}"
    rest.put(path, {"name": "Sign", "priority": 5, "due": "2031-01-01T00:00:00.000+0000", "description": "soon"})
    task = rest.get(path)
    assert (task["name"], task["priority"], task["due"], task["description"], task["taskState"]) == (
        "Sign",
        5,
        "2031-01-01T00:00:00.000+0000",
        "soon",
        "Updated",
    )


def test_a_suspended_task_is_not_done(rest: Rest) -> None:
    rest.deploy(MODEL)
    instance_id = rest.start()
    rest.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    task = only_task(rest, suspended="true")
    status, body = rest.answer("POST", f"/task/{task['id']}/complete", {})
    assert (status, body["type"]) == (500, "RestException")
    assert (
        body["message"] == f"Cannot complete task {task['id']}: ENGINE-03043 task with id '{task['id']}' is suspended."
    )


def test_a_task_that_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/task/x") == refusal(404, "InvalidRequestException", "No matching task with id x")
    assert rest.answer("POST", "/task/x/complete", {}) == refusal(
        500, "RestException", "Cannot complete task x: Cannot find task with id x: task is null", 0
    )
    assert rest.answer("POST", "/task/x/claim", {"userId": "demo"}) == refusal(
        500, "NullValueException", "Cannot find task with id x: task is null", 0
    )


def test_a_value_that_does_not_fit_completes_nothing(rest: Rest) -> None:
    rest.deploy(MODEL)
    rest.start()
    task = only_task(rest)
    wrong = {"variables": {"a": {"value": "x", "type": "Boolean"}}}
    assert rest.answer("POST", f"/task/{task['id']}/complete", wrong) == refusal(
        400,
        "InvalidRequestException",
        f"Cannot complete task {task['id']}: Cannot convert value 'x' of type 'Boolean' to java type java.lang.Boolean",
    )
    assert only_task(rest) == task


def test_a_task_comes_with_its_variables_on_request(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    rest.start(variables={"amount": 5})
    (task,) = rest.get("/task")
    rest.put(f"/task/{task['id']}/localVariables/note", {"value": "mine"})
    amount, note = (
        {"type": kind, "value": value, "valueInfo": {}} for kind, value in (("Integer", 5), ("String", "mine"))
    )
    assert rest.get("/task", withTaskVariablesInReturn="true") == [
        {**task, "variables": {"amount": amount, "note": note}}
    ]
    assert rest.post("/task", {"withTaskLocalVariablesInReturn": True}) == [{**task, "variables": {"note": note}}]
    assert rest.get("/task") == [task]


def test_open_tasks_are_counted_by_candidate_group(rest: Rest) -> None:
    rest.deploy(
        line(user_task(candidateGroups="a,b"), id="one"),
        line(user_task(candidateGroups="b"), id="two"),
        line(user_task()),
    )
    for key in ("one", "two", "process", "process"):
        rest.start(key)
    assert rest.get("/task/report/candidate-group-count") == [
        {"groupName": "a", "taskCount": 1},
        {"groupName": "b", "taskCount": 2},
        {"groupName": None, "taskCount": 2},
    ]
