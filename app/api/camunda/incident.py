"""/incident: what needs a person."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonSchema, JacksonString
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import told, unknown
from app.api.camunda.rest.resource_json import Shape, date, text
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import NotFound, Refused
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.incidents import INCIDENTS

blueprint = CamundaBlueprint("incident", __name__, url_prefix="/incident", description="What needs a person")
route = routes_of(blueprint)

INCIDENT = Shape(
    "Incident",
    {
        "id": text("id"),
        "processDefinitionId": text("definition_id"),
        "processInstanceId": text("process_instance_id"),
        "executionId": text("execution_id"),
        "incidentTimestamp": date("created_at"),
        "incidentType": text("kind"),
        "activityId": text("activity_id"),
        "failedActivityId": text("failed_activity_id"),
        "causeIncidentId": text("cause_incident_id"),
        "rootCauseIncidentId": text("root_cause_incident_id"),
        "configuration": text("configuration"),
        "incidentMessage": text("message"),
        "tenantId": text("tenant_id"),
        "jobDefinitionId": text("job_definition_id"),
        "annotation": text("annotation"),
    },
)
QUERY = ListQuery(
    "Incident",
    INCIDENTS,
    filters={
        "incidentId": "id",
        "incidentType": "kind",
        "incidentMessage": "message",
        "incidentMessageLike": "message_like",
        "processDefinitionId": "definition_id",
        "processDefinitionKeyIn": "definition_keys",
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "executionId": "execution_id",
        "incidentTimestampBefore": "created_before",
        "incidentTimestampAfter": "created_after",
        "activityId": "activity_id",
        "failedActivityId": "failed_activity_id",
        "causeIncidentId": "cause_incident_id",
        "rootCauseIncidentId": "root_cause_incident_id",
        "configuration": "configuration",
        "jobDefinitionIdIn": "job_definition_ids",
        **TENANTS,
    },
    orders={
        "incidentId": "id",
        "incidentMessage": "message",
        "incidentTimestamp": "created_at",
        "incidentType": "kind",
        "executionId": "execution_id",
        "activityId": "activity_id",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "causeIncidentId": "cause_incident_id",
        "rootCauseIncidentId": "root_cause_incident_id",
        "configuration": "configuration",
        "tenantId": "tenant_id",
    },
)
add_lists(blueprint, QUERY, INCIDENT, claim=MANAGE_PROCESS_INSTANCES, post=False)


class AnnotationSchema(JacksonSchema):
    """A remark on an incident."""

    annotation = JacksonString("annotation", metadata={"example": "the printer is being repaired"})


annotation_schema = AnnotationSchema()


@route("/<id>", answer=INCIDENT.schema, error_answers=unknown("No matching incident with id {id}"))
def get_incident(id: str) -> Response:
    """Return an open incident."""
    return reply(INCIDENT(INCIDENTS.get(components.database, id)))


@route(
    "/<id>",
    "DELETE",
    error_answers={
        NotFound: told(404, "InvalidRequestException", "Cannot find an incident with id '{id}': incident is null", 0),
        Refused: told(400, "InvalidRequestException", "{error}"),
    },
)
def resolve_incident(id: str) -> Response:
    """Resolve an incident that was created by hand; what belongs to a task or a job is resolved with it."""
    components.incidents.resolve(identity(), id)
    return no_content()


UNKNOWN_FOR_ANNOTATION = unknown("incident is null", 400, "BadUserRequestException", 0)


@route("/<id>/annotation", "PUT", body=annotation_schema, error_answers=UNKNOWN_FOR_ANNOTATION)
def set_annotation(body: dict[str, Any], id: str) -> Response:
    """Set the remark on an incident."""
    components.incidents.annotate(identity(), id, body["annotation"])
    return no_content()


@route("/<id>/annotation", "DELETE", error_answers=UNKNOWN_FOR_ANNOTATION)
def clear_annotation(id: str) -> Response:
    """Take the remark off an incident."""
    components.incidents.annotate(identity(), id, None)
    return no_content()
