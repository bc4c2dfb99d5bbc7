"""A user task as JSON, and what its list takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from app.api.camunda.rest.forms import FORM_REF, form_ref_of
from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery
from app.api.camunda.rest.refused_filters import EXPRESSIONS
from app.api.camunda.rest.resource_json import NOTHING, Shape, computed, date, flag, number, text
from app.api.camunda.rest.variables import variables_to_json
from app.api.components import components
from app.queries.comments_and_attachments import ATTACHMENTS, COMMENTS
from app.queries.user_tasks import USER_TASKS
from app.queries.variable_orders import of_execution, of_nothing, of_process_instance, of_user_task
from app.queries.variables import local_to, visible_from


class TaskShape(Shape):
    """Write tasks; what a request asks for besides (`EXTRAS`) is added."""

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the JSON object of one task."""
        wanted = [extra for name, extra in EXTRAS.items() if _asks_for(name)]
        return {**super().__call__(row), **{key: value for extra in wanted for key, value in extra(row).items()}}


def _asks_for(name: str) -> bool:
    """Tell whether the query string or the body asks for it."""
    if name in request.args:
        return request.args[name] == "true"
    body = request.get_json(silent=True) if request.is_json else None
    return isinstance(body, dict) and body.get(name) is True


def _variables(row: Any) -> dict[str, Any]:
    return {"variables": variables_to_json(visible_from(components.database, row.execution_id))}


def _local_variables(row: Any) -> dict[str, Any]:
    return {"variables": variables_to_json(local_to(components.database, row.execution_id))}


def _remarks(row: Any) -> dict[str, Any]:
    of_task = {"task_id": row.id}
    return {
        "attachment": ATTACHMENTS.count(components.database, of_task) > 0,
        "comment": COMMENTS.count(components.database, of_task) > 0,
    }


