"""/signal: throw a signal to everybody who waits for it."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonString
from app.api.camunda.rest.errors import Answer, invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import identity, no_content
from app.errors import NotFound, Refused

blueprint = CamundaBlueprint("signal", __name__, url_prefix="/signal", description="Throw signals")
route = routes_of(blueprint)


class SignalSchema(OperationSchema):
    """A signal, for everybody or for one execution."""

    name = JacksonString("name", metadata={"example": "policy changed"})
    execution_id = JacksonString("executionId")
    variables = JacksonVariables("variables")
    tenant_id = JacksonString("tenantId")
    without_tenant = JacksonBoolean("withoutTenantId", False)


signal_schema = SignalSchema()
NO_RECEIVER = {
    NotFound: Answer(
        500,
        "RestException",
        0,
        lambda error: f"Cannot find execution with id '{error.details['id']}': execution is null",
    ),
    Refused: Answer(500, "RestException"),
}


@route("", "POST", body=signal_schema, error_answers=NO_RECEIVER)
def throw_signal(body: dict[str, Any]) -> Response:
    """Deliver a signal to all that wait for it; none is fine too."""
    name = body.pop("name")
    if name is None:
        raise invalid_request("No signal name given")
    variables = variables_from_json(body.pop("variables"))
    components.messages.throw_signal(identity(), name, variables=variables, **body)
    return no_content()
