"""Section 6 of Camunda's contract: what is not there, on every route, with status, type, text and code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialects.camunda.rest import Rest, refusal


def missing(message: str, code: int | None = None, type: str = "InvalidRequestException") -> Any:
    """Return the refusal 404."""
    return refusal(404, type, message, code)


def failed(what: str) -> Any:
    """Return the refusal of a route that wraps the engine's text."""
    return refusal(500, "RestException", f"{what}: execution x doesn't exist: execution is null", 0)


NO_EXECUTION = refusal(500, "NullValueException", "execution x doesn't exist: execution is null", 0)
NO_INSTANCE = missing("Process instance with id x does not exist")
NO_KEY = missing("No matching process definition with key: x and no tenant-id", type="RestException")
NO_KEY_OF_TENANT = missing("No matching process definition with key: x and tenant-id: t", type="RestException")
NO_LOG = missing("Historic external task log with id x does not exist")
NO_START = refusal(
    500,
    "RestException",
    "Cannot instantiate process definition x: no deployed process definition found with id 'x': "
    "processDefinition is null",
    0,
)
NO_RECEIVER = refusal(500, "RestException", "Cannot find execution with id 'x': execution is null", 0)
MISMATCH = refusal(
    400,
    "RestException",
    "org.camunda.bpm.engine.MismatchingMessageCorrelationException: Cannot correlate message 'm': "
    "No process definition or execution matches the parameters",
    0,
)
VALUE, MODIFY = {"value": 1}, {"modifications": {"v": {"value": 1}}}
ROUTES: list[tuple[str, str, Any, Any]] = [
    ("GET", "/process-definition/x", None, missing("No matching definition with id x", 0)),
    ("GET", "/process-definition/key/x", None, NO_KEY),
    ("GET", "/process-definition/key/x/xml", None, NO_KEY),
    ("GET", "/process-definition/key/x/tenant-id/t", None, NO_KEY_OF_TENANT),
    ("POST", "/process-definition/key/x/start", {}, NO_KEY),
    ("POST", "/process-definition/key/x/tenant-id/t/start", {}, NO_KEY_OF_TENANT),
    ("POST", "/process-definition/x/start", {}, NO_START),
    ("GET", "/deployment/x", None, missing("Deployment with id 'x' does not exist")),
    ("DELETE", "/deployment/x", None, missing("Deployment with id 'x' do not exist")),
    ("GET", "/process-instance/x", None, NO_INSTANCE),
    ("GET", "/process-instance/x/activity-instances", None, NO_INSTANCE),
    (
        "DELETE",
        "/process-instance/x",
        None,
        missing("No process instance found for id 'x': processInstance is null", 0),
    ),
    ("GET", "/process-instance/x/variables", None, NO_EXECUTION),
    ("GET", "/process-instance/x/variables/v", None, failed("Cannot get process instance variable v")),
    ("GET", "/process-instance/x/variables/v/data", None, failed("Cannot get process instance variable v")),
    ("PUT", "/process-instance/x/variables/v", VALUE, failed("Cannot put process instance variable v")),
    ("DELETE", "/process-instance/x/variables/v", None, failed("Cannot delete process instance variable v")),
    ("POST", "/process-instance/x/variables", MODIFY, failed("Cannot modify variables for process instance x")),
    ("GET", "/execution/x/localVariables", None, NO_EXECUTION),
    ("GET", "/execution/x/localVariables/v", None, failed("Cannot get execution variable v")),
    ("GET", "/execution/x/localVariables/v/data", None, failed("Cannot get execution variable v")),
    ("GET", "/execution/x", None, missing("Execution with id x does not exist")),
    ("GET", "/incident/x", None, missing("No matching incident with id x")),
    ("GET", "/history/external-task-log/x", None, NO_LOG),
    ("GET", "/history/external-task-log/x/error-details", None, NO_LOG),
    ("GET", "/history/process-instance/x", None, missing("Historic process instance with id x does not exist")),
    ("GET", "/batch/x", None, missing("Batch with id 'x' does not exist")),
    ("POST", "/message", {}, refusal(400, "InvalidRequestException", "No message name supplied")),
    ("POST", "/message", {"messageName": "m"}, MISMATCH),
    ("POST", "/message", {"messageName": "m", "all": True, "resultEnabled": True}, (200, [])),
    ("POST", "/signal", {}, refusal(400, "InvalidRequestException", "No signal name given")),
    ("POST", "/signal", {"name": "s"}, (204, None)),
    ("POST", "/signal", {"name": "s", "executionId": "x"}, NO_RECEIVER),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"), ROUTES, ids=[f"{method} {path}" for method, path, _, _ in ROUTES]
)
def test_what_is_not_there_is_told_in_the_words_of_the_route(
    rest: Rest, method: str, path: str, body: Any, expected: Any
) -> None:
    assert rest.answer(method, path, body) == expected
