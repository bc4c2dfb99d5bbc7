"""/external-task: fetch, complete, report failures and raise BPMN errors; lock, unlock and look at single tasks."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.api.camunda.external_task.checks import (
    require_duration,
    require_priority,
    require_retries,
    require_worker,
)
from app.api.camunda.external_task.fetch import fetch_arguments, wants_parsed
from app.api.camunda.external_task.schemas import (
    BpmnErrorSchema,
    CompleteSchema,
    ExtendLockSchema,
    ExternalTaskSchema,
    FailureSchema,
    FetchSchema,
    LockedExternalTaskSchema,
    LockSchema,
    PrioritySchema,
    RetriesSchema,
)
from app.api.camunda.external_task.task_json import locked_task_to_json, task_to_json
from app.api.camunda.external_task.visibility import visible_task
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import Answer
from app.api.camunda.rest.refusal_texts import unknown
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.repeatable_reports import apply
from app.errors import NotFound
from app.identity import ACCESS_EXTERNAL_TASKS
from app.models.external_task import HELD_BY
from app.records.reports import BpmnError, Completion, Failure

blueprint = CamundaBlueprint(
    "external-task",
    __name__,
    url_prefix="/external-task",
    description="Tasks that wait for a worker, or are held by one",
)
WORKER: dict[str, Any] = {"claim": ACCESS_EXTERNAL_TASKS}
REPORT: dict[str, Any] = {"methods": ["POST"], "claim": ACCESS_EXTERNAL_TASKS, "produces": None}
REPORT_ERRORS = (400, 401, 403, 404, 415, 422, 500)
NO_SUCH_TASK = "External task with id {id} does not exist"
NO_SUCH_DETAILS = "No external task found with id {id}: externalTask is null"


@blueprint.route("/fetchAndLock", methods=["POST"], claim=ACCESS_EXTERNAL_TASKS)
@blueprint.arguments(FetchSchema())
@blueprint.answers(200, LockedExternalTaskSchema(many=True), errors=(400, 401, 403, 406, 415, 429, 500))
def fetch_and_lock(body: dict[str, Any]) -> Response:
    """Lock tasks for a worker and hand them out; with asyncResponseTimeout, wait for one if there is none."""
    arguments = fetch_arguments(body)
    client = request.environ.get("gunicorn.socket")
    tasks = components.external_tasks.fetch_and_lock(
        identity(), **arguments, client=client, address=request.remote_addr
    )
    parsed = wants_parsed(body)
    with components.external_tasks.handing_out(tasks):
        return reply([locked_task_to_json(task, deserialize=task.topic in parsed) for task in tasks])


@blueprint.route("/<id>/complete", **REPORT)
@blueprint.arguments(CompleteSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def complete(completion: Completion, id: str) -> Response:
    """Complete a task: its variables are set and the process goes on, before this answer."""
    return apply("complete", components.external_tasks.complete, id, completion)


@blueprint.route("/<id>/failure", **REPORT)
@blueprint.arguments(FailureSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def failure(failure: Failure, id: str) -> Response:
    """Report a failure. With retries left the task is offered again after retryTimeout; with none an incident
    arises."""
    return apply("failure", components.external_tasks.report_failure, id, failure)


@blueprint.route("/<id>/bpmnError", **REPORT)
@blueprint.arguments(BpmnErrorSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def bpmn_error(error: BpmnError, id: str) -> Response:
    """Raise a BPMN error: the nearest event that catches its code takes over. Nobody's error becomes an incident."""
    return apply("bpmnError", components.external_tasks.handle_bpmn_error, id, error)


@blueprint.route("/<id>/lock", **REPORT)
@blueprint.arguments(LockSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def lock(body: dict[str, Any], id: str) -> Response:
    """Lock one task by its id; whoever holds it already may do so again."""
    worker_id = require_worker(body)
    components.external_tasks.lock(identity(), id, worker_id, require_duration(body, "lockDuration"))
    return no_content()


@blueprint.route("/<id>/extendLock", **REPORT)
@blueprint.arguments(ExtendLockSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def extend_lock(body: dict[str, Any], id: str) -> Response:
    """Let a running lock end newDuration milliseconds from now."""
    duration_ms = require_duration(body, "lockTime")
    components.external_tasks.extend_lock(identity(), id, require_worker(body), duration_ms, lock_rule=HELD_BY)
    return no_content()


@blueprint.route("/<id>/unlock", **REPORT)
@blueprint.answers(204, errors=(401, 403, 404, 500))
def unlock(id: str) -> Response:
    """Give a task back, whoever holds it. Takes no body; what is sent is ignored."""
    components.external_tasks.unlock(identity(), id)
    return no_content()


@blueprint.route("/<id>/retries", methods=["PUT"], claim=ACCESS_EXTERNAL_TASKS, produces=None)
@blueprint.arguments(RetriesSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def set_retries(body: dict[str, Any], id: str) -> Response:
    """Set the number of retries; 0 makes an incident, more than 0 resolves it."""
    components.external_tasks.set_retries(identity(), id, require_retries(body))
    return no_content()


@blueprint.route("/<id>/priority", methods=["PUT"], claim=ACCESS_EXTERNAL_TASKS, produces=None)
@blueprint.arguments(PrioritySchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def set_priority(body: dict[str, Any], id: str) -> Response:
    """Set the priority."""
    components.external_tasks.set_priority(identity(), id, require_priority(body))
    return no_content()


@blueprint.route("/<id>", **WORKER, error_answers=unknown(NO_SUCH_TASK, type="RestException"))
@blueprint.answers(200, ExternalTaskSchema(), errors=(401, 403, 404, 406))
def get_external_task(id: str) -> Response:
    """Return one task."""
    return reply(task_to_json(visible_task(id)))


# Any Accept is served: a client that asks for JSON gets the text all the same.
@blueprint.route(
    "/<id>/errorDetails",
    **WORKER,
    produces=None,
    error_answers={NotFound: Answer(500, "NullValueException", 0, unknown(NO_SUCH_DETAILS)[NotFound].message)},
)
@blueprint.answers(200, {"type": "string"}, content_type="text/plain", errors=(401, 403, 500))
def error_details(id: str) -> Response:
    """Return the details of the last failure as text; 204 if there are none."""
    details = visible_task(id).error_details
    return no_content() if details is None else Response(details, content_type="text/plain")
