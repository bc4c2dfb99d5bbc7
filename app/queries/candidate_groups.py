"""How many open tasks wait for each candidate group."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import peewee

from app.database.database import Database
from app.models.user_task import UserTask


def by_candidate_group(database: Database) -> list[tuple[str | None, int]]:
    """Return pairs of a group (None: tasks without one, the last) and the number of its open tasks, by name."""
    counts = (UserTask.candidate_groups, peewee.fn.COUNT(UserTask.id))
    query: Any = UserTask.select(*counts).where(UserTask.ended_at.is_null())
    grouped = query.group_by(UserTask.candidate_groups).tuples().bind(database)
    found: Counter[str | None] = Counter()
    for text, count in database.read(lambda: list(grouped)):
        for group in orjson.loads(text) if text else [None]:
            found[group] += count
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))
