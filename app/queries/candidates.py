"""Conditions on who has to do with a user task: its candidates stand in columns that hold JSON lists of names."""

from __future__ import annotations

import json
from typing import Any

from app.models.user_task import UserTask
from app.queries.conditions import matches


def names(column: Any, id: str) -> Any:
    """Return the condition that a list of names holds this one."""
    quoted = json.dumps(id, ensure_ascii=False)
    escaped = quoted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return matches(column, f"%{escaped}%")


def involves_user(id: str) -> Any:
    """Return the condition that a user is the assignee, the owner or a candidate of the task."""
    mine = (UserTask.assignee == id) | (UserTask.owner == id)
    return mine | names(UserTask.candidate_users, id)


def had_candidate_user(id: str) -> Any:
    """Return the condition that a user is a candidate of the task."""
    return names(UserTask.candidate_users, id)


def had_candidate_group(id: str) -> Any:
    """Return the condition that a group is a candidate of the task."""
    return names(UserTask.candidate_groups, id)
