"""Who has to do with a user task: its assignee, its owner, and the users and groups that may claim it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.models.user_task import UserTask

MAX_LINKS = 1000


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """One user or one group; `kind` is assignee, owner or candidate."""

    kind: str
    user_id: str | None = None
    group_id: str | None = None


def links_of(task: UserTask) -> Iterator[IdentityLink]:
    """Yield the links of a task."""
    if task.assignee is not None:
        yield IdentityLink("assignee", task.assignee)
    if task.owner is not None:
        yield IdentityLink("owner", task.owner)
    for user_id in _names(task.candidate_users):
        yield IdentityLink("candidate", user_id)
    for group_id in _names(task.candidate_groups):
        yield IdentityLink("candidate", group_id=group_id)


def with_link(task: UserTask, link: IdentityLink) -> dict[str, Any]:
    """Return the columns that a task has with one link more. Raises InvalidInput."""
    if link.kind in ("assignee", "owner") and link.user_id is not None:
        return {link.kind: link.user_id}
    column, name = _candidate(link)
    names = _names(getattr(task, column))
    return {column: _json([*names, *(() if name in names else (name,))])}


def without_link(task: UserTask, link: IdentityLink) -> dict[str, Any]:
    """Return the columns that a task has with one link less. Raises InvalidInput."""
    if link.kind in ("assignee", "owner") and link.user_id is not None:
        return {link.kind: None} if getattr(task, link.kind) == link.user_id else {}
    column, name = _candidate(link)
    return {column: _json([other for other in _names(getattr(task, column)) if other != name])}


def _candidate(link: IdentityLink) -> tuple[str, str]:
    if link.kind != "candidate":
        raise InvalidInput(f"Links of the type '{link.kind}' are not kept.", field="kind", rule="choice")
    if link.user_id is not None:
        return "candidate_users", link.user_id
    if link.group_id is not None:
        return "candidate_groups", link.group_id
    raise InvalidInput("A link needs a user or a group.", field="user_id", rule="required")


def _names(column: str | None) -> list[str]:
    names: list[str] = json.loads(column) if column else []
    return names


def _json(names: list[str]) -> str | None:
    if len(names) > MAX_LINKS:
        raise InvalidInput(f"A task may have {MAX_LINKS} candidates.", field="candidates", rule="too_long")
    return json.dumps(names, ensure_ascii=False, separators=(",", ":")) if names else None
