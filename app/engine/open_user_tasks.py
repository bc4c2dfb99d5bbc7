"""An open user task as people have changed it since the engine made it."""

from __future__ import annotations

from dataclasses import replace

from app.bpmn.delta import UserTaskCreated
from app.bpmn.expressions import Instant
from app.database.database import Database
from app.database.statements import P, Statement
from app.models import UserTask

_LOAD = Statement(
    UserTask.select(
        UserTask.name,
        UserTask.description,
        UserTask.assignee,
        UserTask.candidate_users,
        UserTask.candidate_groups,
        UserTask.due_at,
        UserTask.follow_up_at,
        UserTask.priority,
    ).where(UserTask.id == P("id"))
)


def as_it_is_now(database: Database, task: UserTaskCreated) -> UserTaskCreated:
    """Return a user task with what its row says of it; within a transaction."""
    row = _LOAD.one(database, id=task.id)
    if row is None:
        return task
    name, description, assignee, users, groups, due_at, follow_up_at, priority = row
    return replace(
        task,
        name=name,
        description=description,
        assignee=assignee,
        candidate_users=tuple(users or ()),
        candidate_groups=tuple(groups or ()),
        due_date=_text(due_at),
        follow_up_date=_text(follow_up_at),
        priority=priority,
    )


def _text(at: int | None) -> str | None:
    return None if at is None else Instant(at).isoformat()
