"""/task: user tasks, looked at and done by persons or by programs in their name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import Answer, rest_exception
from app.api.camunda.rest.list_routes import add_lists
from app.api.camunda.rest.refusal_texts import cannot, engine_text, told, unknown
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variable_routes import Owner, add_variables
from app.api.camunda.rest.variables import variables_from_json, variables_to_json
from app.api.camunda.task.query import QUERY, TASK
from app.api.camunda.task.schemas import (
    CompletionSchema,
    EscalationSchema,
    TaskChangeSchema,
    UserIdSchema,
    UserTaskBpmnErrorSchema,
)
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.bpmn.values import Variables
from app.errors import InvalidInput, NotFound, Refused, Suspended
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models import UserTask
from app.queries.process_runs import last_variables
from app.queries.user_tasks import USER_TASKS
from app.queries.variables import local_to, visible_from

blueprint = CamundaBlueprint("task", __name__, url_prefix="/task", description="User tasks")
route = routes_of(blueprint)
MISSING = "Cannot find task with id {id}: task is null"
NO_SUCH = unknown("No matching task with id {id}")
BY_PERSON: dict[str, Any] = {
    "error_answers": {
        NotFound: told(500, "NullValueException", MISSING, 0),
        Suspended: Answer(400, "SuspendedEntityInteractionException", 0, engine_text),
        Refused: told(500, "TaskAlreadyClaimedException", "{error}", 0),
        InvalidInput: told(500, "ProcessEngineException", "{error}", 0),
    },
}

NOT_FOUND = told(400, "NotFoundException", MISSING, 0)
BY_ANYBODY: dict[str, Any] = {"error_answers": {**BY_PERSON["error_answers"], NotFound: NOT_FOUND}}
"""The routes whose Camunda command calls a task that is not there otherwise."""


def _visible(id: str, names: Sequence[str] | None) -> Variables:
    return visible_from(components.database, USER_TASKS.get(components.database, id).execution_id, names)


def _local(id: str, names: Sequence[str] | None) -> Variables:
    return local_to(components.database, USER_TASKS.get(components.database, id).execution_id, names)


def _change(id: str, variables: Variables, removals: Sequence[str]) -> None:
    components.user_tasks.set_variables(identity(), id, variables, tuple(removals))


def _change_local(id: str, variables: Variables, removals: Sequence[str]) -> None:
    components.user_tasks.set_variables(identity(), id, variables, tuple(removals), local=True)


add_lists(blueprint, QUERY, TASK, claim=MANAGE_PROCESS_INSTANCES)
add_variables(blueprint, "/<id>/variables", Owner("task", "task {id} doesn't exist: task is null", _visible, _change))
add_variables(
    blueprint, "/<id>/localVariables", Owner("task", "task {id} doesn't exist: task is null", _local, _change_local)
)


@route("/<id>", answer=TASK.schema, error_answers=NO_SUCH)
def get_task(id: str) -> Response:
    """Return an open task."""
    return reply(TASK(USER_TASKS.get(components.database, id)))


@route("/<id>/complete", "POST", body=CompletionSchema())
def complete(body: dict[str, Any], id: str) -> Response:
    """Complete a task; its process goes on. With `withVariablesInReturn` the variables are answered."""
    with cannot(f"Cannot complete task {id}", MISSING.format(id=id)):
        return _completed(components.user_tasks.complete, body, id)


@route("/<id>/submit-form", "POST", body=CompletionSchema())
def submit_form(body: dict[str, Any], id: str) -> Response:
    """Complete a task with the values of its form, which have to fit its fields; defaults are set."""
    with cannot(f"Cannot submit task form {id}", MISSING.format(id=id)):
        return _completed(components.user_tasks.submit_form, body, id)


def _completed(complete: Callable[..., UserTask], body: dict[str, Any], id: str) -> Response:
    task = complete(identity(), id, variables_from_json(body["variables"]))
    if not body["with_variables"]:
        return no_content()
    instance_id = task.process_instance_id
    return reply(variables_to_json(last_variables(components.database, [instance_id])[instance_id], deserialize=False))


@route("/<id>/resolve", "POST", body=CompletionSchema())
def resolve(body: dict[str, Any], id: str) -> Response:
    """Give a delegated task back to its owner."""
    with cannot(f"Cannot resolve task {id}", MISSING.format(id=id)):
        components.user_tasks.resolve(identity(), id, variables_from_json(body["variables"]))
    return no_content()


@route("/<id>/claim", "POST", body=UserIdSchema(), **BY_PERSON)
def claim(body: dict[str, Any], id: str) -> Response:
    """Make a user the assignee, unless somebody else is."""
    components.user_tasks.claim(identity(), id, body["user_id"])
    return no_content()


@route("/<id>/unclaim", "POST", **BY_ANYBODY)
def unclaim(id: str) -> Response:
    """Take the assignee away."""
    components.user_tasks.unclaim(identity(), id)
    return no_content()


@route("/<id>/assignee", "POST", body=UserIdSchema(), **BY_ANYBODY)
def assign(body: dict[str, Any], id: str) -> Response:
    """Make a user the assignee, whoever was before."""
    components.user_tasks.assign(identity(), id, body["user_id"])
    return no_content()


@route("/<id>/delegate", "POST", body=UserIdSchema(), **BY_PERSON)
def delegate(body: dict[str, Any], id: str) -> Response:
    """Let another user do the task for its owner."""
    components.user_tasks.delegate(identity(), id, body["user_id"])
    return no_content()


@route("/<id>", "PUT", body=TaskChangeSchema(), error_answers=NO_SUCH)
def update(body: dict[str, Any], id: str) -> Response:
    """Set the attributes of a task; what the body leaves out is cleared."""
    components.user_tasks.change(identity(), id, body)
    return no_content()


@route(
    "/<id>/bpmnError",
    "POST",
    body=UserTaskBpmnErrorSchema(),
    error_answers=unknown(MISSING, type="RestException", code=0),
)
def raise_bpmn_error(body: dict[str, Any], id: str) -> Response:
    """Raise a BPMN error from a task."""
    if not body["error_code"]:
        raise rest_exception(400, "errorCode is null" if body["error_code"] is None else "errorCode is empty", 0)
    variables = variables_from_json(body["variables"])
    components.user_tasks.raise_bpmn_error(identity(), id, body["error_code"], body["error_message"], variables)
    return no_content()


@route(
    "/<id>/bpmnEscalation",
    "POST",
    body=EscalationSchema(),
    error_answers=unknown("Task with id {id} does not exist", type="RestException", code=0),
)
def raise_escalation(body: dict[str, Any], id: str) -> Response:
    """Raise an escalation from a task."""
    if not body["escalation_code"]:
        raise rest_exception(
            400, "escalationCode is null" if body["escalation_code"] is None else "escalationCode is empty", 0
        )
    variables = variables_from_json(body["variables"])
    components.user_tasks.raise_escalation(identity(), id, body["escalation_code"], variables)
    return no_content()
