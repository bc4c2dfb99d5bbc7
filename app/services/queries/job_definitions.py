"""What makes jobs: the timers and asynchronous continuations of a model. They are read from the graph, not stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.bpmn.graph import Process
from app.models.batch import Batch
from app.models.database import Database
from app.models.job import Job
from app.models.process_definition import ProcessDefinition

BATCH_COLUMNS: Mapping[str, Any] = {
    "batch-seed": Batch.seed_job_definition_id,
    "batch": Batch.batch_job_definition_id,
    "batch-monitor": Batch.monitor_job_definition_id,
}


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """One reason for jobs: `kind` as in `Job`, at one activity of one definition."""

    activity_id: str
    kind: str
    configuration: str
    definition: ProcessDefinition

    @property
    def id(self) -> str:
        """Return `activity:kind:definition`: no part before the last holds a colon."""
        return f"{self.activity_id}:{self.kind}:{self.definition.id}"


def job_definition_id(database: Database, job: Job) -> str | None:
    """Return the id of what made a job."""
    if job.batch_id is None:
        return f"{job.activity_id}:{job.kind}:{job.definition_id}"
    column = BATCH_COLUMNS.get(job.kind)
    if column is None:
        return None
    query: Any = Batch.select(column).where(Batch.id == job.batch_id).tuples()
    found = database.read(lambda: list(query))
    return found[0][0] if found else None


def made_by(id: str) -> Any:
    """Return the condition that a job was made by the job definition of that id."""
    if id.count(":") >= 2:
        activity_id, kind, definition_id = id.split(":", 2)
        return (Job.activity_id == activity_id) & (Job.kind == kind) & (Job.definition_id == definition_id)
    condition = Job.id.is_null()
    for kind, column in BATCH_COLUMNS.items():
        condition |= (Job.kind == kind) & Job.batch_id.in_(Batch.select(Batch.id).where(column == id))
    return condition


def job_definitions_of(definition: ProcessDefinition, process: Process) -> Iterator[JobDefinition]:
    """Yield what makes jobs in a model, in the order of its elements."""
    for node in process.nodes.values():
        if node.async_before:
            yield JobDefinition(node.id, "async-before", "async-before", definition)
        if node.async_after:
            yield JobDefinition(node.id, "async-after", "async-after", definition)
        if node.event.timer is not None:
            kind = "timer-start" if node.id in process.timer_starts else "timer"
            timer = node.event.timer
            words = {"timeDate": "DATE", "timeDuration": "DURATION", "timeCycle": "CYCLE"}
            yield JobDefinition(node.id, kind, f"{words[timer.kind]}: {timer.expression.text}", definition)
