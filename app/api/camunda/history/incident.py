"""/history/incident: every incident, open, resolved or deleted."""

from __future__ import annotations

from marshmallow import fields

from app.api.camunda.history.common import WHERE
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import Part, Shape, computed, date, text
from app.bpmn.states import IncidentState
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.incidents import HISTORIC_INCIDENTS

blueprint = CamundaBlueprint(
    "historic incident", __name__, url_prefix="/history/incident", description="Incidents, open and ended"
)


def _is(state: str) -> Part:
    return computed(lambda row: row.state == state, fields.Boolean())


INCIDENT = Shape(
    "HistoricIncident",
    {
        "id": text("id"),
        **{name: part for name, part in WHERE.items() if name != "activityInstanceId"},
        "createTime": date("created_at"),
        "endTime": date("ended_at"),
        "incidentType": text("kind"),
        "activityId": text("activity_id"),
        "failedActivityId": text("failed_activity_id"),
        "causeIncidentId": text("cause_incident_id"),
        "rootCauseIncidentId": text("root_cause_incident_id"),
        "configuration": text("configuration"),
        "historyConfiguration": text("history_configuration"),
        "incidentMessage": text("message"),
        "jobDefinitionId": text("job_definition_id"),
        "open": _is(IncidentState.OPEN),
        "resolved": _is(IncidentState.RESOLVED),
        "deleted": _is(IncidentState.DELETED),
        "annotation": text("annotation"),
    },
)
QUERY = ListQuery(
    "HistoricIncident",
    HISTORIC_INCIDENTS,
    {
        "incidentId": "id",
        "incidentType": "kind",
        "incidentMessage": "message",
        "incidentMessageLike": "message_like",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionKeyIn": "definition_keys",
        "processInstanceId": "process_instance_id",
        "executionId": "execution_id",
        "activityId": "activity_id",
        "failedActivityId": "failed_activity_id",
        "createTimeBefore": "created_before",
        "createTimeAfter": "created_after",
        "endTimeBefore": "ended_before",
        "endTimeAfter": "ended_after",
        "causeIncidentId": "cause_incident_id",
        "rootCauseIncidentId": "root_cause_incident_id",
        "configuration": "configuration",
        "historyConfiguration": "history_configuration",
        "jobDefinitionIdIn": "job_definition_ids",
        "open": "open",
        "resolved": "resolved",
        "deleted": "deleted",
        **TENANTS,
    },
    {
        "incidentId": "id",
        "incidentMessage": "message",
        "createTime": "created_at",
        "endTime": "ended_at",
        "incidentType": "kind",
        "executionId": "execution_id",
        "activityId": "activity_id",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "causeIncidentId": "cause_incident_id",
        "rootCauseIncidentId": "root_cause_incident_id",
        "configuration": "configuration",
        "historyConfiguration": "history_configuration",
        "tenantId": "tenant_id",
        "incidentState": "state",
    },
)
add_lists(blueprint, QUERY, INCIDENT, claim=MANAGE_PROCESS_INSTANCES, post=False)
