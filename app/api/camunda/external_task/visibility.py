"""Which tasks a caller whose token names topics may see."""

from __future__ import annotations

from typing import Any

from app.api.components import components
from app.api.dialect import identity
from app.models.external_task import ExternalTask
from app.queries.external_tasks import EXTERNAL_TASKS, topic_names


def visible_task(id: str) -> ExternalTask:
    """Return the open task. Raises NotFound, TopicForbidden."""
    task = EXTERNAL_TASKS.get(components.database, id)
    identity().require_task(task)
    return task


def visible_topics(criteria: dict[str, Any] | None = None) -> list[str]:
    """Return the topics of the open tasks that meet the criteria, as far as the caller may work on them."""
    return [topic for topic in topic_names(components.database, criteria or {}) if identity().covers(topic)]


def restricted(criteria: dict[str, Any]) -> dict[str, Any]:
    """Narrow the filters of a list to what the caller may see."""
    if identity().topics is None:
        return criteria
    return {**criteria, "topics": visible_topics() or [""]}
