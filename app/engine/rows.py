"""What a run made, as rows of the tables: plain functions, one a table."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from app.bpmn import delta as run
from app.bpmn.limits import NAME_LENGTH
from app.bpmn.timers.iso8601 import parse_date
from app.engine.stored_step import Row, Step
from app.errors import EngineFailed, InvalidVariable
from app.ids import new_id
from app.models.external_task_log import CREATED, DELETED
from app.models.variable import to_row
from app.storable import is_storable, reason_against


def instance_row(step: Step, started: run.InstanceStarted) -> Row:
    """Return the record of an instance that began."""
    definition = step.facts(started.id).definition
    return {
        "id": started.id,
        "root_id": step.root_id,
        "super_instance_id": started.super_instance_id,
        "super_execution_id": started.super_execution_id,
        "definition_id": definition.id,
        "definition_key": definition.key,
        "business_key": _name("business key", started.business_key),
        "tenant_id": definition.tenant_id,
        "started_at": step.now_ms,
        "start_user_id": step.start_user_id,
        "case_instance_id": step.case_instance_id if started.id == step.root_id else None,
        "start_activity_id": started.start_activity_id,
    }


def task_row(step: Step, task: run.ExternalTaskCreated) -> Row:
    """Return an external task that waits."""
    facts = step.facts(task.instance_id)
    return {
        "id": task.id,
        "topic": _name("topic", task.topic),
        "priority": task.priority,
        "ready": 0 if facts.suspended else 1,
        "suspended": facts.suspended,
        "created_at": step.now_ms,
        "activity_id": task.activity_id,
        "activity_instance_id": task.activity_instance_id,
        "execution_id": task.execution_id,
        "definition_version_tag": facts.definition.version_tag,
        "business_key": facts.business_key,
        "scopes": step.scopes(task.execution_id, task.instance_id),
        **facts.place,
    }


def created_log(step: Step, task: Row) -> Row:
    """Return the log's entry of a task's creation."""
    return {
        "id": new_id(),
        "kind": CREATED,
        "at": step.now_ms,
        "external_task_id": task["id"],
        "topic": task["topic"],
        "priority": task["priority"],
        "activity_id": task["activity_id"],
        "activity_instance_id": task["activity_instance_id"],
        "execution_id": task["execution_id"],
        **step.place(task["process_instance_id"]),
    }


def cancelled_log(step: Step, task: Row) -> Row:
    """Return the log's entry of a task that its process took away."""
    return {**created_log(step, task), "kind": DELETED, "outcome": "cancelled"}


def activity_row(step: Step, record: run.ActivityRecord) -> Row:
    """Return the history of an activity instance that began, ended or not."""
    return {
        "id": record.id,
        "parent_id": record.parent_id,
        "activity_id": record.activity_id,
        "activity_name": record.activity_name,
        "activity_type": record.activity_type,
        "execution_id": record.execution_id,
        "task_id": record.task_id,
        "called_instance_id": record.called_instance_id,
        "assignee": record.assignee,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "canceled": record.canceled,
        "complete_scope": record.complete_scope,
        **step.place(record.instance_id),
    }


def variable_row(step: Step, change: run.VariableSet) -> Row:
    """Return a variable of a running scope. Raises InvalidVariable for a name that cannot be kept."""
    if len(change.name) > NAME_LENGTH:
        raise InvalidVariable(f"The name of a variable has {NAME_LENGTH} characters at most.", rule="too_long")
    if not is_storable(change.name):
        raise InvalidVariable(f"The name of a variable must not contain {reason_against(change.name)}.", rule="type")
    return {
        "id": new_id(),
        "execution_id": change.execution_id,
        "name": change.name,
        "live": 1,
        "created_at": step.now_ms,
        "activity_instance_id": change.activity_instance_id,
        **to_row(change.variable),
        **step.place(change.instance_id),
    }


def last_values(updates: Iterable[Row]) -> list[Row]:
    """Return the rows of variables after these updates: the last value of each under the id of its first one."""
    variables: dict[tuple[str, str], Row] = {}
    for update in updates:
        place = update["execution_id"], update["name"]
        first = variables.get(place)
        variables[place] = update if first is None else {**update, "id": first["id"]}
    return list(variables.values())


