"""/history/activity-instance: every pass through an activity, event or gateway."""

from __future__ import annotations

from flask import Response

from app.api.camunda.history.common import WHERE, duration, one
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import NOTHING, Shape, date, flag, text
from app.api.dialect import reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.activity_instances import HISTORIC_ACTIVITY_INSTANCES

blueprint = CamundaBlueprint(
    "historic activity instance",
    __name__,
    url_prefix="/history/activity-instance",
    description="Activity instances, open and ended",
)

ACTIVITY = Shape(
    "HistoricActivityInstance",
    {
        "id": text("id"),
        "parentActivityInstanceId": text("parent_id"),
        "activityId": text("activity_id"),
        "activityName": text("activity_name"),
        "activityType": text("activity_type"),
        **{name: part for name, part in WHERE.items() if name != "activityInstanceId"},
        "taskId": text("task_id"),
        "calledProcessInstanceId": text("called_instance_id"),
        "calledCaseInstanceId": NOTHING,
        "assignee": text("assignee"),
        "startTime": date("started_at"),
        "endTime": date("ended_at"),
        "durationInMillis": duration("started_at"),
        "canceled": flag("canceled"),
        "completeScope": flag("complete_scope"),
    },
)
QUERY = ListQuery(
    "HistoricActivityInstance",
    HISTORIC_ACTIVITY_INSTANCES,
    {
        "activityInstanceId": "id",
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "processDefinitionId": "definition_id",
        "executionId": "execution_id",
        "activityId": "activity_id",
        "activityName": "activity_name",
        "activityNameLike": "activity_name_like",
        "activityType": "activity_type",
        "taskAssignee": "assignee",
        "finished": "finished",
        "unfinished": "unfinished",
        "canceled": "canceled",
        "completeScope": "complete_scope",
        "startedBefore": "started_before",
        "startedAfter": "started_after",
        "finishedBefore": "finished_before",
        "finishedAfter": "finished_after",
        **TENANTS,
    },
    {
        "activityInstanceId": "id",
        "instanceId": "process_instance_id",
        "executionId": "execution_id",
        "activityId": "activity_id",
        "activityName": "activity_name",
        "activityType": "activity_type",
        "startTime": "started_at",
        "endTime": "ended_at",
        "duration": "duration",
        "definitionId": "definition_id",
        "definitionName": "definition_name",
        "occurrence": "occurrence",
        "tenantId": "tenant_id",
    },
)
add_lists(blueprint, QUERY, ACTIVITY, claim=MANAGE_PROCESS_INSTANCES)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, ACTIVITY.schema, errors=(401, 403, 404))
def get_activity(id: str) -> Response:
    """Return one activity instance."""
    missing = "Historic activity instance with id '{id}' does not exist"
    return reply(ACTIVITY(one(HISTORIC_ACTIVITY_INSTANCES, id, missing)))
