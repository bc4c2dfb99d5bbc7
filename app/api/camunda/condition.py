"""/condition: start the processes whose conditional start event is true of some variables."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.process_instance.instance_json import PROCESS_INSTANCE
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonString
from app.api.camunda.rest.errors import engine_exception, invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import identity, reply
from app.errors import Refused

blueprint = CamundaBlueprint("condition", __name__, url_prefix="/condition", description="Evaluate start conditions")
route = routes_of(blueprint)
NONE_AT_ALL = "ENGINE-13042 No subscriptions were found during evaluation of the conditional start events."
NONE_OF_IT = "ENGINE-13041 Process definition with id '{}' does not declare conditional start event."


class ConditionSchema(OperationSchema):
    """Variables to look at, and where; they become variables of what starts."""

    variables = JacksonVariables("variables")
    business_key = JacksonString("businessKey", metadata={"example": "order-4711"})
    definition_id = JacksonString("processDefinitionId")
    tenant_id = JacksonString("tenantId")
    without_tenant = JacksonBoolean("withoutTenantId", False)


@route("", "POST", status=200, body=ConditionSchema(), answer=type(PROCESS_INSTANCE.schema)(many=True))
def evaluate(body: dict[str, Any]) -> Response:
    """Start an instance for every conditional start event that is true of the variables."""
    return reply([PROCESS_INSTANCE(row) for row in _started(body)])


def _started(body: dict[str, Any]) -> list[Any]:
    if body["tenant_id"] is not None and body["without_tenant"]:
        raise invalid_request("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
    variables = variables_from_json(body.pop("variables"))
    try:
        return components.conditional_starts.evaluate(identity(), variables, **body)
    except Refused:
        definition_id = body["definition_id"]
        raise engine_exception(NONE_AT_ALL if definition_id is None else NONE_OF_IT.format(definition_id)) from None