def with_user_tasks(variables: list[Row], changes: Iterable[run.VariableSet]) -> list[Row]:
    """Return the rows of variables with the user tasks whose own they are, where some belong to one."""
    owners = {(each.execution_id, each.name): each.user_task_id for each in changes if each.user_task_id is not None}
    if not owners:
        return variables
    return [{**row, "user_task_id": owners.get((row["execution_id"], row["name"]))} for row in variables]


def job_row(step: Step, job: run.JobCreated) -> Row:
    """Return a timer or a continuation that waits."""
    facts = step.facts(job.instance_id)
    return {
        "id": job.id,
        "kind": job.kind,
        "due_at": job.due_at,
        "retry_cycle": job.retry_cycle,
        "repeat": job.repeat,
        "priority": job.priority,
        "suspended": facts.suspended,
        "created_at": step.now_ms,
        "activity_id": job.activity_id,
        "execution_id": job.execution_id,
        "deployment_id": facts.definition.deployment_id,
        **facts.place,
    }


def subscription_row(step: Step, subscription: run.SubscriptionCreated) -> Row:
    """Return an event that an execution waits for."""
    place = step.place(subscription.instance_id)
    return {
        "id": subscription.id,
        "kind": subscription.kind,
        "name": _name(subscription.kind, subscription.name),
        "activity_id": subscription.activity_id,
        "execution_id": subscription.execution_id,
        "process_instance_id": subscription.instance_id,
        "root_id": step.root_id,
        "definition_id": place["definition_id"],
        "tenant_id": place["tenant_id"],
        "created_at": step.now_ms,
    }


def user_task_row(step: Step, task: run.UserTaskCreated) -> Row:
    """Return a user task that waits."""
    facts = step.facts(task.instance_id)
    return {
        "id": task.id,
        "name": task.name,
        "description": task.description,
        "assignee": _name("assignee", task.assignee),
        "candidate_users": _json_list(task.candidate_users),
        "candidate_groups": _json_list(task.candidate_groups),
        "due_at": _instant(task.due_date),
        "follow_up_at": _instant(task.follow_up_date),
        "priority": task.priority,
        "form_key": task.form_key,
        "suspended": facts.suspended,
        "created_at": step.now_ms,
        "activity_id": task.activity_id,
        "activity_instance_id": task.activity_instance_id,
        "execution_id": task.execution_id,
        **facts.place,
    }


def decision_place(step: Step, decided: run.DecisionEvaluated) -> Row:
    """Return where a decision was evaluated."""
    return {
        "activity_id": decided.activity_id,
        "activity_instance_id": decided.activity_instance_id,
        "execution_id": decided.execution_id,
        **step.place(decided.instance_id),
    }


def incident_row(step: Step, incident: run.IncidentCreated) -> Row:
    """Return an open incident, its own cause."""
    return {
        "id": incident.id,
        "kind": incident.kind,
        "message": incident.message,
        "created_at": step.now_ms,
        "configuration": incident.configuration,
        "activity_id": incident.activity_id,
        "failed_activity_id": incident.activity_id,
        "execution_id": incident.execution_id,
        "cause_incident_id": incident.id,
        "root_cause_incident_id": incident.id,
        **step.place(incident.instance_id),
    }


def _name(kind: str, name: str | None) -> str | None:
    """Return a name that an expression may have made. Raises EngineFailed for one that no index holds."""
    if name is not None and len(name) > NAME_LENGTH:
        raise EngineFailed(f"The name of a {kind} has {NAME_LENGTH} characters at most; this one has {len(name)}.")
    return name


def _json_list(names: tuple[str, ...]) -> str | None:
    return orjson.dumps(names).decode() if names else None


def _instant(text: str | None) -> int | None:
    """Return the instant of a due date; a text that is no date is none (its author sees it in the task list)."""
    try:
        return parse_date(text) if text else None
    except EngineFailed:
        return None
