"""No filter is dropped: what Camunda knows is kept or refused by name, and an operation refuses what nobody knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.api.camunda.rest.refused_filters import EXPRESSIONS, RefusedFilter
from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, line, refusal, user_task
from tests.dialects.camunda.test_lists import LISTS

PUBLISHED: dict[str, list[str]] = json.loads(Path(__file__).with_name("published_filters.json").read_text())
"""The filters of Camunda's API document, by list."""
IN_DETAIL_ONLY = {"/batch": {"createdBy", "startedBefore", "startedAfter", "withFailures", "withoutFailures"}}
"""Filters that the document names at a list where Camunda itself ignores them."""
MANY: dict[str, tuple[str, dict[str, Any]]] = {
    "/process-instance/delete": ("POST", {}),
    "/process-instance/delete-historic-query-based": ("POST", {}),
    "/process-instance/job-retries": ("POST", {"retries": 3}),
    "/process-instance/message-async": ("POST", {"messageName": "m"}),
    "/process-instance/suspended": ("PUT", {"suspended": True}),
    "/process-instance/suspended-async": ("POST", {"suspended": True}),
    "/process-instance/variables-async": ("POST", {"variables": {"a": {"value": 1}}}),
    "/external-task/retries": ("PUT", {"retries": 3}),
    "/external-task/retries-async": ("POST", {"retries": 3}),
    "/modification/execute": ("POST", {"instructions": [{"type": "cancel", "activityId": "work"}]}),
    "/modification/executeAsync": ("POST", {"instructions": [{"type": "cancel", "activityId": "work"}]}),
}
"""Operations on instances that a `processInstanceQuery` selects, and what else they need."""


@pytest.mark.parametrize("path", LISTS)
def test_every_filter_that_camunda_publishes_is_known(path: str) -> None:
    query, _ = LISTS[path]
    known = {field.data_key for field in query.schema.fields.values()}
    assert set(PUBLISHED[path]) - known - IN_DETAIL_ONLY.get(path, set()) == set()


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_that_cannot_be_kept_is_refused_by_name(rest: Rest, path: str) -> None:
    query, post = LISTS[path]
    refused = [field for field in query.schema.fields.values() if isinstance(field, RefusedFilter)]
    for field in refused:
        answers = [rest.answer("GET", path, **{str(field.data_key): "x"})]
        if post:
            answers.append(rest.answer("POST", path, {field.data_key: "2020-01-01"}))
            answers.append(rest.answer("POST", f"{path}/count", {"orQueries": [{field.data_key: ""}]}))
        for status, body in answers:
            assert (status, body["type"], body["code"]) == (400, "BadUserRequestException", 0), field.data_key
            assert body["message"], field.data_key


def test_an_expression_is_refused_in_the_words_of_camunda(rest: Rest) -> None:
    expected = refusal(400, "BadUserRequestException", EXPRESSIONS, 0)
    assert rest.answer("GET", "/task", assigneeExpression="${currentUser()}") == expected
    assert rest.answer("POST", "/task/count", {"dueBeforeExpression": "${now()}"}) == expected


@pytest.mark.parametrize("path", MANY)
def test_an_operation_refuses_a_name_that_it_does_not_know(rest: Rest, path: str) -> None:
    method, body = MANY[path]
    rest.deploy(one_task())
    instance = rest.start()
    for selection in (
        {"processInstanceQuery": {"rootProcesInstanceId": "x"}},
        {"processInstanceQuery": {"orQueries": [{"rootProcesInstanceId": "x"}]}},
        {"historicProcessInstanceQuery": {"rootProcesInstanceId": "x"}},
        {"processInstanceQuery": {}, "rootProcesInstanceId": "x"},
    ):
        status, answer = rest.answer(method, path, {**body, **selection})
        assert (status, answer["type"]) == (400, "InvalidRequestException")
        assert answer["message"].startswith("Unknown property 'rootProcesInstanceId'. Known are: ")
    assert rest.get("/batch/count") == {"count": 0}
    assert rest.get(f"/process-instance/{instance}")["suspended"] is False


@pytest.mark.parametrize("path", MANY)
def test_an_operation_keeps_to_a_filter_that_nothing_meets(rest: Rest, path: str) -> None:
    method, body = MANY[path]
    rest.deploy(one_task())
    instance = rest.start()
    assert rest.answer(method, path, {**body, "processInstanceQuery": {"rootProcessInstanceId": "no-such"}})[0] == 400
    assert rest.get("/batch/count") == {"count": 0}
    assert rest.get(f"/process-instance/{instance}")["suspended"] is False


@pytest.mark.parametrize("path", MANY)
def test_an_operation_refuses_an_empty_list_as_a_filter(rest: Rest, path: str) -> None:
    method, body = MANY[path]
    rest.deploy(one_task())
    instance = rest.start()
    for query, name in (
        ("processInstanceQuery", "processInstanceIds"),
        ("processInstanceQuery", "tenantIdIn"),
        ("historicProcessInstanceQuery", "processInstanceIds"),
    ):
        expected = f"The filter '{name}' is an empty list, which would select everything."
        answer = rest.answer(method, path, {**body, query: {name: []}})
        assert answer == refusal(400, "InvalidRequestException", expected)
    assert rest.get("/batch/count") == {"count": 0}
    assert rest.get(f"/process-instance/{instance}")["suspended"] is False


