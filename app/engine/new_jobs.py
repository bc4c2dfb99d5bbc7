"""New jobs as what was changed in their definitions wants them: suspended, or of another priority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.database.database import Database
from app.database.statements import Statement, one_of
from app.models import JobDefinitionChange

Row = dict[str, Any]
_CHANGES = Statement(
    JobDefinitionChange.select(
        JobDefinitionChange.id, JobDefinitionChange.suspended, JobDefinitionChange.priority
    ).where(one_of(JobDefinitionChange.id, "ids"))
)


def as_changed(database: Database, jobs: Sequence[Row]) -> Sequence[Row]:
    """Return the rows of new jobs as what was changed in their definitions wants them."""
    made = [f"{job['activity_id']}:{job['kind']}:{job['definition_id']}" for job in jobs]
    changes = {id: values for id, *values in _CHANGES.all(database, ids=list(set(made)))}
    if not changes:
        return jobs
    return [_changed(job, *changes.get(id, (None, None))) for id, job in zip(made, jobs, strict=True)]


def _changed(job: Row, suspended: bool | None, priority: int | None) -> Row:
    return {
        **job,
        "suspended": job["suspended"] or bool(suspended),
        "priority": job["priority"] if priority is None else priority,
    }
