"""Run jobs, whatever they stand for, and record what becomes of one that failed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping

from app import clock
from app.bpmn.commands import FireJob
from app.bpmn.states import IncidentState, JobKind, ProcessInstanceState
from app.bpmn.timers import RetryPlan, next_due, retry_delays
from app.engine.process_engine import ProcessEngine
from app.engine.starting import Start
from app.errors import EngineFailed, ErrandError, Suspended
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Job, ProcessInstance
from app.records.announcements import announce_jobs
from app.records.incidents import close_incidents, open_incident
from app.services.jobs.locking import FAILED_JOB, JobGone, locked_job, subject_of
from app.storable import storable

logger = logging.getLogger(__name__)

MAX_MESSAGE = 4000
MAX_DETAILS = 20_000

RunJob = Callable[[Job], object]


class JobExecution:
    """Run jobs, each in a transaction of its own."""

    def __init__(self, engine: ProcessEngine, kinds: Mapping[str, RunJob]) -> None:
        """`kinds` says what runs the jobs that belong to no process instance, by their kind."""
        self.engine = engine
        self.database = engine.database
        self._kinds: Mapping[str, RunJob] = {**kinds, JobKind.TIMER_START: self._start_by_timer}

    def execute(self, identity: Identity, id: str) -> None:
        """Run a job now, due or not. If it fails it has one retry less. Raises Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self.run(id)

    def run(self, id: str, claim: int | None = None) -> None:
        """Run a job in a transaction of its own; record its failure in another one.

        With `claim` (the value of `locked_until` that a runner has written) it runs only while that claim holds. Raises
        NotFound, Suspended, EngineFailed.
        """
        try:
            self.database.write(lambda: self._run(id, claim))
        except (JobGone, Suspended):
            raise
        except Exception as failure:
            error = failure
            self.database.write(lambda: self._record_failure(id, error))
            if isinstance(error, ErrandError):
                raise
            logger.exception("job %s failed unexpectedly", id)
            raise EngineFailed(f"Job '{id}' failed: {type(error).__name__}") from error

    def _run(self, id: str, claim: int | None) -> None:
        job = locked_job(self.engine, id)
        if claim is not None and job.locked_until != claim:
            raise JobGone(id, message=f"Job '{id}' was claimed by another process meanwhile.")
        self._kinds.get(job.kind, self._fire)(job)

    def _fire(self, job: Job) -> None:
        state = ProcessInstance.select(ProcessInstance.state).where(ProcessInstance.id == job.process_instance_id)
        if state.scalar() == ProcessInstanceState.SUSPENDED:
            raise Suspended("process instance", job.process_instance_id)
        self.engine.apply(job.root_id, FireJob(job.id))

    def _start_by_timer(self, job: Job) -> None:
        """Start an instance and plan the next time, if the timer repeats."""
        definition = self.engine.definitions.now(job.definition_id)
        self.engine.begin(definition, Start(activity_id=job.activity_id))
        due = next_due(job.repeat, clock.now_ms(), job.due_at) if job.repeat else None
        if due is None:
            Job.delete().where(Job.id == job.id).execute()
        else:
            again = {"due_at": due.due_at, "repeat": due.repeat, "locked_until": None, "retries": 3, "attempts": 0}
            cleared = {"exception_message": None, "exception_details": None}
            Job.update(again | cleared).where(Job.id == job.id).execute()
            announce_jobs(self.database)
        if job.exception_message is not None:
            close_incidents(self.database, [job.id], IncidentState.RESOLVED)

    def _record_failure(self, id: str, error: Exception) -> None:
        """Take one retry away and wait as the job's cycle says; at 0 open an incident."""
        try:
            job = locked_job(self.engine, id)
        except JobGone:
            return
        plan = _plan(job)
        first = job.attempts == 0 and job.exception_message is None
        retries = max((plan.attempts if first and job.retry_cycle else job.retries) - 1, 0)
        now = clock.now_ms()
        message = storable(str(error) or type(error).__name__)[:MAX_MESSAGE]
        Job.update(
            retries=retries,
            attempts=job.attempts + 1,
            locked_until=plan.retry_at(min(job.attempts + 1, plan.attempts - 1), now) if retries else None,
            exception_message=message,
            exception_details=storable("".join(traceback.format_exception_only(error)))[:MAX_DETAILS],
        ).where(Job.id == id).execute()
        if retries == 0 and job.retries > 0:
            open_incident(self.database, FAILED_JOB, subject_of(self.database, job), message)


def _plan(job: Job) -> RetryPlan:
    """Return the retries that the model asks for; a text that is no cycle must not keep a failure from the record."""
    try:
        return retry_delays(job.retry_cycle)
    except EngineFailed:
        return RetryPlan()
