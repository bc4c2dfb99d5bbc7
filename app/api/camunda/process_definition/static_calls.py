"""/process-definition/{id}/static-called-process-definitions: what a model calls by name."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.process_definition.definition_json import PROCESS_DEFINITION
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import reply
from app.queries.process_definitions import get_definition

blueprint = CamundaBlueprint(
    "static call", __name__, url_prefix="/process-definition", description="What models call by name"
)
route = routes_of(blueprint)
CALLED = Schema.from_dict(
    {
        **PROCESS_DEFINITION.schema.declared_fields,
        "calledFromActivityIds": fields.List(fields.String()),
        "callingProcessDefinitionId": fields.String(),
    },
    name="CalledProcessDefinition",
)
UNKNOWN = unknown("no deployed process definition found with id '{id}': processDefinition is null", code=0)


@route("/<id>/static-called-process-definitions", answer=CALLED(many=True), error_answers=UNKNOWN)
def list_called(id: str) -> Response:
    """List the definitions that the call activities of a model name without an expression."""
    return reply([_called(id, *call) for call in components.process_definitions.static_calls(id).items()])


def _called(caller_id: str, id: str, activity_ids: list[str]) -> dict[str, Any]:
    definition = PROCESS_DEFINITION(get_definition(components.database, id))
    return {**definition, "calledFromActivityIds": activity_ids, "callingProcessDefinitionId": caller_id}
