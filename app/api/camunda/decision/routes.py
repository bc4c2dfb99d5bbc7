"""/decision-definition: decisions that can be evaluated, by id or by key."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.decision.by_key import DefinitionRoutes
from app.api.camunda.decision.definition_json import DECISION_DEFINITION
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonInteger, JacksonSchema
from app.api.camunda.rest.errors import CamundaRefusal
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import cannot, told, unknown
from app.api.camunda.rest.values import variable_to_json
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import AUTHENTICATED, identity, no_content, reply
from app.dmn.types import TypedValue
from app.dmn.variables import result_variable
from app.errors import InvalidInput, NotFound
from app.identity import WRITE_PROCESS_MODEL
from app.queries.decision_definitions import DECISION_DEFINITIONS

blueprint = CamundaBlueprint(
    "decision definition", __name__, url_prefix="/decision-definition", description="Decisions that can be evaluated"
)
of_definition = DefinitionRoutes(blueprint, DECISION_DEFINITIONS)

QUERY = ListQuery(
    "DecisionDefinition",
    DECISION_DEFINITIONS,
    filters={
        "decisionDefinitionId": "id",
        "decisionDefinitionIdIn": "ids",
        "category": "category",
        "categoryLike": "category_like",
        "name": "name",
        "nameLike": "name_like",
        "deploymentId": "deployment_id",
        "deployedAfter": "deployed_after",
        "deployedAt": "deployed_at",
        "key": "key",
        "keyLike": "key_like",
        "resourceName": "resource_name",
        "resourceNameLike": "resource_name_like",
        "version": "version",
        "latestVersion": "latest",
        "decisionRequirementsDefinitionId": "requirements_id",
        "decisionRequirementsDefinitionKey": "requirements_key",
        "withoutDecisionRequirementsDefinition": "without_requirements",
        "versionTag": "version_tag",
        "versionTagLike": "version_tag_like",
        "includeDecisionDefinitionsWithoutTenantId": "including_without_tenant",
        **TENANTS,
    },
    orders={
        "category": "category",
        "key": "key",
        "id": "id",
        "name": "name",
        "version": "version",
        "deploymentId": "deployment_id",
        "deployTime": "deployed_at",
        "tenantId": "tenant_id",
        "versionTag": "version_tag",
        "decisionRequirementsDefinitionKey": "requirements_key",
    },
)
NOT_DEPLOYED = "no deployed decision definition found with id '{id}': decisionDefinition is null"
UNKNOWN = unknown(NOT_DEPLOYED, code=0)
NULL_KEY = (
    "Null key for a Map not allowed in JSON (use a converting NullKeySerializer?) "
    '(through reference chain: java.util.ArrayList[0]->java.util.HashMap["null"])'
)
XML = Schema.from_dict({"id": fields.String(), "dmnXml": fields.String()}, name="DecisionDefinitionDiagram")()


class EvaluationSchema(JacksonSchema):
    """The variables that the decision sees."""

    variables = JacksonVariables("variables")


class DecisionTimeToLiveSchema(JacksonSchema):
    """For how many days what is decided is kept."""

    days = JacksonInteger("historyTimeToLive", metadata={"example": 30})


add_lists(blueprint, QUERY, DECISION_DEFINITION, claim=AUTHENTICATED, post=False)


@of_definition("", claim=AUTHENTICATED, answer=DECISION_DEFINITION.schema, error_answers=UNKNOWN)
def get_decision_definition(id: str) -> Response:
    """Return a definition."""
    return reply(DECISION_DEFINITION(DECISION_DEFINITIONS.get(components.database, id)))


@of_definition("/xml", claim=AUTHENTICATED, answer=XML, error_answers=UNKNOWN)
def get_xml(id: str) -> Response:
    """Return the DMN file of a definition."""
    return reply({"id": id, "dmnXml": of_definition.file_of(id)})


@of_definition(
    "/diagram", claim=AUTHENTICATED, status=204, error_answers=unknown(NOT_DEPLOYED, 400, "NotFoundException", 0)
)
def get_diagram(id: str) -> Response:
    """Answer that there is no picture: only models are deployed here."""
    DECISION_DEFINITIONS.get(components.database, id)
    return no_content()


@of_definition("/evaluate", "POST", status=200, body=EvaluationSchema())
def evaluate(body: dict[str, Any], id: str) -> Response:
    """Evaluate a decision with the variables of the request."""
    _ensure_deployed(id)
    variables = variables_from_json(body["variables"])
    with cannot(f"Cannot evaluate decision {id}"):
        result = components.decisions.evaluate(identity(), id, variables)
    if any(None in row for row in result.rows):
        raise CamundaRefusal(400, "JsonMappingException", NULL_KEY)
    return reply([{name: _entry(entry) for name, entry in row.items()} for row in result.rows])


def _ensure_deployed(id: str) -> None:
    try:
        DECISION_DEFINITIONS.get(components.database, id)
    except NotFound:
        text = f"Cannot evaluate decision {id}: {NOT_DEPLOYED.format(id=id)}"
        raise CamundaRefusal(404, "InvalidRequestException", text, 0) from None


def _entry(entry: TypedValue) -> dict[str, Any]:
    """Write an entry; one whose clause has no type has none either, as in Camunda."""
    if entry.type is None:
        return {"type": None, "value": entry.value, "valueInfo": None}
    return variable_to_json(result_variable(entry.value))


@of_definition(
    "/history-time-to-live",
    "PUT",
    claim=WRITE_PROCESS_MODEL,
    body=DecisionTimeToLiveSchema(),
    error_answers={
        **UNKNOWN,
        InvalidInput: told(400, "BadUserRequestException", "{error}", 0),
    },
)
def set_time_to_live(body: dict[str, Any], id: str) -> Response:
    """Set for how many days what is decided is kept; null means the server's setting."""
    components.decisions.set_history_ttl(identity(), id, body["days"])
    return no_content()
