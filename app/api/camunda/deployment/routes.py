"""/deployment: upload models, look at what was uploaded, delete it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from app.api.camunda.decision.definition_json import DECISION_DEFINITION, DECISION_REQUIREMENTS_DEFINITION
from app.api.camunda.deployment.upload import UPLOAD, upload_from_form
from app.api.camunda.process_definition.definition_json import PROCESS_DEFINITION
from app.api.camunda.rest.binary import OCTET_STREAM, download
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonSchema, JacksonString, JacksonStrings
from app.api.camunda.rest.errors import Answer, invalid_request
from app.api.camunda.rest.links import self_link
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import told, unknown
from app.api.camunda.rest.resource_json import NOTHING, Shape, always, date, text
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import AUTHENTICATED, identity, no_content, reply
from app.api.remarks import with_remarks
from app.errors import NotFound, Refused
from app.identity import WRITE_PROCESS_MODEL
from app.models.deployment import DeploymentResource
from app.queries import deployments
from app.services.deployments.resources import ResourceNotFound
from app.services.deployments.service import DeploymentResult

blueprint = CamundaBlueprint("deployment", __name__, url_prefix="/deployment", description="Uploaded models")
route = routes_of(blueprint)

DEPLOYMENT = Shape(
    "Deployment",
    {
        "links": always([]),
        "id": text("id"),
        "name": text("name"),
        "source": text("source"),
        "deploymentTime": date("deployed_at"),
        "tenantId": text("tenant_id"),
    },
)
RESOURCE = Shape("DeploymentResource", {"id": text("id"), "name": text("name"), "deploymentId": text("deployment_id")})


def _by_id(shape: Shape) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Nested(shape.schema), allow_none=True)


MADE = Schema.from_dict(
    {
        **DEPLOYMENT.schema.declared_fields,
        "deployedProcessDefinitions": _by_id(PROCESS_DEFINITION),
        "deployedCaseDefinitions": NOTHING.field,
        "deployedDecisionDefinitions": _by_id(DECISION_DEFINITION),
        "deployedDecisionRequirementsDefinitions": _by_id(DECISION_REQUIREMENTS_DEFINITION),
    },
    name="DeploymentWithDefinitions",
)()
QUERY = ListQuery(
    "Deployment",
    deployments.DEPLOYMENTS,
    filters={
        "id": "id",
        "name": "name",
        "nameLike": "name_like",
        "source": "source",
        "withoutSource": "without_source",
        "before": "before",
        "after": "after",
        "includeDeploymentsWithoutTenantId": "including_without_tenant",
        **TENANTS,
    },
    orders={"id": "id", "name": "name", "deploymentTime": "deployed_at", "tenantId": "tenant_id"},
)
add_lists(blueprint, QUERY, DEPLOYMENT, claim=AUTHENTICATED, post=False)


class RedeploymentSchema(JacksonSchema):
    """Which files of a deployment to deploy again; none means all."""

    ids = JacksonStrings("resourceIds")
    names = JacksonStrings("resourceNames")
    source = JacksonString("source")


redeployment_schema = RedeploymentSchema()


@route("/create", "POST", claim=WRITE_PROCESS_MODEL, status=200, answer=MADE, consumes="multipart/form-data")
@blueprint.arguments(UPLOAD, location="files")
def create() -> Response:
    """Deploy the files of the form; every executable process and every decision in them gets a new version."""
    upload = upload_from_form()
    made = components.deployments.deploy(
        identity(),
        upload.name,
        upload.resources,
        source=upload.source,
        tenant_id=upload.tenant_id,
        duplicate_filtering=upload.duplicate_filtering,
        changed_only=upload.changed_only,
        activation_at=upload.activation_at,
    )
    return with_remarks(reply(_made(made)), made.warnings)


def _made(result: DeploymentResult) -> dict[str, Any]:
    return {
        **DEPLOYMENT(result.deployment),
        "links": [self_link(f"/deployment/{result.deployment.id}")],
        "deployedProcessDefinitions": _written(result.definitions, PROCESS_DEFINITION),
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": _written(result.decisions, DECISION_DEFINITION),
        "deployedDecisionRequirementsDefinitions": _written(result.requirements, DECISION_REQUIREMENTS_DEFINITION),
    }


def _written(rows: Sequence[Any], shape: Shape) -> dict[str, Any] | None:
    return {row.id: shape(row) for row in rows} or None


@route("/registered", claim=AUTHENTICATED)
def registered() -> Response:
    """List the deployments that this server runs: all of them."""
    return reply(deployments.DEPLOYMENTS.ids(components.database, {}))


@route(
    "/<id>",
    claim=AUTHENTICATED,
    answer=DEPLOYMENT.schema,
    error_answers=unknown("Deployment with id '{id}' does not exist"),
)
def get_deployment(id: str) -> Response:
    """Return a deployment."""
    return reply(DEPLOYMENT(deployments.DEPLOYMENTS.get(components.database, id)))


@route(
    "/<id>",
    "DELETE",
    claim=WRITE_PROCESS_MODEL,
    error_answers={
        NotFound: told(404, "InvalidRequestException", "Deployment with id '{id}' do not exist"),
        Refused: told(500, "ProcessEngineException", "{error}", 0),
    },
)
def delete_deployment(id: str) -> Response:
    """Delete a deployment; with `cascade=true` its instances and their history too."""
    components.deployments.delete(identity(), id, cascade=request.args.get("cascade") == "true")
    return no_content()


@route("/<id>/resources", claim=AUTHENTICATED, answer=type(RESOURCE.schema)(many=True))
def list_resources(id: str) -> Response:
    """List the files of a deployment."""
    return reply([RESOURCE(row) for row in _resources(id)])


def _resources(id: str) -> list[DeploymentResource]:
    found = deployments.resources_of(components.database, id)
    if not found:
        raise invalid_request(f"Deployment resources for deployment id '{id}' do not exist.", 404)
    return found


@route(
    "/<id>/resources/<resource_id>",
    claim=AUTHENTICATED,
    answer=RESOURCE.schema,
    error_answers=unknown(
        "Deployment resource with resource id '{resource_id}' for deployment id '{id}' does not exist."
    ),
)
def get_resource(id: str, resource_id: str) -> Response:
    """Return one file of a deployment, without its content."""
    return reply(RESOURCE(deployments.resource(components.database, id, resource_id)))


@route(
    "/<id>/resources/<resource_id>/data",
    claim=AUTHENTICATED,
    content_type=OCTET_STREAM,
    produces=None,
    error_answers=unknown("Deployment resource '{resource_id}' for deployment id '{id}' does not exist."),
)
def get_resource_data(id: str, resource_id: str) -> Response:
    """Download one file of a deployment."""
    row = deployments.resource(components.database, id, resource_id)
    name = row.name.replace("\\", "/").rpartition("/")[2] or "data"
    return download(bytes(row.content), MEDIA_TYPES.get(name.rpartition(".")[2], OCTET_STREAM), name)


MEDIA_TYPES = {
    **dict.fromkeys(("bpmn", "cmmn", "dmn", "xml"), "application/xml"),
    **dict.fromkeys(("groovy", "java", "js", "php", "py", "rb", "txt"), "text/plain"),
    **dict.fromkeys(("jpeg", "jpe", "jpg"), "image/jpeg"),
    **dict.fromkeys(("tif", "tiff"), "image/tiff"),
    "json": "application/json",
    "form": "application/json",
    "html": "text/html",
    "gif": "image/gif",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def _no_such_resource(error: ResourceNotFound) -> str:
    id, by, wanted = error.deployment_id, error.by, error.wanted
    reason = f"The deployment with id '{id}' does not contain a resource with {by} '{wanted}'."
    return f"Cannot redeploy deployment '{id}': {reason}"


@route(
    "/<id>/redeploy",
    "POST",
    claim=WRITE_PROCESS_MODEL,
    body=redeployment_schema,
    status=200,
    answer=MADE,
    error_answers={
        **unknown("Deployment with id '{id}' does not exist"),
        ResourceNotFound: Answer(404, "InvalidRequestException", None, _no_such_resource),
    },
)
def redeploy(body: dict[str, Any], id: str) -> Response:
    """Deploy files of a deployment again, as a new one of the same name and tenant."""
    ids, names = body["ids"] or (), body["names"] or ()
    made = components.deployments.redeploy(
        identity(), id, resource_ids=ids, resource_names=names, source=body["source"]
    )
    return reply(_made(made))
