"""/modification: start and cancel activities in many instances of one definition."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.arguments import plain_instructions, started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.process_instance.batch import InstanceGroupSchema, group_of
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.instructions import instructions_field, instructions_for_many
from app.api.camunda.rest.refusal_texts import told
from app.api.camunda.rest.routes import add_route
from app.api.components import components
from app.api.dialect import identity, no_content
from app.bpmn.commands import StartInstruction
from app.errors import InvalidInstruction
from app.queries.process_instances import PROCESS_INSTANCES

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
    who, ids, instructions = identity(), _group(body), instructions_for_many(body["instructions"])
    components.database.write(lambda: _modify_all(who, ids, instructions, body["skip_io_mappings"]))
    return no_content()


def execute_async(body: dict[str, Any]) -> Response:
    """Change the instances of the group by a batch, each on its own."""
    ids, instructions = _group(body), plain_instructions(instructions_for_many(body["instructions"]))
    arguments = {"instructions": instructions, "skip_io_mappings": body["skip_io_mappings"]}
    return started_batch("instance-modification", arguments, ids)


def _modify_all(who: Any, ids: list[str], instructions: list[StartInstruction], skip_io_mappings: bool) -> None:
    for id in ids:
        components.process_instances.modify(who, id, instructions, skip_io_mappings)


def _group(body: dict[str, Any]) -> list[str]:
    if body["definition_id"] is None:
        raise invalid_request("processDefinitionId is null")
    if not body["instructions"]:
        raise invalid_request("Modification instructions cannot be empty is empty")
    ids = group_of(body)
    criteria = {"ids": ids, "definition_id": body["definition_id"]}
    if PROCESS_INSTANCES.count(components.database, criteria) != len(ids):
        text = f"All process instances must exist and belong to process definition '{body['definition_id']}'"
        raise invalid_request(text)
    return ids


modification_schema = InstancesModificationSchema()
NAMES_NOTHING = {InvalidInstruction: told(400, "InvalidRequestException", "{error}")}
add_route(blueprint, "/execute", execute, "POST", body=modification_schema, error_answers=NAMES_NOTHING)
add_route(blueprint, "/executeAsync", execute_async, "POST", status=200, body=modification_schema, answer=BATCH.schema)
