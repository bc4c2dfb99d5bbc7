"""POST /task sorts by the values of variables: of the process instance, the execution, or the task itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialects.camunda.rest import Rest, line, refusal, user_task

MAPPED = (
    '<userTask id="approve"><extensionElements><camunda:inputOutput>'
    '<camunda:inputParameter name="given">${text}</camunda:inputParameter>'
    "</camunda:inputOutput></extensionElements></userTask>"
)
VALUES: dict[str, dict[str, Any]] = {
    "a": {"text": {"value": "beta"}, "amount": {"value": 30}, "rate": {"value": 0.5, "type": "Double"}},
    "b": {"text": {"value": "Alpha"}, "amount": {"value": 4}, "rate": {"value": 2.0, "type": "Double"}},
    "c": {"text": {"value": "gamma"}, "amount": {"value": 100}, "rate": {"value": 1.0, "type": "Double"}},
}


@pytest.fixture
def tasks(rest: Rest) -> dict[str, str]:
    """Start three instances; return the business key of each task."""
    rest.deploy(line(MAPPED))
    for key, variables in VALUES.items():
        rest.post("/process-definition/key/process/start", {"businessKey": key, "variables": variables})
        [task] = rest.get("/task", processInstanceBusinessKey=key)
        rest.put(f"/task/{task['id']}/localVariables/own", {"value": variables["amount"]["value"] % 9, "type": "Long"})
    return {rest.get("/task", processInstanceBusinessKey=key)[0]["id"]: key for key in VALUES}


def level(kind: str, name: str, type: str, direction: str = "asc") -> dict[str, Any]:
    """Return one level of a sorting."""
    return {"sortBy": kind, "sortOrder": direction, "parameters": {"variable": name, "type": type}}


@pytest.mark.parametrize(
    ("sorting", "order"),
    [
        (level("processVariable", "text", "String"), "bac"),
        (level("processVariable", "text", "string", "desc"), "cab"),
        (level("processVariable", "amount", "Integer"), "bac"),
        (level("processVariable", "amount", "integer", "desc"), "cab"),
        (level("processVariable", "rate", "Double"), "acb"),
        (level("executionVariable", "given", "String"), "bac"),
        (level("taskVariable", "own", "Long"), "cab"),
        (level("taskVariable", "own", "Long", "desc"), "bac"),
    ],
)
def test_tasks_are_sorted_by_the_value_of_a_variable(
    rest: Rest, tasks: dict[str, str], sorting: dict[str, Any], order: str
) -> None:
    found = rest.post("/task", {"sorting": [sorting]})
    assert "".join(tasks[task["id"]] for task in found) == order
    assert rest.post("/task/count", {"sorting": [sorting]}) == {"count": 3}


@pytest.mark.parametrize(
    "sorting",
    [
        level("processVariable", "amount", "Long"),
        level("processVariable", "given", "String"),
        level("executionVariable", "own", "Long"),
        level("taskVariable", "given", "String"),
        level("caseInstanceVariable", "text", "String"),
        level("caseExecutionVariable", "text", "String"),
    ],
)
def test_the_next_level_decides_where_there_is_no_such_value(
    rest: Rest, tasks: dict[str, str], sorting: dict[str, Any]
) -> None:
    found = rest.post("/task", {"sorting": [sorting, level("processVariable", "amount", "Integer", "desc")]})
    assert "".join(tasks[task["id"]] for task in found) == "cab"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"variable": "a", "type": "Colour"}, refusal(500, "NullValueException", "valueType is null", 0)),
        ({"variable": "a"}, refusal(500, "NullValueException", "valueType is null", 0)),
        ({"type": "String"}, refusal(500, "NullValueException", "variableName is null", 0)),
        (None, refusal(500, "NullValueException", "variableName is null", 0)),
        (
            {"variable": "a", "type": "Object"},
            refusal(500, "ProcessEngineException", "Cannot order by variables of type object", 0),
        ),
    ],
)
def test_a_sorting_without_an_order_is_refused(rest: Rest, parameters: Any, expected: Any) -> None:
    sorting = {"sortBy": "processVariable", "sortOrder": "asc", "parameters": parameters}
    assert rest.answer("POST", "/task", {"sorting": [sorting]}) == expected


def test_a_variable_is_no_sorting_of_a_query_string(rest: Rest) -> None:
    text = "Cannot set query parameter 'sortBy' to value 'processVariable'"
    assert rest.answer("GET", "/task", sortBy="processVariable", sortOrder="asc") == refusal(
        400, "InvalidRequestException", text
    )


@pytest.mark.parametrize("name", ["caseInstanceId", "caseExecutionId"])
def test_tasks_are_in_the_order_of_their_ids_where_they_have_no_case(rest: Rest, name: str) -> None:
    rest.deploy(line(user_task()))
    ids = [rest.start() for _ in range(2)]
    found = rest.get("/task", sortBy=name, sortOrder="desc")
    assert [task["processInstanceId"] for task in found] == ids
