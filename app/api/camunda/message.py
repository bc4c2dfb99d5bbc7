"""/message: correlate a message."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from app.api.camunda.process_instance.instance_json import PROCESS_INSTANCE
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import cannot
from app.api.camunda.rest.resource_json import Shape, computed
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json, variables_to_json
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.process_runs import last_variables
from app.services.messages.service import Correlation

blueprint = CamundaBlueprint("message", __name__, url_prefix="/message", description="Correlate messages")


class MessageSchema(OperationSchema):
    """A message and whom it is for."""

    name = JacksonString("messageName", metadata={"example": "payment received"})
    business_key = JacksonString("businessKey")
    tenant_id = JacksonString("tenantId")
    without_tenant = JacksonBoolean("withoutTenantId", False)
    process_instance_id = JacksonString("processInstanceId")
    correlation_keys = JacksonVariables("correlationKeys")
    local_correlation_keys = JacksonVariables("localCorrelationKeys")
    variables = JacksonVariables("processVariables")
    local_variables = JacksonVariables("processVariablesLocal")
    triggered_variables = JacksonVariables("processVariablesToTriggeredScope")
    all = JacksonBoolean("all", False)
    result_enabled = JacksonBoolean("resultEnabled", False)
    variables_enabled = JacksonBoolean("variablesInResultEnabled", False)


message_schema = MessageSchema()
MAPS = ("correlation_keys", "local_correlation_keys", "variables", "local_variables", "triggered_variables")
WHOM = ("business_key", "tenant_id", "without_tenant", "process_instance_id", "all")


def _execution(found: Correlation) -> dict[str, Any] | None:
    if found.kind != "Execution":
        return None
    instance = found.instance
    return {
        "id": found.execution_id,
        "processInstanceId": instance.id,
        "ended": instance.ended_at is not None,
        "tenantId": instance.tenant_id,
    }


def _instance(found: Correlation) -> dict[str, Any] | None:
    return PROCESS_INSTANCE(found.instance) if found.kind == "ProcessDefinition" else None


CORRELATION = Shape(
    "MessageCorrelationResult",
    {
        "resultType": computed(lambda found: found.kind, fields.String(metadata={"example": "Execution"})),
        "execution": computed(_execution, fields.Dict(allow_none=True)),
        "processInstance": computed(_instance, fields.Nested(PROCESS_INSTANCE.schema, allow_none=True)),
    },
)


@blueprint.route("", methods=["POST"], claim=MANAGE_PROCESS_INSTANCES)
@blueprint.arguments(message_schema)
@blueprint.answers(200, type(CORRELATION.schema)(many=True), errors=(400, 401, 403))
def correlate(body: dict[str, Any]) -> Response:
    """Deliver a message to the execution or definition that waits for it. Answers 204 unless `resultEnabled`."""
    _check(body)
    whom = {name: body[name] for name in WHOM}
    found = components.messages.correlate(identity(), body["name"], **whom, **_payload(body))
    return (
        reply([_result(each, body["variables_enabled"]) for each in found]) if body["result_enabled"] else no_content()
    )


def _check(body: dict[str, Any]) -> None:
    if body["name"] is None:
        raise invalid_request("No message name supplied")
    if body["tenant_id"] is not None and body["without_tenant"]:
        raise invalid_request("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
    if body["variables_enabled"] and not body["result_enabled"]:
        text = "Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to true."
        raise invalid_request(text)


def _payload(body: dict[str, Any]) -> dict[str, Any]:
    with cannot("Cannot deliver message"):
        return {name: variables_from_json(body[name]) for name in MAPS}


def _result(found: Correlation, with_variables: bool) -> dict[str, Any]:
    result = CORRELATION(found)
    if with_variables:
        variables = last_variables(components.database, [found.instance.id])[found.instance.id]
        result["variables"] = variables_to_json(variables, deserialize=True)
    return result
