"""/process-definition: models that can be started, by id or by key."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from app.api.camunda.process_definition.definition_json import PROCESS_DEFINITION
from app.api.camunda.process_definition.start import START, STARTED, start_by_form, start_instance
from app.api.camunda.process_definition.start_form import (
    deployed_start_form,
    rendered_start_form,
    start_form_json,
    start_form_variables,
)
from app.api.camunda.process_definition.statistics import (
    ACTIVITY_STATISTICS,
    DEFINITION_STATISTICS,
    activities,
    definitions,
)
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonInteger, JacksonSchema
from app.api.camunda.rest.errors import rest_exception
from app.api.camunda.rest.forms import FORM
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import told, unknown
from app.api.camunda.rest.routes import View, add_route, routes_of
from app.api.camunda.rest.suspension import (
    DEFINITION_SUSPENSION,
    DEFINITIONS_SUSPENSION,
    suspend_definition,
    suspend_definitions,
)
from app.api.components import components
from app.api.dialect import AUTHENTICATED, identity, no_content, reply
from app.errors import DefinitionNotFound, InvalidInput, NotFound, Refused
from app.identity import WRITE_PROCESS_MODEL
from app.queries import deployments
from app.queries.process_definitions import PROCESS_DEFINITIONS, get_definition, latest_id

blueprint = CamundaBlueprint(
    "process definition", __name__, url_prefix="/process-definition", description="Models that can be started"
)
route = routes_of(blueprint)

QUERY = ListQuery(
    "ProcessDefinition",
    PROCESS_DEFINITIONS,
    filters={
        "processDefinitionId": "id",
        "processDefinitionIdIn": "ids",
        "category": "category",
        "categoryLike": "category_like",
        "deploymentId": "deployment_id",
        "deployedAfter": "deployed_after",
        "deployedAt": "deployed_at",
        "key": "key",
        "keysIn": "keys",
        "keyLike": "key_like",
        "name": "name",
        "nameLike": "name_like",
        "resourceName": "resource_name",
        "resourceNameLike": "resource_name_like",
        "version": "version",
        "latestVersion": "latest",
        "versionTag": "version_tag",
        "versionTagLike": "version_tag_like",
        "withoutVersionTag": "without_version_tag",
        "suspended": "suspended",
        "active": "active",
        "startableInTasklist": "startable",
        "notStartableInTasklist": "not_startable",
        "startablePermissionCheck": "startable_by_caller",
        "incidentId": "incident_id",
        "incidentType": "incident_kind",
        "incidentMessage": "incident_message",
        "incidentMessageLike": "incident_message_like",
        "includeProcessDefinitionsWithoutTenantId": "including_without_tenant",
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
    },
    refused={"startableBy": "The filter startableBy is not supported: who may start is decided by claims."},
)
NO_SUCH = "No matching definition with id {id}"
NOT_DEPLOYED = "no deployed process definition found with id '{id}': processDefinition is null"
BY_KEY = ("/key/<key>", "/key/<key>/tenant-id/<tenant_id>")
XML = Schema.from_dict({"id": fields.String(), "bpmn20Xml": fields.String()}, name="ProcessDefinitionDiagram")()


class TimeToLiveSchema(JacksonSchema):
    """For how many days the history of ended instances is kept."""

    days = JacksonInteger("historyTimeToLive", metadata={"example": 30})


def of_definition(suffix: str, method: str = "GET", **options: Any) -> Callable[[View], View]:
    """Add a route for a definition by its id, and for the latest version of a key without a tenant or with one."""

    def decorate(view: View) -> View:
        add_route(blueprint, f"/<id>{suffix}", view, method, **options)
        for path in BY_KEY:
            add_route(blueprint, f"{path}{suffix}", _of_latest(view), method, **options)
        return view

    return decorate


def _of_latest(view: View) -> View:
    @wraps(view)
    def of_latest(*arguments: Any, key: str, tenant_id: str | None = None) -> Response:
        return view(*arguments, id=_latest_id(key, tenant_id))

    return of_latest


def _latest_id(key: str, tenant_id: str | None) -> str:
    try:
        return latest_id(components.database, key, tenant_id)
    except DefinitionNotFound:
        tenant = "no tenant-id" if tenant_id is None else f"tenant-id: {tenant_id}"
        raise rest_exception(404, f"No matching process definition with key: {key} and {tenant}") from None


add_lists(blueprint, QUERY, PROCESS_DEFINITION, claim=AUTHENTICATED, post=False)


@route("/statistics", answer=type(DEFINITION_STATISTICS)(many=True))
def get_statistics() -> Response:
    """Count the running instances of every definition, with failed jobs and incidents on request."""
    return reply(definitions())


@route(
    "/suspended",
    "PUT",
    body=DEFINITIONS_SUSPENSION,
    error_answers=unknown("No process definition found", 500, "ProcessEngineException", 0),
)
def suspend_all(body: dict[str, Any]) -> Response:
    """Suspend or activate a definition by id, or all versions of a key."""
    suspend_definitions(body)
    return no_content()


@of_definition("", claim=AUTHENTICATED, answer=PROCESS_DEFINITION.schema, error_answers=unknown(NO_SUCH, code=0))
def get_process_definition(id: str) -> Response:
    """Return a definition."""
    return reply(PROCESS_DEFINITION(get_definition(components.database, id)))


@of_definition("/xml", claim=AUTHENTICATED, answer=XML, error_answers=unknown(NO_SUCH, 400, code=0))
def get_xml(id: str) -> Response:
    """Return the BPMN file of a definition."""
    row = get_definition(components.database, id)
    file = deployments.resource_named(components.database, row.deployment_id, row.resource_name)
    return reply({"id": id, "bpmn20Xml": bytes(file.content).decode(errors="replace")})


@of_definition("/diagram", claim=AUTHENTICATED, status=204, error_answers=unknown(NO_SUCH, code=0))
def get_diagram(id: str) -> Response:
    """Answer that there is no picture: only models are deployed here."""
    get_definition(components.database, id)
    return no_content()


@of_definition("/start", "POST", status=200, body=START, answer=STARTED)
def start(body: dict[str, Any], id: str) -> Response:
    """Start an instance, at its start event or at the activities that the instructions name."""
    return reply(start_instance(id, body))


@of_definition("/submit-form", "POST", status=200, body=START, answer=STARTED)
def submit_form(body: dict[str, Any], id: str) -> Response:
    """Start an instance with the values of a form, which have to fit its fields; defaults are set."""
    return reply(start_by_form(id, body))


@of_definition(
    "/startForm",
    answer=FORM,
    error_answers=unknown("Cannot get start form data for process definition {id}", 400, code=0),
)
def get_start_form(id: str) -> Response:
    """Return the key of the start form, or the file that it is in."""
    return reply(start_form_json(id))


@of_definition("/form-variables", error_answers=unknown(NOT_DEPLOYED, 404, "NotFoundException", 0))
def get_form_variables(id: str) -> Response:
    """Return the fields of the start form with their defaults, or those named in `variableNames`."""
    return reply(start_form_variables(id))


@of_definition("/rendered-form", produces=None, error_answers=unknown(NOT_DEPLOYED, 404, "NotFoundException", 0))
def get_rendered_form(id: str) -> Response:
    """Return the fields of the start form as HTML."""
    return rendered_start_form(id)


@of_definition("/deployed-start-form", produces=None, error_answers=unknown(NOT_DEPLOYED, 404))
def get_deployed_start_form(id: str) -> Response:
    """Return the deployed file that the start form is in."""
    return deployed_start_form(id)


@of_definition("/statistics", answer=type(ACTIVITY_STATISTICS)(many=True))
def get_activity_statistics(id: str) -> Response:
    """Count what runs of a definition, by activity."""
    return reply(activities(id))


@of_definition(
    "/suspended",
    "PUT",
    body=DEFINITION_SUSPENSION,
    error_answers=unknown(
        "No process definition found for id '{id}': processDefinition is null", 500, "NullValueException", 0
    ),
)
def suspend(body: dict[str, Any], id: str) -> Response:
    """Suspend or activate a definition, with or without its instances."""
    suspend_definition(body, id)
    return no_content()


@of_definition(
    "/history-time-to-live",
    "PUT",
    claim=WRITE_PROCESS_MODEL,
    body=TimeToLiveSchema(),
    error_answers={
        **unknown(NOT_DEPLOYED, 404, code=0),
        InvalidInput: told(400, "BadUserRequestException", "{error}", 0),
    },
)
def set_time_to_live(body: dict[str, Any], id: str) -> Response:
    """Set for how many days the history of ended instances is kept; null means the server's setting."""
    components.process_definitions.set_history_ttl(identity(), id, body["days"])
    return no_content()


def delete(id: str) -> Response:
    """Delete one version; with `cascade=true` its instances and their history too."""
    components.deployments.delete_definition(identity(), id, cascade=request.args.get("cascade") == "true")
    return no_content()


DELETING: dict[str, Any] = {
    "claim": WRITE_PROCESS_MODEL,
    "error_answers": {
        NotFound: told(
            404, "InvalidRequestException", "No process definition found with id '{id}': processDefinition is null", 0
        ),
        Refused: told(500, "ProcessEngineException", "{error}", 0),
    },
}
add_route(blueprint, "/<id>", delete, "DELETE", **DELETING)
for path in BY_KEY:
    add_route(blueprint, path, _of_latest(delete), "DELETE", **DELETING)
    add_route(blueprint, f"{path}/delete", _of_latest(delete), "DELETE", **DELETING)
