"""ProcessCube's external task routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from app.api.atlas.dialect import resource
from app.api.atlas.external_task_schemas import (
    error_report_schema,
    extension_schema,
    fetch_schema,
    result_schema,
    tasks_schema,
)
from app.api.atlas.task_json import EXAMPLE, task_json
from app.api.components import components
from app.api.dialect import View, identity, no_content, reply
from app.api.five_minds.fetching import Order, hand_out
from app.api.five_minds.topic_first import named_topics, topic_first, topic_of_task
from app.api.repeatable_reports import apply
from app.identity import ACCESS_EXTERNAL_TASKS
from app.models.external_task import NOT_HELD_BY_ANOTHER
from app.models.external_task_log import SERVICE_ERROR
from app.records.reports import BpmnError, Completion

blueprint = resource("external tasks")

FETCH_ERRORS = (400, 401, 403, 413, 415, 500)
REPORT_ERRORS = (400, 401, 403, 404, 409, 413, 415, 422, 423, 500)


def changing(verb: str) -> Callable[[View], View]:
    """Add a view that changes one task."""

    def decorate(view: View) -> View:
        guarded = topic_first(topic_of_task)(view)
        path = f"/external_tasks/<task_id>/{verb}"
        blueprint.route(path, claim=ACCESS_EXTERNAL_TASKS, methods=["PUT"], produces=None)(guarded)
        return view

    return decorate


@blueprint.route("/external_tasks/deployed_topics", claim=ACCESS_EXTERNAL_TASKS, methods=["GET"])
@blueprint.answers(200, example=["ship"], errors=(401, 403, 500))
def list_deployed_topics() -> Response:
    """List the topics that the deployed models name."""
    return reply([topic for topic in components.process_definitions.topics() if identity().covers(topic)])


@blueprint.route("/external_tasks/fetch_and_lock", claim=ACCESS_EXTERNAL_TASKS, methods=["POST"])
@topic_first(named_topics)
@blueprint.arguments(fetch_schema)
@blueprint.answers(200, tasks_schema, example=[EXAMPLE], errors=FETCH_ERRORS)
def fetch_and_lock(order: Order) -> Response:
    """Lock tasks of one or several topics for a worker, oldest first; wait for one if there is none."""
    return hand_out(identity(), order, task_json)


@changing("extend_lock")
@blueprint.arguments(extension_schema)
@blueprint.answers(204, errors=REPORT_ERRORS)
def extend_lock(extension: dict[str, Any], task_id: str) -> Response:
    """Let the lock end so many milliseconds from now; a free task becomes the worker's."""
    components.external_tasks.extend_lock(identity(), task_id, **extension, lock_rule=NOT_HELD_BY_ANOTHER)
    return no_content()


@changing("finish")
@blueprint.arguments(result_schema)
@blueprint.answers(204, errors=REPORT_ERRORS)
def finish(completion: Completion, task_id: str) -> Response:
    """Finish the task with its result and let the process go on."""
    return apply("finish", components.external_tasks.complete, task_id, completion)


@changing("error")
@changing("handle_bpmn_error")
@blueprint.arguments(error_report_schema)
@blueprint.answers(204, errors=REPORT_ERRORS)
def handle_error(error: BpmnError, task_id: str) -> Response:
    """Raise an error on the task: the process goes on at the event that catches it, else it ends with it."""
    return apply("bpmn error", components.external_tasks.handle_bpmn_error, task_id, error)


@changing("handle_service_error")
@blueprint.arguments(error_report_schema)
@blueprint.answers(204, errors=REPORT_ERRORS)
def handle_service_error(error: BpmnError, task_id: str) -> Response:
    """End the task by a technical error, which is caught by its code or by an event that catches everything."""
    error.outcome = SERVICE_ERROR
    return apply("service error", components.external_tasks.handle_bpmn_error, task_id, error)
