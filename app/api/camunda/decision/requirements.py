"""/decision-requirements-definition: files with several decisions, by id or by key."""

from __future__ import annotations

from flask import Response

from app.api.camunda.decision.by_key import DefinitionRoutes
from app.api.camunda.decision.definition_json import DECISION_REQUIREMENTS_DEFINITION
from app.api.camunda.decision.routes import XML
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import unknown
from app.api.components import components
from app.api.dialect import AUTHENTICATED, no_content, reply
from app.queries.decision_definitions import DECISION_REQUIREMENTS_DEFINITIONS

blueprint = CamundaBlueprint(
    "decision requirements definition",
    __name__,
    url_prefix="/decision-requirements-definition",
    description="Files with several decisions",
)
of_definition = DefinitionRoutes(blueprint, DECISION_REQUIREMENTS_DEFINITIONS)

QUERY = ListQuery(
    "DecisionRequirementsDefinition",
    DECISION_REQUIREMENTS_DEFINITIONS,
    filters={
        "decisionRequirementsDefinitionId": "id",
        "decisionRequirementsDefinitionIdIn": "ids",
        "category": "category",
        "categoryLike": "category_like",
        "name": "name",
        "nameLike": "name_like",
        "deploymentId": "deployment_id",
        "key": "key",
        "keyLike": "key_like",
        "resourceName": "resource_name",
        "resourceNameLike": "resource_name_like",
        "version": "version",
        "latestVersion": "latest",
        "includeDecisionRequirementsDefinitionsWithoutTenantId": "including_without_tenant",
        **TENANTS,
    },
    orders={
        "category": "category",
        "key": "key",
        "id": "id",
        "name": "name",
        "version": "version",
        "deploymentId": "deployment_id",
        "tenantId": "tenant_id",
    },
)
NOT_DEPLOYED = (
    "no deployed decision requirements definition found with id '{id}': decisionRequirementsDefinition is null"
)
UNKNOWN = unknown(NOT_DEPLOYED, 400, code=0)

add_lists(blueprint, QUERY, DECISION_REQUIREMENTS_DEFINITION, claim=AUTHENTICATED, post=False)


@of_definition("", claim=AUTHENTICATED, answer=DECISION_REQUIREMENTS_DEFINITION.schema, error_answers=UNKNOWN)
def get_decision_requirements_definition(id: str) -> Response:
    """Return a definition."""
    row = DECISION_REQUIREMENTS_DEFINITIONS.get(components.database, id)
    return reply(DECISION_REQUIREMENTS_DEFINITION(row))


@of_definition("/xml", claim=AUTHENTICATED, answer=XML, error_answers=UNKNOWN)
def get_xml(id: str) -> Response:
    """Return the DMN file of a definition."""
    return reply({"id": id, "dmnXml": of_definition.file_of(id)})


@of_definition(
    "/diagram", claim=AUTHENTICATED, status=204, error_answers=unknown(NOT_DEPLOYED, 400, "NotValidException", 0)
)
def get_diagram(id: str) -> Response:
    """Answer that there is no picture: only models are deployed here."""
    DECISION_REQUIREMENTS_DEFINITIONS.get(components.database, id)
    return no_content()
