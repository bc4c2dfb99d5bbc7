"""Start an instance of a definition: the request and the answer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from app.api.camunda.process_instance.instance_json import PROCESS_INSTANCE, started_instance
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema, JacksonString
from app.api.camunda.rest.instructions import instructions_field, start_instructions
from app.api.camunda.rest.refusal_texts import cannot
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json, variables_to_json
from app.api.components import components
from app.api.dialect import identity
from app.queries.process_runs import last_variables


class StartSchema(JacksonSchema):
    """What an instance starts with."""

    variables = JacksonVariables("variables")
    business_key = JacksonString("businessKey", metadata={"example": "order-4711"})
    case_instance_id = JacksonString("caseInstanceId")
    instructions = instructions_field("startInstructions")
    skip_listeners = JacksonBoolean("skipCustomListeners", False)
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)
    with_variables = JacksonBoolean("withVariablesInReturn", False)


START = StartSchema()
STARTED = Schema.from_dict(
    {**PROCESS_INSTANCE.schema.declared_fields, "variables": fields.Dict()}, name="ProcessInstanceWithVariables"
)()
NOT_DEPLOYED = "no deployed process definition found with id '{id}': processDefinition is null"


def start_instance(definition_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Start an instance and return it as JSON. Raises CamundaRefusal."""
    with cannot(f"Cannot instantiate process definition {definition_id}", NOT_DEPLOYED.format(id=definition_id)):
        row = components.process_instances.start(
            identity(),
            definition_id=definition_id,
            business_key=body["business_key"],
            case_instance_id=body["case_instance_id"],
            variables=variables_from_json(body["variables"]),
            instructions=start_instructions(body["instructions"]),
        )
    answer = started_instance(row)
    if body["with_variables"]:
        answer["variables"] = variables_to_json(last_variables(components.database, [row.id])[row.id], deserialize=True)
    return answer


def start_by_form(definition_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Start an instance with the values of its start form and return it as JSON. Raises CamundaRefusal."""
    with cannot(f"Cannot instantiate process definition {definition_id}", NOT_DEPLOYED.format(id=definition_id)):
        row = components.process_instances.submit_form(
            identity(),
            definition_id,
            business_key=body["business_key"],
            variables=variables_from_json(body["variables"]),
        )
    return started_instance(row)
