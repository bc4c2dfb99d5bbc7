"""Which variables a condition sees: those of the whole instance, of one execution, or of one user task."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import external_task, flow, process
from tests.dialects.camunda.rest import Rest, line, user_task

MAPPING = (
    "<extensionElements><camunda:inputOutput><camunda:inputParameter name='{}'>{}</camunda:inputParameter>"
    "</camunda:inputOutput></extensionElements>"
)
BRANCHES = ("check", "work", "receive")
MODEL = process(
    '<startEvent id="start"/><parallelGateway id="fork"/><endEvent id="end"/>',
    f'<userTask id="check">{MAPPING.format("given", "to check")}</userTask>',
    external_task("work", inner=MAPPING.format("part", "of work")),
    '<receiveTask id="receive" messageRef="paid_message"/>',
    flow("start", "fork"),
    *(flow("fork", each) + flow(each, "end") for each in BRANCHES),
    definitions='<message id="paid_message" name="paid"/>',
)
"""Three branches: a user task with an input parameter `given`, an external task with `part`, and a message."""
SEEN: dict[str, dict[str, int]] = {
    "top_eq_everywhere": {
        "/execution variables": 1,
        "/execution processVariables": 4,
        "/process-instance variables": 1,
        "/external-task processVariables": 1,
        "/task processVariables": 1,
        "/task taskVariables": 0,
        "/history/process-instance variables": 1,
        "/history/task processVariables": 1,
        "/history/task taskVariables": 0,
    },
    "given_eq_to check": {
        "/execution variables": 1,
        "/execution processVariables": 4,
        "/process-instance variables": 0,
        "/external-task processVariables": 1,
        "/task processVariables": 1,
        "/task taskVariables": 0,
        "/history/process-instance variables": 1,
        "/history/task processVariables": 1,
        "/history/task taskVariables": 0,
    },
    "mine_eq_of the task": {
        "/execution variables": 1,
        "/execution processVariables": 0,
        "/process-instance variables": 0,
        "/external-task processVariables": 0,
        "/task processVariables": 0,
        "/task taskVariables": 1,
        "/history/process-instance variables": 1,
        "/history/task processVariables": 0,
        "/history/task taskVariables": 1,
    },
}
"""How many rows meet each condition, as a running Camunda 7.24 answers (executions: as many as there are here)."""


@pytest.fixture
def task_id(rest: Rest) -> str:
    """Start the model and give its user task a variable of its own; return the task's id."""
    rest.deploy(MODEL)
    rest.start(businessKey="k", variables={"top": "everywhere"})
    id: str = rest.get("/task")[0]["id"]
    rest.put(f"/task/{id}/localVariables/mine", {"value": "of the task"})
    return id


def asked(rest: Rest, condition: str) -> dict[str, int]:
    """Return how many rows meet the condition, by list and parameter, the same for GET and POST."""
    name, operator, value = condition.split("_")
    found = {}
    for each in SEEN[condition]:
        path, parameter = each.split()
        found[each] = rest.get(f"{path}/count", **{parameter: condition})["count"]
        body = {parameter: [{"name": name, "operator": operator, "value": value}]}
        assert rest.post(f"{path}/count", body) == {"count": found[each]}, each
    return found


@pytest.mark.parametrize("condition", SEEN)
def test_a_condition_sees_the_variables_that_camunda_looks_at(rest: Rest, task_id: str, condition: str) -> None:
    assert asked(rest, condition) == SEEN[condition]


def test_the_history_sees_variables_of_what_has_ended(rest: Rest, task_id: str) -> None:
    rest.post(f"/task/{task_id}/complete")
    rest.delete(f"/process-instance/{rest.get('/history/process-instance')[0]['id']}")
    for condition, seen in SEEN.items():
        for each, count in seen.items():
            path, parameter = each.split()
            expected = count if path.startswith("/history/") else 0
            assert rest.get(f"{path}/count", **{parameter: condition}) == {"count": expected}, (condition, each)


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        ({"correlationKeys": {"top": "everywhere"}}, 204),
        ({"correlationKeys": {"given": "to check", "part": "of work"}}, 204),
        ({"correlationKeys": {"given": "to check", "part": "of nobody"}}, 400),
        ({"correlationKeys": {"mine": "of the task"}}, 400),
        ({"localCorrelationKeys": {"given": "to check"}}, 400),
        ({"localCorrelationKeys": {"top": "everywhere"}}, 400),
    ],
)
def test_a_message_is_correlated_by_any_variable_of_the_instance(
    rest: Rest, task_id: str, keys: dict[str, dict[str, str]], status: int
) -> None:
    typed = {kind: {name: {"value": value} for name, value in named.items()} for kind, named in keys.items()}
    assert rest.answer("POST", "/message", {"messageName": "paid", **typed})[0] == status


def test_a_variable_of_a_user_task_names_its_task(rest: Rest, task_id: str) -> None:
    expected = {"top": None, "given": None, "part": None, "mine": task_id}
    for path, name in (("/variable-instance", "name"), ("/history/variable-instance", "name")):
        assert {each[name]: each["taskId"] for each in rest.get(path)} == expected, path
    assert {each["variableName"]: each["taskId"] for each in rest.get("/history/detail")} == expected
    for path in ("/variable-instance", "/history/variable-instance"):
        assert [each["name"] for each in rest.get(path, taskIdIn=task_id)] == ["mine"], path
    of_task = rest.get("/history/detail", taskId=task_id)
    assert [each["variableName"] for each in of_task] == ["mine"]
    others = rest.get("/history/detail", excludeTaskDetails="true")
    assert sorted(each["variableName"] for each in others) == ["given", "part", "top"]


def test_a_value_that_a_task_changes_stays_where_it_was(rest: Rest, task_id: str) -> None:
    rest.post(f"/task/{task_id}/variables", {"modifications": {"mine": {"value": 2}, "top": {"value": 3}}})
    found = {each["name"]: (each["value"], each["taskId"]) for each in rest.get("/variable-instance")}
    assert (found["mine"], found["top"]) == ((2, task_id), (3, None))
    assert [each["value"] for each in rest.get("/history/detail", taskId=task_id)] == ["of the task", 2]


@pytest.mark.parametrize("kind", ["/process-instance/{i}/variables", "/execution/{i}/localVariables"])
def test_what_is_set_and_removed_at_once_is_gone(rest: Rest, kind: str) -> None:
    rest.deploy(line(user_task()))
    path = kind.format(i=rest.start(variables={"old": 1}))
    assert_removed(rest, path, "old")


@pytest.mark.parametrize("kind", ["variables", "localVariables"])
def test_what_a_task_sets_and_removes_at_once_is_gone(rest: Rest, kind: str) -> None:
    rest.deploy(line(user_task()))
    rest.start()
    path = f"/task/{rest.get('/task')[0]['id']}/{kind}"
    rest.post(path, {"modifications": {"old": {"value": 1}}})
    assert_removed(rest, path, "old")


def assert_removed(rest: Rest, path: str, old: str) -> None:
    """Set a new and an old variable and remove both in the same request."""
    both: dict[str, Any] = {"new": {"value": 1}, old: {"value": 2}, "kept": {"value": 3}}
    rest.post(path, {"modifications": both, "deletions": ["new", old]})
    assert list(rest.get(path)) == ["kept"]
    assert rest.get("/history/variable-instance/count", variableName="new") == {"count": 0}
