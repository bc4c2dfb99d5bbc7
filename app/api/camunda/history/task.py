"""/history/task: every user task, open or ended."""

from __future__ import annotations

from app.api.camunda.history.common import CASE, WHERE, duration
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import NOTHING, Shape, computed, date, number, text
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.user_tasks import HISTORIC_USER_TASKS

blueprint = CamundaBlueprint(
    "historic task", __name__, url_prefix="/history/task", description="User tasks, open and ended"
)

TASK = Shape(
    "HistoricTaskInstance",
    {
        "id": text("id"),
        **WHERE,
        **CASE,
        "caseDefinitionName": NOTHING,
        "name": text("name"),
        "description": text("description"),
        "deleteReason": text("outcome"),
        "owner": text("owner"),
        "assignee": text("assignee"),
        "startTime": date("created_at"),
        "endTime": date("ended_at"),
        "duration": duration("created_at"),
        "taskDefinitionKey": text("activity_id"),
        "priority": number("priority"),
        "due": date("due_at"),
        "parentTaskId": NOTHING,
        "followUp": date("follow_up_at"),
        "taskState": computed(lambda row: (row.outcome or "created").capitalize()),
    },
)
QUERY = ListQuery(
    "HistoricTaskInstance",
    HISTORIC_USER_TASKS,
    {
        "taskId": "id",
        "processInstanceId": "process_instance_id",
        "rootProcessInstanceId": "root_instance_id",
        "processInstanceBusinessKey": "business_key",
        "processInstanceBusinessKeyIn": "business_keys",
        "processInstanceBusinessKeyLike": "business_key_like",
        "executionId": "execution_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionName": "definition_name",
        "activityInstanceIdIn": "activity_instance_ids",
        "taskName": "name",
        "taskNameLike": "name_like",
        "taskDescription": "description",
        "taskDescriptionLike": "description_like",
        "taskDefinitionKey": "activity_id",
        "taskDefinitionKeyIn": "activity_ids",
        "taskDeleteReason": "delete_reason",
        "taskAssignee": "assignee",
        "taskAssigneeLike": "assignee_like",
        "taskOwner": "owner",
        "taskOwnerLike": "owner_like",
        "taskPriority": "priority",
        "assigned": "assigned",
        "unassigned": "unassigned",
        "finished": "finished",
        "unfinished": "unfinished",
        "processFinished": "instance_finished",
        "processUnfinished": "instance_unfinished",
        "taskDueDate": "due_at",
        "taskDueDateBefore": "due_before",
        "taskDueDateAfter": "due_after",
        "withoutTaskDueDate": "without_due_date",
        "taskFollowUpDate": "follow_up_at",
        "taskFollowUpDateBefore": "follow_up_before",
        "taskFollowUpDateAfter": "follow_up_after",
        "startedBefore": "started_before",
        "startedAfter": "started_after",
        "finishedBefore": "finished_before",
        "finishedAfter": "finished_after",
        "processVariables": "variables",
        **IGNORING_CASE,
        **TENANTS,
    },
    {
        "taskId": "id",
        "activityInstanceID": "activity_instance_id",
        "processDefinitionId": "definition_id",
        "processInstanceId": "process_instance_id",
        "executionId": "execution_id",
        "duration": "duration",
        "endTime": "ended_at",
        "startTime": "started_at",
        "taskName": "name",
        "taskDescription": "description",
        "assignee": "assignee",
        "owner": "owner",
        "dueDate": "due_at",
        "followUpDate": "follow_up_at",
        "deleteReason": "delete_reason",
        "taskDefinitionKey": "activity_id",
        "priority": "priority",
        "tenantId": "tenant_id",
    },
    alternatives=True,
)
add_lists(blueprint, QUERY, TASK, claim=MANAGE_PROCESS_INSTANCES)
