"""/history/process-instance: every process instance, running or ended."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.history.common import duration, one
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import NOTHING, Shape, date, number, text, user
from app.api.camunda.rest.routes import add_route
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.process_instances import HISTORIC_PROCESS_INSTANCES

blueprint = CamundaBlueprint(
    "historic process instance",
    __name__,
    url_prefix="/history/process-instance",
    description="Process instances, running and ended",
)
NO_JOB_LOG = "Filters on executed jobs are not supported: ended jobs are not kept."
UNKNOWN = "Historic process instance with id {id} does not exist"

INSTANCE = Shape(
    "HistoricProcessInstance",
    {
        "id": text("id"),
        "businessKey": text("business_key"),
        "processDefinitionId": text("definition_id"),
        "processDefinitionKey": text("definition_key"),
        "processDefinitionName": text("definition_name"),
        "processDefinitionVersion": number("definition_version"),
        "startTime": date("started_at"),
        "endTime": date("ended_at"),
        "removalTime": date("removal_at"),
        "durationInMillis": duration("started_at"),
        "startUserId": user("start_user_id"),
        "startActivityId": text("start_activity_id"),
        "deleteReason": text("delete_reason"),
        "rootProcessInstanceId": text("root_id"),
        "superProcessInstanceId": text("super_instance_id"),
        "superCaseInstanceId": NOTHING,
        "caseInstanceId": text("case_instance_id"),
        "tenantId": text("tenant_id"),
        "state": text("state"),
        "restartedProcessInstanceId": text("restarted_instance_id"),
    },
)
QUERY = ListQuery(
    "HistoricProcessInstance",
    HISTORIC_PROCESS_INSTANCES,
    {
        "processInstanceId": "id",
        "processInstanceIds": "ids",
        "processInstanceIdNotIn": "ids_excluded",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionKeyIn": "definition_keys",
        "processDefinitionKeyNotIn": "definition_keys_excluded",
        "processDefinitionName": "definition_name",
        "processDefinitionNameLike": "definition_name_like",
        "processInstanceBusinessKey": "business_key",
        "processInstanceBusinessKeyIn": "business_keys",
        "processInstanceBusinessKeyLike": "business_key_like",
        "rootProcessInstances": "roots",
        "rootProcessInstanceId": "root_instance_id",
        "superProcessInstanceId": "super_instance_id",
        "subProcessInstanceId": "sub_instance_id",
        "caseInstanceId": "case_instance_id",
        "superCaseInstanceId": "super_case_instance_id",
        "subCaseInstanceId": "sub_case_instance_id",
        "finished": "finished",
        "unfinished": "unfinished",
        "active": "active",
        "suspended": "suspended",
        "completed": "completed",
        "externallyTerminated": "externally_terminated",
        "internallyTerminated": "internally_terminated",
        "withIncidents": "with_incidents",
        "withRootIncidents": "with_root_incidents",
        "incidentType": "incident_kind",
        "incidentIdIn": "incident_ids",
        "incidentStatus": "incident_status",
        "incidentMessage": "incident_message",
        "incidentMessageLike": "incident_message_like",
        "withJobsRetrying": "with_jobs_retrying",
        "startedBefore": "started_before",
        "startedAfter": "started_after",
        "finishedBefore": "finished_before",
        "finishedAfter": "finished_after",
        "startedBy": "started_by",
        "executedActivityBefore": "activity_executed_before",
        "executedActivityAfter": "activity_executed_after",
        "executedActivityIdIn": "executed_activity_ids",
        "activeActivityIdIn": "active_activity_ids",
        "activityIdIn": "activity_ids",
        "variables": "variables",
        **IGNORING_CASE,
        **TENANTS,
    },
    {
        "instanceId": "id",
        "definitionId": "definition_id",
        "definitionKey": "definition_key",
        "definitionName": "definition_name",
        "definitionVersion": "definition_version",
        "businessKey": "business_key",
        "startTime": "started_at",
        "endTime": "ended_at",
        "duration": "duration",
        "tenantId": "tenant_id",
    },
    alternatives=True,
    refused=dict.fromkeys(("executedJobBefore", "executedJobAfter"), NO_JOB_LOG),
)


def _instance(id: str) -> Any:
    return one(HISTORIC_PROCESS_INSTANCES, id, UNKNOWN)


add_lists(blueprint, QUERY, INSTANCE, claim=MANAGE_PROCESS_INSTANCES)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, INSTANCE.schema, errors=(401, 403, 404))
def get_instance(id: str) -> Response:
    """Return one process instance."""
    return reply(INSTANCE(_instance(id)))


@blueprint.route("/<id>", methods=["DELETE"], claim=MANAGE_PROCESS_INSTANCES, produces=None)
@blueprint.answers(204, errors=(400, 401, 403, 404))
def delete_instance(id: str) -> Response:
    """Remove an ended process instance and all that the history knows of it."""
    components.retention.remove(identity(), id)
    return no_content()


def delete_variables(id: str) -> Response:
    """Remove the variables of a process instance from the history, with all their values; those that live stay."""
    components.retention.remove_variables(identity(), id)
    return no_content()


NO_INSTANCE = unknown("No historic process instance found with id: {id}: instance is null", code=0)
add_route(blueprint, "/<id>/variable-instances", delete_variables, "DELETE", error_answers=NO_INSTANCE)
