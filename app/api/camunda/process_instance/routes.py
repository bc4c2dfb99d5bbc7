"""/process-instance: what runs, its activities and variables, and how a person changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from app.api.camunda.batch.arguments import plain_instructions, started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.process_instance.activity_tree import ACTIVITY_INSTANCE, activity_instance_to_json
from app.api.camunda.process_instance.instance_json import PROCESS_INSTANCE
from app.api.camunda.process_instance.query import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.instructions import instructions_field, instructions_from_json
from app.api.camunda.rest.list_routes import add_lists
from app.api.camunda.rest.refusal_texts import told, unknown
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.suspension import SUSPENSION
from app.api.camunda.rest.variable_routes import Owner, add_variables
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.bpmn.values import Variables
from app.errors import NotFound, Refused
from app.identity import ACCESS_EXTERNAL_TASKS, MANAGE_PROCESS_INSTANCES
from app.queries.process_instances import PROCESS_INSTANCES

blueprint = CamundaBlueprint(
    "process instance", __name__, url_prefix="/process-instance", description="What runs, and its variables"
)
route = routes_of(blueprint)
NO_SUCH = "Process instance with id {id} does not exist"


class ModificationSchema(JacksonSchema):
    """Activities to start and to cancel, in this order."""

    instructions = instructions_field("instructions")
    skip_listeners = JacksonBoolean("skipCustomListeners", False)
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)
    annotation = JacksonString("annotation")


modification_schema = ModificationSchema()


def _visible(id: str, names: Sequence[str] | None) -> Variables:
    return components.process_instances.variables(identity(), id, names)


def _change(id: str, variables: Variables, removals: Sequence[str]) -> None:
    components.process_instances.set_variables(identity(), id, variables, removals)


add_lists(blueprint, QUERY, PROCESS_INSTANCE, claim=MANAGE_PROCESS_INSTANCES)
VARIABLES = Owner(
    noun="process instance",
    missing="execution {id} doesn't exist: execution is null",
    read=_visible,
    change=_change,
    claim=ACCESS_EXTERNAL_TASKS,
)
add_variables(blueprint, "/<id>/variables", VARIABLES)


@route("/<id>", answer=PROCESS_INSTANCE.schema, error_answers=unknown(NO_SUCH))
def get_process_instance(id: str) -> Response:
    """Return a running instance; one that has ended is unknown here."""
    return reply(PROCESS_INSTANCE(PROCESS_INSTANCES.get(components.database, id)))


@route(
    "/<id>", "DELETE", error_answers=unknown("No process instance found for id '{id}': processInstance is null", code=0)
)
def delete_process_instance(id: str) -> Response:
    """End an instance with all that it called. With `failIfNotExists=false` one that is not there is no error."""
    skip = request.args.get("skipIoMappings") == "true"
    try:
        components.process_instances.delete(identity(), id, skip_io_mappings=skip)
    except NotFound:
        if request.args.get("failIfNotExists", "true") == "true":
            raise
    return no_content()


@route(
    "/<id>/suspended",
    "PUT",
    body=SUSPENSION,
    error_answers=unknown("Cannot find a process instance with id '{id}'.", 500, "ProcessEngineException", 0),
)
def suspend(body: dict[str, Any], id: str) -> Response:
    """Suspend or activate one instance, not those that it called."""
    components.process_instances.suspend(identity(), suspended=body["suspended"], instance_id=id)
    return no_content()


@route("/<id>/activity-instances", answer=ACTIVITY_INSTANCE, error_answers=unknown(NO_SUCH))
def get_activity_instances(id: str) -> Response:
    """Return what is active, as a tree."""
    tree = components.process_instances.activity_tree(id)
    return reply(activity_instance_to_json(tree))


@route(
    "/<id>/modification",
    "POST",
    body=modification_schema,
    error_answers={
        NotFound: told(400, "NotValidException", "Process instance '{id}' cannot be modified", 0),
        Refused: told(400, "NotValidException", "{error}", 0),
    },
)
def modify(body: dict[str, Any], id: str) -> Response:
    """Start and cancel activities of a running instance, in the order given; all or nothing."""
    instructions = instructions_from_json(body["instructions"])
    if instructions:
        components.process_instances.modify(identity(), id, instructions, body["skip_io_mappings"])
    return no_content()


@route("/<id>/modification-async", "POST", status=200, body=modification_schema, answer=BATCH.schema)
def modify_async(body: dict[str, Any], id: str) -> Response:
    """Start and cancel activities of a running instance by a batch."""
    instructions = plain_instructions(instructions_from_json(body["instructions"]))
    arguments = {"instructions": instructions, "skip_io_mappings": body["skip_io_mappings"]}
    if not instructions:
        raise invalid_request("instructions is empty")
    return started_batch("instance-modification", arguments, [id])