def test_null_under_an_unknown_name_asks_for_nothing(rest: Rest) -> None:
    rest.deploy(one_task())
    instance = rest.start()
    rest.put("/process-instance/suspended", {"suspended": True, "processInstanceIds": [instance], "later": None})
    assert rest.get(f"/process-instance/{instance}")["suspended"] is True


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/job/retries", "POST", {"retries": 1, "jobQuery": {"procesInstanceId": "x"}}),
        ("/job/suspended", "PUT", {"suspended": True, "processDefinitionKey": "process", "tenant": "north"}),
        ("/job-definition/suspended", "PUT", {"suspended": True, "processDefinitionKey": "process", "tenant": "x"}),
        ("/process-definition/suspended", "PUT", {"suspended": True, "processDefinitionKey": "process", "tenant": "x"}),
        ("/history/process-instance/delete", "POST", {"historicProcessInstanceQuery": {"executedJobsAfter": "x"}}),
        ("/history/process-instance/set-removal-time", "POST", {"historicProcessInstanceQuery": {"bussinessKey": "x"}}),
        ("/history/batch/set-removal-time", "POST", {"historicBatchQuery": {"kind": "x"}}),
        ("/process-definition/any/restart", "POST", {"historicProcessInstanceQuery": {"x": 1}}),
        ("/message", "POST", {"messageName": "m", "correlationKey": {}}),
        ("/signal", "POST", {"name": "s", "execution": "x"}),
        ("/condition", "POST", {"variables": {}, "tenant": "x"}),
    ],
)
def test_every_operation_on_many_things_refuses_unknown_names(rest: Rest, path: str, method: str, body: Any) -> None:
    status, answer = rest.answer(method, path, body)
    assert (status, answer["type"]) == (400, "InvalidRequestException")
    assert answer["message"].startswith("Unknown property '")


def test_a_list_ignores_names_that_nobody_knows_as_camunda_does(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start()
    assert rest.get("/process-instance/count", rootProcesInstanceId="x") == {"count": 1}
    assert rest.post("/process-instance/count", {"rootProcesInstanceId": "x"}) == {"count": 1}


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/process-instance", "rootProcessInstanceId", "x"),
        ("/history/process-instance", "superCaseInstanceId", "x"),
        ("/history/process-instance", "subCaseInstanceId", "x"),
        ("/history/process-instance", "withJobsRetrying", "true"),
        ("/task", "parentTaskId", "x"),
        ("/task", "caseInstanceId", "x"),
        ("/task", "caseInstanceVariables", "a_eq_b"),
        ("/history/task", "taskParentTaskId", "x"),
        ("/history/task", "caseDefinitionKey", "x"),
        ("/history/task", "taskDeleteReasonLike", "comp%"),
        ("/history/task", "taskVariables", "a_eq_b"),
        ("/history/task", "taskInvolvedUser", "x"),
        ("/history/task", "taskHadCandidateGroup", "x"),
        ("/history/task", "withCandidateGroups", "true"),
        ("/variable-instance", "batchIdIn", "x"),
        ("/variable-instance", "caseExecutionIdIn", "x,y"),
        ("/history/variable-instance", "caseInstanceId", "x"),
        ("/history/variable-instance", "caseActivityIdIn", "x"),
    ],
)
def test_a_filter_that_nothing_meets_finds_nothing(rest: Rest, path: str, name: str, value: str) -> None:
    rest.deploy(line(user_task()))
    rest.start(variables={"amount": 7})
    assert len(rest.get(path)) == 1
    assert rest.get(path, **{name: value}) == []
    assert rest.get(f"{path}/count", **{name: value}) == {"count": 0}


def test_a_value_is_found_under_its_name(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    rest.start(variables={"amount": 7, "text": "7"})
    found = rest.post("/history/variable-instance", {"variableName": "amount", "variableValue": 7})
    assert [each["name"] for each in found] == ["amount"]
    assert rest.post("/history/variable-instance", {"variableName": "amount", "variableValue": 8}) == []
    found = rest.get("/history/variable-instance", variableName="text", variableValue="7")
    assert [each["name"] for each in found] == ["text"]
    alone = (
        "Only a single variable value parameter specified: variable name and value are required to be able to query "
        "after a specific variable value."
    )
    assert rest.answer("GET", "/history/variable-instance", variableValue="7") == refusal(
        400, "InvalidRequestException", alone
    )


def test_a_task_of_the_history_is_found_by_who_had_to_do_with_it(rest: Rest) -> None:
    rest.deploy(line(user_task(candidateGroups="sales", assignee="kermit")))
    rest.start()
    for filters in (
        {"taskInvolvedUser": "kermit"},
        {"taskInvolvedGroup": "sales"},
        {"taskHadCandidateGroup": "sales"},
        {"withCandidateGroups": "true"},
    ):
        assert rest.get("/history/task/count", **filters) == {"count": 1}, filters
    assert rest.get("/history/task/count", taskHadCandidateUser="kermit") == {"count": 0}
    assert rest.get("/history/task/count", withoutCandidateGroups="true") == {"count": 0}
