"""Reports on many tasks in one request, each in a transaction of its own and with a result of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, Range

from app.api.components import components
from app.api.dialect import identity, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint, ProblemSchema, problem_of
from app.bpmn.values import Variables, from_python
from app.identity import ACCESS_EXTERNAL_TASKS, Identity
from app.records.reports import BpmnError, Completion, Failure, Report

R = TypeVar("R", bound=Report)

MAX_ITEMS = 1000
MAX_DURATION_MS = 100 * 365 * 24 * 3_600_000
ROUTE: dict[str, Any] = {"methods": ["POST"], "claim": ACCESS_EXTERNAL_TASKS}
ERRORS = (400, 401, 403, 406, 413, 415)

blueprint = OperationsBlueprint(
    "bulk reports",
    __name__,
    url_prefix=f"{PREFIX}/external-tasks",
    description="Complete, fail, extend and raise BPMN errors on many tasks in one request",
)


class Item(Schema):
    """One task of the request. Variables are plain JSON values."""

    class Meta:
        unknown = EXCLUDE

    task_id = fields.String(required=True, data_key="taskId", metadata={"example": "42"})


class CompleteItem(Item):
    """Complete one task."""

    variables = fields.Dict(fields.String(), load_default=dict, metadata={"example": {"amount": 42}})
    local_variables = fields.Dict(fields.String(), load_default=dict, data_key="localVariables")


class FailItem(CompleteItem):
    """Report one failure. Without `retries` the model's retry cycle counts."""

    error_message = fields.String(load_default=None, allow_none=True, data_key="errorMessage")
    error_details = fields.String(load_default=None, allow_none=True, data_key="errorDetails")
    retries = fields.Integer(load_default=None, allow_none=True, validate=Range(0, 2**31 - 1))
    retry_timeout_ms = fields.Integer(
        load_default=None, allow_none=True, data_key="retryTimeoutMs", validate=Range(0, MAX_DURATION_MS)
    )


class ExtendItem(Item):
    """Extend one lock."""

    duration_ms = fields.Integer(required=True, data_key="durationMs", validate=Range(1, MAX_DURATION_MS))


class BpmnErrorItem(Item):
    """Raise one BPMN error."""

    error_code = fields.String(required=True, data_key="errorCode", metadata={"example": "OUT_OF_STOCK"})
    error_message = fields.String(load_default=None, allow_none=True, data_key="errorMessage")
    variables = fields.Dict(fields.String(), load_default=dict)


class ResultSchema(Schema):
    """What became of one task: 204, or the status and the problem."""

    taskId = fields.String()
    status = fields.Integer(metadata={"example": 204})
    problem = fields.Nested(ProblemSchema(), allow_none=True)


class ResultsSchema(Schema):
    """One result for each item, in their order."""

    results = fields.List(fields.Nested(ResultSchema()))


def request_schema(name: str, item: Schema) -> Schema:
    """Make the schema of a request on many tasks."""
    worker_id = fields.String(required=True, data_key="workerId", metadata={"example": "worker-1"})
    items = fields.List(fields.Nested(item), required=True, validate=Length(1, MAX_ITEMS))
    meta = type("Meta", (), {"unknown": EXCLUDE})
    schema: Schema = type(name, (Schema,), {"worker_id": worker_id, "items": items, "Meta": meta})()
    return schema


@blueprint.route("/complete", **ROUTE)
@blueprint.arguments(request_schema("BulkCompleteSchema", CompleteItem()))
@blueprint.answers(200, ResultsSchema(), errors=ERRORS)
def complete(body: dict[str, Any]) -> Response:
    """Complete many tasks."""
    return each(body, _applying(components.external_tasks.complete, Completion))


@blueprint.route("/fail", **ROUTE)
@blueprint.arguments(request_schema("BulkFailSchema", FailItem()))
@blueprint.answers(200, ResultsSchema(), errors=ERRORS)
def fail(body: dict[str, Any]) -> Response:
    """Report the failure of many tasks."""
    return each(body, _applying(components.external_tasks.report_failure, Failure))


@blueprint.route("/extend-lock", **ROUTE)
@blueprint.arguments(request_schema("BulkExtendSchema", ExtendItem()))
@blueprint.answers(200, ResultsSchema(), errors=ERRORS)
def extend_lock(body: dict[str, Any]) -> Response:
    """Extend the locks of many tasks."""
    return each(body, components.external_tasks.extend_lock)


@blueprint.route("/bpmn-error", **ROUTE)
@blueprint.arguments(request_schema("BulkBpmnErrorSchema", BpmnErrorItem()))
@blueprint.answers(200, ResultsSchema(), errors=ERRORS)
def raise_bpmn_error(body: dict[str, Any]) -> Response:
    """Raise BPMN errors on many tasks."""
    return each(body, _applying(components.external_tasks.handle_bpmn_error, BpmnError))


def each(body: dict[str, Any], verb: Callable[..., object]) -> Response:
    """Do it for every item, whatever becomes of the others."""
    return reply({"results": [_result(verb, body["worker_id"], item) for item in body["items"]]})


def _applying(verb: Callable[[Identity, str, R], object], report: Callable[..., R]) -> Callable[..., object]:
    """Return a verb that makes its report of the members of an item."""
    return lambda who, task_id, worker_id, **members: verb(who, task_id, report(worker_id, **members))


def _result(verb: Callable[..., object], worker_id: str, item: dict[str, Any]) -> dict[str, Any]:
    task_id = item.pop("task_id")
    try:
        arguments = {name: variables_of(value) if isinstance(value, dict) else value for name, value in item.items()}
        verb(identity(), task_id, worker_id, **arguments)
    except Exception as error:  # one item's failure is its own result, unexpected ones are logged
        problem = problem_of(error)
        return {"taskId": task_id, "status": problem["status"], "problem": problem}
    return {"taskId": task_id, "status": 204, "problem": None}


def variables_of(values: dict[str, Any]) -> Variables:
    """Return plain JSON values as variables."""
    return {name: from_python(value) for name, value in values.items()}