EXTRAS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "withTaskLocalVariablesInReturn": _local_variables,
    "withTaskVariablesInReturn": _variables,
    "withCommentAttachmentInfo": _remarks,
}
TASK = TaskShape(
    "Task",
    {
        "id": text("id"),
        "name": text("name"),
        "assignee": text("assignee"),
        "created": date("created_at"),
        "due": date("due_at"),
        "followUp": date("follow_up_at"),
        "lastUpdated": date("updated_at"),
        "delegationState": text("delegation_state"),
        "description": text("description"),
        "executionId": text("execution_id"),
        "owner": text("owner"),
        "parentTaskId": NOTHING,
        "priority": number("priority"),
        "processDefinitionId": text("definition_id"),
        "processInstanceId": text("process_instance_id"),
        "taskDefinitionKey": text("activity_id"),
        "caseExecutionId": NOTHING,
        "caseInstanceId": NOTHING,
        "caseDefinitionId": NOTHING,
        "suspended": flag("suspended"),
        "formKey": text("form_key"),
        "camundaFormRef": computed(form_ref_of, FORM_REF),
        "tenantId": text("tenant_id"),
        "taskState": computed(lambda row: "Updated" if row.updated_at is not None else "Created"),
    },
)
WITH_EXPRESSION = (
    "processInstanceBusinessKey",
    "processInstanceBusinessKeyLike",
    "assignee",
    "assigneeLike",
    "owner",
    "candidateGroup",
    "candidateGroups",
    "candidateUser",
    "involvedUser",
    "dueDate",
    "dueAfter",
    "dueBefore",
    "followUpDate",
    "followUpAfter",
    "followUpBefore",
    "followUpBeforeOrNotExistent",
    "createdOn",
    "createdAfter",
    "createdBefore",
    "updatedAfter",
)
"""Filters that Camunda's saved filters may give as an expression, under their name with `Expression` at the end."""
QUERY = ListQuery(
    "Task",
    USER_TASKS,
    filters={
        "taskId": "id",
        "taskIdIn": "ids",
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "processInstanceBusinessKey": "business_key",
        "processInstanceBusinessKeyIn": "business_keys",
        "processInstanceBusinessKeyLike": "business_key_like",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionKeyIn": "definition_keys",
        "processDefinitionName": "definition_name",
        "processDefinitionNameLike": "definition_name_like",
        "executionId": "execution_id",
        "activityInstanceIdIn": "activity_instance_ids",
        "assignee": "assignee",
        "assigneeLike": "assignee_like",
        "assigneeIn": "assignees",
        "assigneeNotIn": "assignees_excluded",
        "assigned": "assigned",
        "unassigned": "unassigned",
        "owner": "owner",
        "candidateGroup": "candidate_group",
        "candidateGroupLike": "candidate_group_like",
        "candidateGroups": "candidate_groups",
        "candidateUser": "candidate_user",
        "includeAssignedTasks": "including_assigned",
        "involvedUser": "involved_user",
        "withCandidateGroups": "with_candidate_groups",
        "withoutCandidateGroups": "without_candidate_groups",
        "withCandidateUsers": "with_candidate_users",
        "withoutCandidateUsers": "without_candidate_users",
        "taskDefinitionKey": "activity_id",
        "taskDefinitionKeyIn": "activity_ids",
        "taskDefinitionKeyNotIn": "activity_ids_excluded",
        "taskDefinitionKeyLike": "activity_id_like",
        "name": "name",
        "nameNotEqual": "name_not",
        "nameLike": "name_like",
        "nameNotLike": "name_not_like",
        "description": "description",
        "descriptionLike": "description_like",
        "priority": "priority",
        "maxPriority": "priority_at_most",
        "minPriority": "priority_at_least",
        "dueDate": "due_at",
        "dueAfter": "due_after",
        "dueBefore": "due_before",
        "withoutDueDate": "without_due_date",
        "followUpDate": "follow_up_at",
        "followUpAfter": "follow_up_after",
        "followUpBefore": "follow_up_before",
        "followUpBeforeOrNotExistent": "follow_up_before_or_none",
        "createdOn": "created_at",
        "createdAfter": "created_after",
        "createdBefore": "created_before",
        "updatedAfter": "updated_after",
        "delegationState": "delegation_state",
        "active": "active",
        "suspended": "suspended",
        "parentTaskId": "parent_task_id",
        "caseInstanceId": "case_instance_id",
        "caseInstanceBusinessKey": "case_business_key",
        "caseInstanceBusinessKeyLike": "case_business_key_like",
        "caseDefinitionId": "case_definition_id",
        "caseDefinitionKey": "case_definition_key",
        "caseDefinitionName": "case_definition_name",
        "caseDefinitionNameLike": "case_definition_name_like",
        "caseExecutionId": "case_execution_id",
        "caseInstanceVariables": "case_variables",
        "taskVariables": "local_variables",
        "processVariables": "process_variables",
        "withTaskVariablesInReturn": "with_variables",
        "withTaskLocalVariablesInReturn": "with_local_variables",
        "withCommentAttachmentInfo": "with_remarks",
        **IGNORING_CASE,
        **TENANTS,
    },
    orders={
        "instanceId": "process_instance_id",
        "dueDate": "due_at",
        "executionId": "execution_id",
        "assignee": "assignee",
        "created": "created_at",
        "lastUpdated": "updated_at",
        "followUpDate": "follow_up_at",
        "description": "description",
        "id": "id",
        "name": "name",
        "nameCaseInsensitive": "name_lower",
        "priority": "priority",
        "tenantId": "tenant_id",
        "caseExecutionId": "case_execution_id",
        "caseInstanceId": "case_instance_id",
    },
    by_variable={
        "processVariable": of_process_instance,
        "executionVariable": of_execution,
        "taskVariable": of_user_task,
        "caseExecutionVariable": of_nothing,
        "caseInstanceVariable": of_nothing,
    },
    alternatives=True,
    refused=dict.fromkeys((f"{name}Expression" for name in WITH_EXPRESSION), EXPRESSIONS),
)
