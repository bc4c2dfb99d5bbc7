"""The five routes of the external task API, under its first base path and under the consumer API's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, request

from app.api.components import components
from app.api.dialect import JSON, View, identity, no_content
from app.api.five_minds.fetching import Order, hand_out
from app.api.five_minds.topic_first import TopicsOf, named_topics, topic_first, topic_of_task
from app.api.process_engine.blueprints import CONSUMER, LEGACY
from app.api.process_engine.dialect import CONSUMER_BASE, LEGACY_BASE
from app.api.process_engine.external_task_schemas import (
    extend_lock_schema,
    external_tasks_schema,
    fetch_and_lock_schema,
    finish_schema,
    handle_bpmn_error_schema,
    handle_service_error_schema,
)
from app.api.process_engine.task_json import EXAMPLE, task_json
from app.api.repeatable_reports import apply
from app.identity import ACCESS_EXTERNAL_TASKS
from app.models.external_task import NOT_HELD_BY_ANOTHER
from app.records.reports import BpmnError, Completion

legacy = LEGACY.resource("external tasks")
consumer = CONSUMER.resource("external tasks")

FETCH_ERRORS = (400, 401, 403, 413, 415, 500)
REPORT_ERRORS = (400, 401, 403, 404, 410, 413, 415, 422, 423, 500)


def on_both_bases(
    rule: str, *, topics_of: TopicsOf = topic_of_task, produces: str | None = None
) -> Callable[[View], View]:
    """Add the view to the first base path and to the consumer API's."""

    def decorate(view: View) -> View:
        guarded = topic_first(topics_of)(view)
        for blueprint in (legacy, consumer):
            blueprint.route(rule, claim=ACCESS_EXTERNAL_TASKS, produces=produces, methods=["POST"])(guarded)
        return view

    return decorate


@on_both_bases("/fetch_and_lock", topics_of=named_topics, produces=JSON)
@consumer.arguments(fetch_and_lock_schema)
@consumer.answers(200, external_tasks_schema, example=[EXAMPLE], errors=FETCH_ERRORS)
def fetch_and_lock(order: Order) -> Response:
    """Lock tasks of one topic for a worker, oldest first; wait for one if there is none."""
    return hand_out(identity(), order, task_json)


@on_both_bases("/task/<task_id>/extend_lock")
@consumer.arguments(extend_lock_schema)
@consumer.answers(204, errors=REPORT_ERRORS)
def extend_lock(extension: dict[str, Any], task_id: str) -> Response:
    """Let the lock end so many milliseconds from now; a free task becomes the worker's."""
    components.external_tasks.extend_lock(identity(), task_id, **extension, lock_rule=NOT_HELD_BY_ANOTHER)
    return no_content()


@on_both_bases("/task/<task_id>/handle_bpmn_error")
@consumer.arguments(handle_bpmn_error_schema)
@consumer.answers(204, errors=REPORT_ERRORS)
def handle_bpmn_error(error: BpmnError, task_id: str) -> Response:
    """Raise a BPMN error on the task: the process goes on at the event that catches it, else it ends with it."""
    return apply("bpmn error", components.external_tasks.handle_bpmn_error, task_id, error)


@on_both_bases("/task/<task_id>/handle_service_error")
@consumer.arguments(handle_service_error_schema)
@consumer.answers(204, errors=REPORT_ERRORS)
def handle_service_error(error: BpmnError, task_id: str) -> Response:
    """End the task by a technical error, which is caught by its code or by an event that catches everything."""
    return apply("service error", components.external_tasks.handle_bpmn_error, task_id, error)


@on_both_bases("/task/<task_id>/finish")
@consumer.arguments(finish_schema)
@consumer.answers(204, errors=REPORT_ERRORS)
def finish(completion: Completion, task_id: str) -> Response:
    """Finish the task with its result and let the process go on."""
    return apply("finish", components.external_tasks.complete, task_id, completion)


def name_the_successor(response: Response) -> Response:
    """Announce that the first base path has a successor (RFC 9745, RFC 8288), unless a setting says no."""
    if components.settings.deprecation_headers:
        successor = quote(request.path.replace(LEGACY_BASE, CONSUMER_BASE, 1))
        response.headers["Deprecation"] = "true"
        response.headers["Link"] = f'<{successor}>; rel="successor-version"'
    return response


legacy.after_request(name_the_successor)
