"""How much was done in a time: counts over the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.database.database import Database
from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance

_ROOTS = ProcessInstance.super_instance_id.is_null()
METRICS: Mapping[str, tuple[Any, Any, Any]] = {
    "activity-instance-start": (ActivityInstance, ActivityInstance.started_at, None),
    "activity-instance-end": (ActivityInstance, ActivityInstance.ended_at, None),
    "root-process-instance-start": (ProcessInstance, ProcessInstance.started_at, _ROOTS),
}
"""Name → table, the instant that counts, and a condition."""


def total(database: Database, name: str, after: int | None = None, before: int | None = None) -> int:
    """Return a metric from `after` on and before `before`; what is not measured is 0."""
    if name not in METRICS:
        return 0
    model, column, condition = METRICS[name]
    query = model.select().where(column.is_null(False))
    if condition is not None:
        query = query.where(condition)
    if after is not None:
        query = query.where(column >= after)
    if before is not None:
        query = query.where(column < before)
    return database.read(lambda: int(query.count()))
