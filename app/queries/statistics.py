"""Counts of what runs: instances, failed jobs and incidents, by definition or by activity."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import peewee

from app.bpmn.states import JobKind
from app.database.database import Database
from app.models.activity_instance import ActivityInstance
from app.models.batch import Batch
from app.models.incident import Incident
from app.models.job import Job
from app.models.process_instance import ProcessInstance
from app.queries.incidents import OPEN


@dataclass(slots=True)
class Statistics:
    """What runs of one definition or activity. `incidents` counts by kind."""

    instances: int = 0
    failed_jobs: int = 0
    incidents: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is, in jobs."""

    remaining: int
    completed: int
    failed: int


def by_definition(database: Database) -> dict[str, Statistics]:
    """Return what runs, by definition id."""
    running = ProcessInstance.ended_at.is_null()
    return database.read(
        lambda: _collect(
            _counted(ProcessInstance, ProcessInstance.definition_id, running),
            _counted(Job, Job.definition_id, Job.retries == 0),
            _counted_incidents(Incident.definition_id, OPEN),
        )
    )


def by_activity(database: Database, definition_id: str) -> dict[str, Statistics]:
    """Return what runs of one definition, by activity id."""
    is_open = ActivityInstance.ended_at.is_null() & (ActivityInstance.definition_id == definition_id)
    inner = is_open & (ActivityInstance.id != ActivityInstance.process_instance_id)
    waiting_before = (Job.kind == JobKind.ASYNC_BEFORE) & (Job.definition_id == definition_id)
    return database.read(
        lambda: _collect(
            [
                *_counted(ActivityInstance, ActivityInstance.activity_id, inner),
                *_counted(Job, Job.activity_id, waiting_before),
            ],
            _counted(Job, Job.activity_id, (Job.retries == 0) & (Job.definition_id == definition_id)),
            _counted_incidents(Incident.activity_id, OPEN & (Incident.definition_id == definition_id)),
        )
    )


def progress(database: Database, batches: list[Batch]) -> dict[str, BatchProgress]:
    """Return how far each of these batches is, by batch id."""
    ids = [batch.id for batch in batches]
    work = Job.batch_id.in_(ids) & (Job.kind == JobKind.BATCH)
    left = database.read(lambda: dict(_counted(Job, Job.batch_id, work)))
    failed = database.read(lambda: dict(_counted(Job, Job.batch_id, work & (Job.retries == 0))))
    return {
        batch.id: BatchProgress(
            remaining=batch.total_jobs - batch.jobs_created + left.get(batch.id, 0),
            completed=batch.jobs_created - left.get(batch.id, 0),
            failed=failed.get(batch.id, 0),
        )
        for batch in batches
    }


def _counted(model: Any, column: Any, condition: Any) -> list[tuple[str, int]]:
    query = model.select(column, peewee.fn.COUNT(peewee.SQL("1"))).where(condition & column.is_null(False))
    return list(query.group_by(column).tuples())


def _counted_incidents(column: Any, condition: Any) -> list[tuple[str, str, int]]:
    query: Any = Incident.select(column, Incident.kind, peewee.fn.COUNT(peewee.SQL("1")))
    return list(query.where(condition & column.is_null(False)).group_by(column, Incident.kind).tuples())


def _collect(
    instances: list[tuple[str, int]], failed_jobs: list[tuple[str, int]], incidents: list[tuple[str, str, int]]
) -> dict[str, Statistics]:
    found: defaultdict[str, Statistics] = defaultdict(Statistics)
    for owner, count in instances:
        found[owner].instances += count
    for owner, count in failed_jobs:
        found[owner].failed_jobs = count
    for owner, kind, count in incidents:
        found[owner].incidents[kind] = count
    return dict(found)
