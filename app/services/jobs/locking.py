"""Lock jobs for a change: the trees that they belong to first, then the jobs themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.bpmn.states import IncidentKind
from app.database.chunks import chunks
from app.database.database import Database
from app.engine.process_engine import ProcessEngine
from app.errors import NotFound
from app.models import Job
from app.models.process_instance import lock_trees
from app.queries.conditions import Criteria
from app.queries.job_definitions import job_definition_id
from app.queries.jobs import JOBS
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


def locked_jobs(database: Database, criteria: Criteria) -> list[Job]:
    """Within a transaction: lock the jobs that meet criteria of `JOBS` and return them as they are then.

    The trees that they belong to are locked first. What has run meanwhile, or does not meet them any more, is left out.
    """
    return [job for jobs in _locked(database, criteria) for job in jobs]


def change_jobs(database: Database, criteria: Criteria, **values: Any) -> None:
    """Within a transaction: set columns of the jobs that meet criteria of `JOBS`, each locked as by `locked_jobs`."""
    for jobs in _locked(database, criteria, Job.id):
        Job.update(**values).where(Job.id.in_([job.id for job in jobs])).execute()


def _locked(database: Database, criteria: Criteria, *columns: Any) -> Iterator[list[Job]]:
    found: Any = JOBS.select(criteria, Job.id, Job.root_id).tuples()
    roots = dict(list(found))
    lock_trees(database, (root_id for root_id in roots.values() if root_id is not None))
    for ids in chunks(sorted(roots)):
        query = JOBS.select(criteria, *columns).where(Job.id.in_(ids)).order_by(Job.id)
        yield list(database.for_update(query))


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
