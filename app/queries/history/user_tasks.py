"""User tasks, open and ended."""

from __future__ import annotations

from typing import Any

from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.models.user_task import UserTask
from app.queries.candidates import had_candidate_group, had_candidate_user, involves_user
from app.queries.conditions import equals, instant, like, nothing, number, one_of, only, tenants, text
from app.queries.history.record import Records, of_definition, of_instance
from app.queries.variable_conditions import ignoring_case, past_variables_of_user_task, past_variables_within


def _finished() -> Any:
    return UserTask.ended_at.is_null(False)


def _reason(reason: str) -> Any:
    """Return the condition that a task ended for this reason; a task still open has none."""
    return UserTask.outcome == reason


def _instance_ended(ended: bool) -> Any:
    wanted = ProcessInstance.ended_at.is_null(not ended)
    return UserTask.process_instance_id.in_(ProcessInstance.select(ProcessInstance.id).where(wanted))


HISTORIC_USER_TASKS = Records(
    "historic task",
    UserTask,
    filters={
        "id": equals(UserTask.id),
        "process_instance_id": equals(UserTask.process_instance_id),
        "root_instance_id": equals(UserTask.root_id),
        "business_key": of_instance(UserTask.process_instance_id, equals(ProcessInstance.business_key)),
        "business_keys": of_instance(UserTask.process_instance_id, one_of(ProcessInstance.business_key)),
        "business_key_like": of_instance(UserTask.process_instance_id, like(ProcessInstance.business_key)),
        "execution_id": equals(UserTask.execution_id),
        "definition_id": equals(UserTask.definition_id),
        "definition_key": equals(UserTask.definition_key),
        "definition_name": of_definition(UserTask.definition_id, equals(ProcessDefinition.name)),
        "activity_instance_ids": one_of(UserTask.activity_instance_id),
        "name": equals(UserTask.name),
        "name_like": like(UserTask.name),
        "description": equals(UserTask.description),
        "description_like": like(UserTask.description),
        "activity_id": equals(UserTask.activity_id),
        "activity_ids": one_of(UserTask.activity_id),
        "delete_reason": text(_reason),
        "delete_reason_like": like(UserTask.outcome),
        "involved_user": text(involves_user),
        "involved_group": text(had_candidate_group),
        "had_candidate_user": text(had_candidate_user),
        "had_candidate_group": text(had_candidate_group),
        "with_candidate_groups": only(lambda: UserTask.candidate_groups.is_null(False)),
        "without_candidate_groups": only(UserTask.candidate_groups.is_null),
        "parent_task_id": nothing(),
        "case_instance_id": nothing(),
        "case_execution_id": nothing(),
        "case_definition_id": nothing(),
        "case_definition_key": nothing(),
        "case_definition_name": nothing(),
        "assignee": equals(UserTask.assignee),
        "assignee_like": like(UserTask.assignee),
        "owner": equals(UserTask.owner),
        "owner_like": like(UserTask.owner),
        "priority": number(UserTask.priority),
        "assigned": only(lambda: UserTask.assignee.is_null(False)),
        "unassigned": only(UserTask.assignee.is_null),
        "finished": only(_finished),
        "unfinished": only(UserTask.ended_at.is_null),
        "instance_finished": only(lambda: _instance_ended(True)),
        "instance_unfinished": only(lambda: _instance_ended(False)),
        "due_at": instant(UserTask.due_at),
        "due_before": instant(UserTask.due_at, "lt"),
        "due_after": instant(UserTask.due_at, "gt"),
        "without_due_date": only(UserTask.due_at.is_null),
        "follow_up_at": instant(UserTask.follow_up_at),
        "follow_up_before": instant(UserTask.follow_up_at, "lt"),
        "follow_up_after": instant(UserTask.follow_up_at, "gt"),
        "started_before": instant(UserTask.created_at, "lteq"),
        "started_after": instant(UserTask.created_at, "gteq"),
        "finished_before": instant(UserTask.ended_at, "lteq"),
        "finished_after": instant(UserTask.ended_at, "gteq"),
        "variables": past_variables_within(UserTask.process_instance_id),
        "local_variables": past_variables_of_user_task(UserTask),
        **ignoring_case(),
        **tenants(UserTask.tenant_id),
    },
    orders={
        "id": UserTask.id,
        "activity_instance_id": UserTask.activity_instance_id,
        "definition_id": UserTask.definition_id,
        "process_instance_id": UserTask.process_instance_id,
        "execution_id": UserTask.execution_id,
        "duration": UserTask.ended_at - UserTask.created_at,
        "ended_at": UserTask.ended_at,
        "started_at": UserTask.created_at,
        "name": UserTask.name,
        "description": UserTask.description,
        "assignee": UserTask.assignee,
        "owner": UserTask.owner,
        "due_at": UserTask.due_at,
        "follow_up_at": UserTask.follow_up_at,
        "delete_reason": UserTask.outcome,
        "activity_id": UserTask.activity_id,
        "priority": UserTask.priority,
        "tenant_id": UserTask.tenant_id,
    },
)
