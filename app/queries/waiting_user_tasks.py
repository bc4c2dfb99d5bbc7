"""Waiting user tasks as process-engine.io and ProcessCube ask for them, and what the person sees."""

from __future__ import annotations

from typing import Any

from app.bpmn.values import Variable
from app.database.database import Database
from app.models.process_instance import ProcessInstance
from app.models.user_task import UserTask
from app.queries.conditions import one_of, texts
from app.queries.flow_nodes import by_bare_id
from app.queries.listing import Listing
from app.queries.process_runs import correlates
from app.queries.variables import visible_from


def _of_instances(condition: Any) -> Any:
    return UserTask.process_instance_id.in_(ProcessInstance.select(ProcessInstance.id).where(condition))


WAITING_USER_TASKS = Listing(
    "user task",
    UserTask,
    filters={
        "activity_ids": one_of(UserTask.activity_id),
        "activity_instance_ids": by_bare_id(UserTask.activity_instance_id),
        "process_instance_ids": one_of(UserTask.process_instance_id),
        "definition_ids": one_of(UserTask.definition_id),
        "definition_keys": one_of(UserTask.definition_key),
        "correlation_ids": texts(lambda ids: _of_instances(correlates(ids))),
        "user_ids": texts(lambda ids: _of_instances(ProcessInstance.start_user_id.in_(ids))),
    },
    orders={"created_at": UserTask.created_at},
    base=UserTask.ended_at.is_null(),
)


def visible_variables(database: Database, task: UserTask) -> dict[str, Variable]:
    """Return the variables that a user task sees."""
    return visible_from(database, task.execution_id)
