"""Sections 4.5 to 4.7 of Camunda's contract: errors that fail on their way, and those that the model throws."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import external_task, flow
from tests.dialects.camunda.error_models import WORK, around, caught, fetched, model, state
from tests.dialects.camunda.rest import Rest, refusal

FAILING = '<exclusiveGateway id="gate"/>' + flow("gate", "end", "${nothing}") + flow("gate", "other", "${nothing}")
BLOCKED = (*WORK, flow("caught", "gate"), FAILING, '<endEvent id="other"/>')
THROWN = (
    '<extensionElements><camunda:errorEventDefinition errorRef="error_E" expression="${true}"/></extensionElements>'
)
PROPAGATED = refusal(500, "ProcessEngineException", "ENGINE-13033 Propagation of bpmn error E failed. ", 0)


@pytest.mark.parametrize("route", ["bpmnError", "complete", "failure"])
def test_a_step_that_fails_after_the_handler_rolls_everything_back(rest: Rest, route: str) -> None:
    task = external_task(inner="" if route == "bpmnError" else THROWN)
    rest.deploy(model(*(task if part == external_task() else part for part in BLOCKED), caught()))
    rest.start()
    locked = fetched(rest)
    body = {"workerId": "worker", "errorCode": "E", "retries": 1, "variables": {"a": {"value": 1}}}
    assert rest.answer("POST", f"/external-task/{locked['id']}/{route}", body) == PROPAGATED
    assert state(rest) == (["work"], {})
    assert rest.get(f"/external-task/{locked['id']}")["workerId"] == "worker"


def defined(expression: str, reference: str = 'errorRef="error_E"') -> str:
    """Return the definition of an error that a report throws when the expression is true."""
    return f'<camunda:errorEventDefinition {reference} expression="{expression}"/>'


MESSAGE, DETAILS = "${externalTask.getErrorMessage() == 'm'}", "${externalTask.errorDetails == 'd'}"
FAILED = {"errorMessage": "m", "errorDetails": "d", "retries": 1}
DEFINED: dict[str, tuple[str, str, Any, list[str], list[str]]] = {
    "true on complete": (defined("${true}"), "complete", {}, ["handled"], ["deletionLog"]),
    "false on complete": (defined("${false}"), "complete", {}, [], ["successLog"]),
    "a value that is not true": (defined("${1}"), "complete", {}, [], ["successLog"]),
    "no expression": (defined(""), "complete", {}, [], ["successLog"]),
    "no reference": (defined("${true}", ""), "complete", {}, [], ["successLog"]),
    "a reference to no error": (defined("${true}", 'errorRef="E"'), "complete", {}, ["handled"], ["deletionLog"]),
    "local variables are seen": (
        defined("${l == 1}"),
        "complete",
        {"localVariables": {"l": {"value": 1}}},
        ["handled"],
        ["deletionLog"],
    ),
    "the first that is true": (
        defined("${false}", 'errorRef="error_F"') + defined("${true}"),
        "complete",
        {},
        ["handled"],
        ["deletionLog"],
    ),
    "message on failure": (defined(MESSAGE), "failure", FAILED, ["handled"], ["deletionLog"]),
    "details on failure": (defined(DETAILS), "failure", FAILED, ["handled"], ["deletionLog"]),
    "retries are the old ones": (
        defined("${externalTask.getRetries() == null}"),
        "failure",
        FAILED,
        ["handled"],
        ["deletionLog"],
    ),
    "false on failure": (defined("${false}"), "failure", FAILED, ["work"], ["failureLog"]),
    "broken on failure counts as false": (defined("${nothing}"), "failure", FAILED, ["work"], ["failureLog"]),
    "not asked on bpmnError": (
        defined("${true}", 'errorRef="error_F"'),
        "bpmnError",
        {"errorCode": "E"},
        ["handled"],
        ["deletionLog"],
    ),
}


@pytest.mark.parametrize(("definitions", "route", "body", "tasks", "log"), DEFINED.values(), ids=DEFINED)
def test_a_report_throws_the_first_error_whose_expression_is_true(
    rest: Rest, definitions: str, route: str, body: Any, tasks: list[str], log: list[str]
) -> None:
    rest.deploy(around(f"<extensionElements>{definitions}</extensionElements>"))
    rest.start()
    task = fetched(rest)
    assert rest.answer("POST", f"/external-task/{task['id']}/{route}", {"workerId": "worker", **body}) == (204, None)
    assert state(rest)[0] == tasks
    entries = rest.get("/history/external-task-log", externalTaskId=task["id"])
    assert [kind for entry in entries for kind in entry if kind.endswith("Log") and entry[kind]] == [
        "creationLog",
        *log,
    ]
    assert rest.get("/incident", incidentType="failedExternalTask") == []


def test_a_definition_that_breaks_on_complete_is_told(rest: Rest) -> None:
    rest.deploy(around(f"<extensionElements>{defined('${nothing}')}</extensionElements>"))
    rest.start()
    status, body = rest.answer("POST", f"/external-task/{fetched(rest)['id']}/complete", {"workerId": "worker"})
    assert (status, body["type"], body["code"]) == (500, "ProcessEngineException", 0)
    assert "Unknown property used in expression" in body["message"]
