"""/modification: start and cancel activities in many instances of one definition."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.arguments import plain_instructions, started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.process_instance.batch import EMPTY_GROUP, InstanceGroupSchema, group_of
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.instructions import instructions_field, instructions_for_many
from app.api.camunda.rest.refusal_texts import told
from app.api.camunda.rest.routes import add_route
from app.api.components import components
from app.api.dialect import identity, no_content
from app.errors import InvalidInstruction
from app.services.process_instances.group import InstancesOf, NotOfDefinition

blueprint = CamundaBlueprint(
    "modification", __name__, url_prefix="/modification", description="Move the tokens of many instances"
)


class InstancesModificationSchema(InstanceGroupSchema):
    """Activities to start and to cancel in every instance of a group, in this order."""

    definition_id = JacksonString("processDefinitionId")
    instructions = instructions_field("instructions")
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)
    skip_listeners = JacksonBoolean("skipCustomListeners", False)
    annotation = JacksonString("annotation")


def execute(body: dict[str, Any]) -> Response:
    """Change all instances of the group; all or nothing."""
    group, instructions = _group(body), instructions_for_many(body["instructions"])
    components.process_instances.modify_many(identity(), group, instructions, body["skip_io_mappings"])
    return no_content()


def execute_async(body: dict[str, Any]) -> Response:
    """Change the instances of the group by a batch, each on its own."""
    group, instructions = _group(body), plain_instructions(instructions_for_many(body["instructions"]))
    arguments = {"instructions": instructions, "skip_io_mappings": body["skip_io_mappings"]}
    return started_batch("instance-modification", arguments, group)


def _group(body: dict[str, Any]) -> InstancesOf:
    if body["definition_id"] is None:
        raise invalid_request("processDefinitionId is null")
    if not body["instructions"]:
        raise invalid_request("Modification instructions cannot be empty is empty")
    return InstancesOf(body["definition_id"], group_of(body))


SAID = told(400, "InvalidRequestException", "{error}")
_modification: dict[str, Any] = {
    "body": InstancesModificationSchema(),
    "error_answers": {**EMPTY_GROUP, NotOfDefinition: SAID, InvalidInstruction: SAID},
}
add_route(blueprint, "/execute", execute, "POST", **_modification)
add_route(blueprint, "/executeAsync", execute_async, "POST", status=200, answer=BATCH.schema, **_modification)
