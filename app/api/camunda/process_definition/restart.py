"""/process-definition/{id}/restart: ended instances begin again."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.arguments import plain_instructions, started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.history.process_instance import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonObject, JacksonStrings
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.instructions import instructions_field, instructions_from_json
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import nothing, told
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import identity, no_content
from app.bpmn.commands import StartInstruction
from app.errors import ProcessInstanceNotFound, Refused
from app.queries.selection import Selection
from app.services.process_instances.restart import Restart

blueprint = CamundaBlueprint(
    "restart", __name__, url_prefix="/process-definition", description="Let ended instances begin again"
)
route = routes_of(blueprint)
NO_INSTRUCTIONS = "Restart instructions cannot be empty: instructions is empty"
REFUSALS = {
    ProcessInstanceNotFound: told(
        400, "InvalidRequestException", "Historic process instance cannot be found: historicProcessInstanceId is null"
    ),
    Refused: told(400, "InvalidRequestException", "{error}"),
    **nothing("processInstanceIds is empty"),
}


class RestartSchema(OperationSchema):
    """Ended instances, those named and those that the query finds, and where they begin."""

    ids = JacksonStrings("processInstanceIds")
    query = JacksonObject("historicProcessInstanceQuery", QUERY.selection)
    instructions = instructions_field("instructions")
    initial_variables = JacksonBoolean("initialVariables", False)
    without_business_key = JacksonBoolean("withoutBusinessKey", False)
    skip_listeners = JacksonBoolean("skipCustomListeners", False)
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)


restart_schema = RestartSchema()


@route("/<id>/restart", "POST", body=restart_schema, error_answers=REFUSALS)
def restart(body: dict[str, Any], id: str) -> Response:
    """Start all the instances again; all or nothing."""
    how = Restart(id, tuple(_instructions(body)), body["initial_variables"], body["without_business_key"])
    components.process_instances.restart(identity(), how, _ended(body))
    return no_content()


@route("/<id>/restart-async", "POST", status=200, body=restart_schema, answer=BATCH.schema)
def restart_async(body: dict[str, Any], id: str) -> Response:
    """Start the instances again by a batch, each on its own."""
    arguments = {name: body[name] for name in ("initial_variables", "without_business_key")}
    arguments |= {"definition_id": id, "instructions": plain_instructions(_instructions(body))}
    return started_batch("instance-restart", arguments, _ended(body))


def _instructions(body: dict[str, Any]) -> list[StartInstruction]:
    instructions = instructions_from_json(body["instructions"])
    if not instructions:
        raise invalid_request(NO_INSTRUCTIONS)
    if any(each.kind == "cancel" for each in instructions):
        raise invalid_request("For instruction type 'cancel': a restart can only start activities.")
    return instructions


def _ended(body: dict[str, Any]) -> Selection:
    named = [id for id in body["ids"] or () if id is not None]
    return Selection("process instance", named, QUERY.searches(body["query"]))
