"""Open user tasks."""

from __future__ import annotations

from typing import Any

import peewee

from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.models.user_task import UserTask
from app.queries.candidates import involves_user, names
from app.queries.conditions import (
    Criteria,
    Filter,
    any_of,
    equals,
    instant,
    like,
    matches,
    modifier,
    none_of,
    nothing,
    number,
    one_of,
    only,
    tenants,
    text,
)
from app.queries.listing import Listing
from app.queries.variable_conditions import ignoring_case, variables_of_user_task, variables_within
from app.queries.variable_orders import no_value


def _of_instance(inner: Filter) -> Filter:
    def condition(value: Any, criteria: Criteria) -> Any:
        instances = ProcessInstance.select(ProcessInstance.id).where(inner.condition(value, criteria))
        return UserTask.process_instance_id.in_(instances)

    return Filter(inner.kind, condition)


def _of_definition(inner: Filter) -> Filter:
    def condition(value: Any, criteria: Criteria) -> Any:
        definitions = ProcessDefinition.select(ProcessDefinition.id).where(inner.condition(value, criteria))
        return UserTask.definition_id.in_(definitions)

    return Filter(inner.kind, condition)


def _if_unassigned(condition: Any, criteria: Criteria) -> Any:
    return condition if criteria.get("including_assigned") else condition & UserTask.assignee.is_null()


def _candidates(column: Any) -> Filter:
    return Filter("texts", lambda ids, criteria: _if_unassigned(any_of(names(column, id) for id in ids), criteria))


def _candidate(column: Any) -> Filter:
    return Filter("text", lambda id, criteria: _if_unassigned(names(column, id), criteria))


def _has_candidates(column: Any, wanted: bool) -> Filter:
    return Filter(
        "flag", lambda value, criteria: _if_unassigned(column.is_null(not wanted), criteria) if value else None
    )


USER_TASKS = Listing(
    "user task",
    UserTask,
    filters={
        "with_variables": modifier(),
        "with_local_variables": modifier(),
        "with_remarks": modifier(),
        "id": equals(UserTask.id),
        "ids": one_of(UserTask.id),
        "process_instance_id": equals(UserTask.process_instance_id),
        "process_instance_ids": one_of(UserTask.process_instance_id),
        "business_key": _of_instance(equals(ProcessInstance.business_key)),
        "business_keys": _of_instance(one_of(ProcessInstance.business_key)),
        "business_key_like": _of_instance(like(ProcessInstance.business_key)),
        "definition_id": equals(UserTask.definition_id),
        "definition_key": equals(UserTask.definition_key),
        "definition_keys": one_of(UserTask.definition_key),
        "definition_name": _of_definition(equals(ProcessDefinition.name)),
        "definition_name_like": _of_definition(like(ProcessDefinition.name)),
        "execution_id": equals(UserTask.execution_id),
        "activity_instance_ids": one_of(UserTask.activity_instance_id),
        "assignee": equals(UserTask.assignee),
        "assignee_like": like(UserTask.assignee),
        "assignees": one_of(UserTask.assignee),
        "assignees_excluded": none_of(UserTask.assignee),
        "assigned": only(lambda: UserTask.assignee.is_null(False)),
        "unassigned": only(UserTask.assignee.is_null),
        "owner": equals(UserTask.owner),
        "candidate_group": _candidate(UserTask.candidate_groups),
        "candidate_groups": _candidates(UserTask.candidate_groups),
        "candidate_group_like": Filter(
            "text", lambda value, criteria: _if_unassigned(matches(UserTask.candidate_groups, f'%"{value}"%'), criteria)
        ),
        "candidate_user": _candidate(UserTask.candidate_users),
        "including_assigned": modifier(),
        "involved_user": text(involves_user),
        "with_candidate_groups": _has_candidates(UserTask.candidate_groups, True),
        "without_candidate_groups": _has_candidates(UserTask.candidate_groups, False),
        "with_candidate_users": _has_candidates(UserTask.candidate_users, True),
        "without_candidate_users": _has_candidates(UserTask.candidate_users, False),
        "activity_id": equals(UserTask.activity_id),
        "activity_ids": one_of(UserTask.activity_id),
        "activity_ids_excluded": none_of(UserTask.activity_id),
        "activity_id_like": like(UserTask.activity_id),
        "name": equals(UserTask.name),
        "name_not": text(lambda value: (UserTask.name != value) | UserTask.name.is_null()),
        "name_like": like(UserTask.name),
        "name_not_like": text(lambda value: ~matches(UserTask.name, value) | UserTask.name.is_null()),
        "description": equals(UserTask.description),
        "description_like": like(UserTask.description),
        "priority": number(UserTask.priority),
        "priority_at_most": number(UserTask.priority, "lteq"),
        "priority_at_least": number(UserTask.priority, "gteq"),
        "due_at": instant(UserTask.due_at),
        "due_after": instant(UserTask.due_at, "gt"),
        "due_before": instant(UserTask.due_at, "lt"),
        "without_due_date": only(UserTask.due_at.is_null),
        "follow_up_at": instant(UserTask.follow_up_at),
        "follow_up_after": instant(UserTask.follow_up_at, "gt"),
        "follow_up_before": instant(UserTask.follow_up_at, "lt"),
        "follow_up_before_or_none": Filter(
            "instant", lambda value, _: (UserTask.follow_up_at < value) | UserTask.follow_up_at.is_null()
        ),
        "created_at": instant(UserTask.created_at),
        "created_after": instant(UserTask.created_at, "gt"),
        "created_before": instant(UserTask.created_at, "lt"),
        "updated_after": instant(UserTask.updated_at, "gt"),
        "delegation_state": equals(UserTask.delegation_state),
        "active": only(lambda: UserTask.suspended == False),  # noqa: E712
        "suspended": only(lambda: UserTask.suspended == True),  # noqa: E712
        "parent_task_id": nothing(),
        "case_instance_id": nothing(),
        "case_business_key": nothing(),
        "case_business_key_like": nothing(),
        "case_definition_id": nothing(),
        "case_definition_key": nothing(),
        "case_definition_name": nothing(),
        "case_definition_name_like": nothing(),
        "case_execution_id": nothing(),
        "case_variables": nothing("variables"),
        "local_variables": variables_of_user_task(UserTask),
        "process_variables": variables_within(UserTask.process_instance_id),
        **ignoring_case(),
        **tenants(UserTask.tenant_id),
    },
    orders={
        "process_instance_id": UserTask.process_instance_id,
        "due_at": UserTask.due_at,
        "execution_id": UserTask.execution_id,
        "assignee": UserTask.assignee,
        "created_at": UserTask.created_at,
        "updated_at": UserTask.updated_at,
        "follow_up_at": UserTask.follow_up_at,
        "description": UserTask.description,
        "id": UserTask.id,
        "name": UserTask.name,
        "name_lower": peewee.fn.LOWER(UserTask.name),
        "priority": UserTask.priority,
        "tenant_id": UserTask.tenant_id,
        "case_execution_id": no_value(),
        "case_instance_id": no_value(),
    },
    base=UserTask.ended_at.is_null(),
)
