"""Open external tasks."""

from __future__ import annotations

from typing import Any

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.models.external_task import ExternalTask
from app.models.external_task_log import ExternalTaskLog
from app.models.process_definition import ProcessDefinition
from app.queries.conditions import (
    Criteria,
    Filter,
    equals,
    instant,
    like,
    number,
    one_of,
    only,
    tenants,
)
from app.queries.listing import Listing
from app.queries.variable_conditions import ignoring_case, variables_within

_TOPIC = Statement(
    ExternalTask.select(ExternalTask.topic).where(ExternalTask.id == P("id"))
    | ExternalTaskLog.select(ExternalTaskLog.topic).where(ExternalTaskLog.external_task_id == P("id"))
)


def _of_definition(inner: Filter) -> Filter:
    def condition(value: Any, criteria: Criteria) -> Any:
        definitions = ProcessDefinition.select(ProcessDefinition.id).where(inner.condition(value, criteria))
        return ExternalTask.definition_id.in_(definitions)

    return Filter(inner.kind, condition)


EXTERNAL_TASKS = Listing(
    "external task",
    ExternalTask,
    filters={
        "id": equals(ExternalTask.id),
        "ids": one_of(ExternalTask.id),
        "topic": equals(ExternalTask.topic),
        "topics": one_of(ExternalTask.topic),
        "worker_id": equals(ExternalTask.worker_id),
        "execution_id": equals(ExternalTask.execution_id),
        "process_instance_id": equals(ExternalTask.process_instance_id),
        "process_instance_ids": one_of(ExternalTask.process_instance_id),
        "definition_id": equals(ExternalTask.definition_id),
        "definition_key": equals(ExternalTask.definition_key),
        "definition_keys": one_of(ExternalTask.definition_key),
        "definition_name": _of_definition(equals(ProcessDefinition.name)),
        "definition_name_like": _of_definition(like(ProcessDefinition.name)),
        "activity_id": equals(ExternalTask.activity_id),
        "activity_ids": one_of(ExternalTask.activity_id),
        "lock_expires_before": instant(ExternalTask.lock_expires_at, "lt"),
        "lock_expires_after": instant(ExternalTask.lock_expires_at, "gt"),
        "locked": only(lambda: ExternalTask.lock_expires_at > clock.now_ms()),
        "not_locked": only(
            lambda: ExternalTask.lock_expires_at.is_null() | (ExternalTask.lock_expires_at < clock.now_ms())
        ),
        "active": only(lambda: ExternalTask.suspended == False),  # noqa: E712
        "suspended": only(lambda: ExternalTask.suspended == True),  # noqa: E712
        "with_retries_left": only(lambda: ExternalTask.retries.is_null() | (ExternalTask.retries > 0)),
        "no_retries_left": only(lambda: ExternalTask.retries == 0),
        "priority_at_least": number(ExternalTask.priority, "gteq"),
        "priority_at_most": number(ExternalTask.priority, "lteq"),
        "process_variables": variables_within(ExternalTask.process_instance_id),
        **ignoring_case(),
        **tenants(ExternalTask.tenant_id),
    },
    orders={
        "id": ExternalTask.id,
        "lock_expires_at": ExternalTask.lock_expires_at,
        "process_instance_id": ExternalTask.process_instance_id,
        "definition_id": ExternalTask.definition_id,
        "definition_key": ExternalTask.definition_key,
        "tenant_id": ExternalTask.tenant_id,
        "priority": ExternalTask.priority,
        "created_at": ExternalTask.created_at,
    },
)


def topic_names(database: Database, criteria: Criteria) -> list[str]:
    """Return the distinct topics of the open tasks that meet the criteria, in alphabetical order."""
    query = EXTERNAL_TASKS.select(criteria, ExternalTask.topic).distinct().order_by(ExternalTask.topic).tuples()
    return database.read(lambda: [row[0] for row in query])


def topic_of(database: Database, task_id: str) -> str | None:
    """Return the topic of a task, open or ended; None for one that never was."""
    row = database.read(lambda: _TOPIC.one(database, id=task_id))
    return row[0] if row else None
