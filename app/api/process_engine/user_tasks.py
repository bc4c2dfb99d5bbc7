"""User tasks of the consumer and management API: listing what waits, finishing one.

Manual tasks and tasks without a type do not wait in this engine, so their lists are always empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response
from marshmallow import fields, post_load

from app.api.components import components
from app.api.dialect import View, identity, no_content, reply
from app.api.five_minds.bodies import Body
from app.api.five_minds.errors import Answer
from app.api.five_minds.forms import filled, forms_of
from app.api.process_engine.blueprints import CONSUMER, MANAGEMENT, at_all
from app.api.process_engine.pages import listed
from app.bpmn.plain_json import to_token, to_variables
from app.errors import NotFound
from app.models.process_instance import ProcessInstance
from app.models.user_task import UserTask
from app.queries.flow_nodes import bare_id
from app.queries.listing import Sorting
from app.queries.process_runs import correlation_of, instances_by_id
from app.queries.waiting_user_tasks import WAITING_USER_TASKS, visible_variables
from app.services.user_tasks import WaitingAt

consumer = CONSUMER.resource("user tasks")
management = MANAGEMENT.resource("user tasks")
on_studio_bases = at_all((consumer, management))

OLDEST_FIRST: Sorting = [("created_at", "asc")]
NO_MANUAL_TASKS = {"manualTasks": [], "totalCount": 0}
NO_EMPTY_ACTIVITIES = {"emptyActivities": [], "totalCount": 0}


class ProcessEngineFormSchema(Body):
    """What a person filled in."""

    form_fields = fields.Dict(data_key="formFields", allow_none=True, load_default=None)

    @post_load
    def variables_of_fields(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the variables in the place of the form fields."""
        return {"variables": to_variables(data["form_fields"])}


result_schema = ProcessEngineFormSchema()


def tasks_json(tasks: Sequence[UserTask]) -> list[dict[str, Any]]:
    """Return user tasks with their forms and tokens."""
    instances = instances_by_id(components.database, (task.process_instance_id for task in tasks))
    forms = forms_of({task.definition_id for task in tasks})
    return [_task_json(task, instances[task.process_instance_id], forms[task.definition_id]) for task in tasks]


def _task_json(task: UserTask, instance: ProcessInstance, forms: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    variables = visible_variables(components.database, task)
    return {
        "flowNodeType": "bpmn:UserTask",
        "id": task.activity_id,
        "name": task.name or "",
        "flowNodeInstanceId": bare_id(task.activity_instance_id),
        "correlationId": correlation_of(instance),
        "processModelId": task.definition_key,
        "processInstanceId": task.process_instance_id,
        "data": {"formFields": filled(forms.get(task.activity_id, []), variables, task.activity_id)},
        "tokenPayload": to_token(variables),
    }


def _task_routes(ending: str) -> Callable[[View], View]:
    """Add a view under a process model, a process instance, a correlation, and a model in a correlation."""

    def decorate(view: View) -> View:
        for scope in (
            "/process_models/<process_model_id>",
            "/process_instances/<instance_id>",
            "/correlations/<correlation_id>",
            "/process_models/<process_model_id>/correlations/<correlation_id>",
        ):
            on_studio_bases(scope + ending, methods=["GET"])(view)
        return view

    return decorate


def _criteria(process_model_id: str = "", instance_id: str = "", correlation_id: str = "") -> dict[str, Any]:
    wanted = {
        "definition_keys": [process_model_id],
        "process_instance_ids": [instance_id],
        "correlation_ids": [correlation_id],
    }
    return {name: values for name, values in wanted.items() if values != [""]}


@_task_routes("/user_tasks")
def list_user_tasks(**scope: str) -> Response:
    """List the user tasks that wait there."""
    return listed("userTasks", WAITING_USER_TASKS, _criteria(**scope), tasks_json, OLDEST_FIRST)


@consumer.route("/user_tasks/own", methods=["GET"], claim="can_manage_process_instances")
def list_own_user_tasks() -> Response:
    """List the user tasks that wait in instances which the caller started."""
    criteria = {"user_ids": [identity().user_id]}
    return listed("userTasks", WAITING_USER_TASKS, criteria, tasks_json, OLDEST_FIRST)


@on_studio_bases("/suspended_tasks", methods=["GET"])
@_task_routes("/tasks")
def list_tasks(**scope: str) -> Response:
    """List all kinds of tasks that wait for a person."""
    return listed("tasks", WAITING_USER_TASKS, _criteria(**scope), tasks_json, OLDEST_FIRST)


@_task_routes("/manual_tasks")
def list_manual_tasks(**scope: str) -> Response:
    """Return no manual tasks: they do not wait here."""
    return reply(NO_MANUAL_TASKS)


@consumer.route("/manual_tasks/own", methods=["GET"], claim="can_manage_process_instances")
def list_own_manual_tasks() -> Response:
    """Return no manual tasks: they do not wait here."""
    return reply(NO_MANUAL_TASKS)


@_task_routes("/empty_activities")
def list_empty_activities(**scope: str) -> Response:
    """Return no empty activities: they do not wait here."""
    return reply(NO_EMPTY_ACTIVITIES)


@on_studio_bases("/empty_activities/own", methods=["GET"])
def list_own_empty_activities() -> Response:
    """Return no empty activities: they do not wait here."""
    return reply(NO_EMPTY_ACTIVITIES)


OF_INSTANCE = "/processes/<instance_id>/correlations/<correlation_id>"


NOT_WAITING = {NotFound: Answer(404, lambda error: f"There is no waiting UserTask with instance id '{error.id}'.")}


@on_studio_bases(
    f"{OF_INSTANCE}/usertasks/<task_id>/finish", methods=["POST"], produces=None, error_answers=NOT_WAITING
)
@consumer.arguments(result_schema)
def finish_user_task(result: dict[str, Any], instance_id: str, correlation_id: str, task_id: str) -> Response:
    """Finish a user task with what its form fields hold."""
    task = WaitingAt(task_id, instance_id, correlation_id)
    components.user_tasks.complete(identity(), task, result["variables"])
    return no_content()


@on_studio_bases(f"{OF_INSTANCE}/manual_tasks/<task_id>/finish", methods=["POST"])
@on_studio_bases(f"{OF_INSTANCE}/empty_activities/<task_id>/finish", methods=["POST"])
def finish_what_never_waits(instance_id: str, correlation_id: str, task_id: str) -> Response:
    """Refuse: no task of these kinds waits here."""
    raise NotFound(task_id, message=f"There is no waiting task with instance id '{task_id}'.")
