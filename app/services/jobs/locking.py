"""Lock a job for a change: the tree that it belongs to first, then the job itself."""

from __future__ import annotations

from app.bpmn.states import IncidentKind
from app.database.database import Database
from app.engine.process_engine import ProcessEngine
from app.errors import NotFound
from app.models import Job
from app.queries.job_definitions import job_definition_id
from app.records.incidents import Subject

FAILED_JOB = IncidentKind.FAILED_JOB


class JobGone(NotFound):
    """The job has run or was removed, or another process has claimed it."""

    kind = "job"


def locked_job(engine: ProcessEngine, id: str) -> Job:
    """Within a transaction: lock the tree of a job, then the job, and return it as it is then. Raises JobGone."""
    root_id = Job.select(Job.root_id).where(Job.id == id).scalar()
    if root_id is not None:
        engine.lock(root_id)
    found: Job | None = engine.database.for_update(Job.select().where(Job.id == id)).first()
    if found is None:
        raise JobGone(id)
    return found


def subject_of(database: Database, job: Job) -> Subject:
    """Return what an incident of a job is about."""
    return Subject(
        configuration=job.id,
        activity_id=job.activity_id,
        execution_id=job.execution_id,
        process_instance_id=job.process_instance_id,
        root_id=job.root_id,
        definition_id=job.definition_id,
        definition_key=job.definition_key,
        tenant_id=job.tenant_id,
        failed_activity_id=job.activity_id,
        job_definition_id=job_definition_id(database, job),
    )
