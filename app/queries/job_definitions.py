"""What makes jobs: the timers and asynchronous continuations of a model. They are read from the graph, not stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.bpmn.graph import Process
from app.bpmn.states import JobKind
from app.database.database import Database
from app.models.batch import Batch
from app.models.job import Job
from app.models.job_definition_change import JobDefinitionChange
from app.models.process_definition import ProcessDefinition

BATCH_COLUMNS: Mapping[str, Any] = {
    JobKind.BATCH_SEED: Batch.seed_job_definition_id,
    JobKind.BATCH: Batch.batch_job_definition_id,
    JobKind.BATCH_MONITOR: Batch.monitor_job_definition_id,
}


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """One reason for jobs: `kind` as in `Job`, at one activity of one definition; `at` is that activity's type."""

    activity_id: str
    kind: str
    configuration: str
    definition: ProcessDefinition
    at: str = ""
    suspended: bool = False
    priority: int | None = None

    @property
    def id(self) -> str:
        """Return `activity:kind:definition`: no part before the last holds a colon."""
        return f"{self.activity_id}:{self.kind}:{self.definition.id}"


def job_definition_id(database: Database, job: Job) -> str | None:
    """Return the id of what made a job, None for a job that was planned by itself."""
    if job.batch_id is None and job.activity_id is None:
        return None
    if job.batch_id is None:
        return f"{job.activity_id}:{job.kind}:{job.definition_id}"
    column = BATCH_COLUMNS.get(job.kind)
    if column is None:
        return None
    query: Any = Batch.select(column).where(Batch.id == job.batch_id).tuples()
    found = database.read(lambda: list(query))
    return found[0][0] if found else None


def definition_of(id: str) -> str | None:
    """Return the process definition of a job definition, None for those of batches."""
    return id.split(":", 2)[2] if id.count(":") >= 2 else None


def made_by(id: str) -> Any:
    """Return the condition that a job was made by the job definition of that id."""
    if id.count(":") >= 2:
        activity_id, kind, definition_id = id.split(":", 2)
        return (Job.activity_id == activity_id) & (Job.kind == kind) & (Job.definition_id == definition_id)
    condition = Job.id.is_null()
    for kind, column in BATCH_COLUMNS.items():
        condition |= (Job.kind == kind) & Job.batch_id.in_(Batch.select(Batch.id).where(column == id))
    return condition


def changed_in(database: Database, definition_ids: list[str]) -> dict[str, JobDefinitionChange]:
    """Return what was changed in the job definitions of these process definitions, by job definition."""
    mine = JobDefinitionChange.definition_id.in_(definition_ids)
    query = JobDefinitionChange.select().where(mine).bind(database)
    return database.read(lambda: {row.id: row for row in query})


def job_definitions_of(
    definition: ProcessDefinition, process: Process, changes: Mapping[str, JobDefinitionChange]
) -> Iterator[JobDefinition]:
    """Yield what makes jobs in a model, in the order of its elements."""
    for each in _made_in(definition, process):
        change = changes.get(each.id)
        suspended = definition.suspended if change is None or change.suspended is None else change.suspended
        yield replace(each, suspended=suspended, priority=None if change is None else change.priority)


def _made_in(definition: ProcessDefinition, process: Process) -> Iterator[JobDefinition]:
    for node in process.nodes.values():
        if node.async_before:
            yield JobDefinition(node.id, JobKind.ASYNC_BEFORE, JobKind.ASYNC_BEFORE, definition)
        if node.async_after:
            yield JobDefinition(node.id, JobKind.ASYNC_AFTER, JobKind.ASYNC_AFTER, definition)
        if node.event.timer is not None:
            kind = JobKind.TIMER_START if node.id in process.timer_starts else JobKind.TIMER
            timer = node.event.timer
            words = {"timeDate": "DATE", "timeDuration": "DURATION", "timeCycle": "CYCLE"}
            yield JobDefinition(node.id, kind, f"{words[timer.kind]}: {timer.expression.text}", definition, node.type)
