"""/task/{id}: the form of a user task, its key, its fields, its HTML, its file."""

from __future__ import annotations

from flask import Response

from app import clock
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.forms import FORM, deployed_file, form_json, named, wanted_names
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.rendered_form import rendered_form
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variable_routes import deserialises
from app.api.camunda.rest.variables import variables_to_json
from app.api.components import components
from app.api.dialect import reply
from app.bpmn.form_values import shown
from app.bpmn.forms import Form
from app.bpmn.values import Variables
from app.engine.forms import form_file, task_form
from app.models import UserTask
from app.queries.user_tasks import USER_TASKS
from app.queries.variables import visible_from

blueprint = CamundaBlueprint("task form", __name__, url_prefix="/task", description="Forms of user tasks")
route = routes_of(blueprint)


def _task(id: str) -> tuple[UserTask, Form, Variables]:
    """Return a task, its form and what it sees. Raises NotFound."""
    task = USER_TASKS.get(components.database, id)
    form = task_form(components.engine.definitions, task)
    return task, form, visible_from(components.database, task.execution_id)


@route("/<id>/form", answer=FORM, error_answers=unknown("Cannot get form for task {id}", 400, "RestException", 0))
def get_form(id: str) -> Response:
    """Return the form key of a task, or the file that its form is in."""
    task, form, seen = _task(id)
    return reply(form_json(form, task.form_key, form_file(form, seen), f"task/{id}"))


@route(
    "/<id>/form-variables",
    error_answers=unknown("Cannot find task with id '{id}'.: task is null", 400, "BadUserRequestException", 0),
)
def get_form_variables(id: str) -> Response:
    """Return the fields of the form and all else that the task sees, or those named in `variableNames`."""
    _, form, seen = _task(id)
    found = named({**seen, **shown(form, seen, clock.now_ms())}, wanted_names())
    return reply(variables_to_json(found, deserialize=deserialises("deserializeValues")))


@route(
    "/<id>/rendered-form",
    produces=None,
    error_answers=unknown("Task '{id}' not found: task is null", 404, "NullValueException", 0),
)
def get_rendered_form(id: str) -> Response:
    """Return the fields of the form as HTML."""
    _, form, seen = _task(id)
    if not form.fields:
        raise invalid_request(f"No matching rendered form for task with the id {id} found.", 404)
    return rendered_form(form, shown(form, seen, clock.now_ms()))


@route("/<id>/deployed-form", produces=None, error_answers=unknown("No matching task with id {id}"))
def get_deployed_form(id: str) -> Response:
    """Return the deployed file that the form is in."""
    task, form, seen = _task(id)
    return deployed_file(task.definition_id, task.form_key, form_file(form, seen))
