"""Jobs: run one now, and what becomes of one that failed."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from app import clock
from app.bpmn.commands import FireJob
from app.bpmn.expressions import ExpressionScope, mapping_scope
from app.bpmn.timers import RetryPlan, first_due, next_due, retry_delays
from app.bpmn.values import Variables, to_python
from app.database.decorators import transaction
from app.errors import EngineFailed, ErrandError, InvalidInput, NotFound, Suspended
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Job, ProcessInstance
from app.queries.jobs import TIMERS
from app.queries.variables import scopes_of, visible_from
from app.records.incidents import Subject, close_incidents, open_incident
from app.services.jobs.planned_suspensions import VERBS
from app.services.process_instances.service import Start

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

logger = logging.getLogger(__name__)

FAILED_JOB = "failedJob"
MAX_MESSAGE = 4000
MAX_DETAILS = 20_000
BATCH_KINDS = frozenset({"batch-seed", "batch", "batch-monitor"})


class JobGone(NotFound):
    """The job has run or was removed, or another process has claimed it."""

    kind = "job"


class Jobs:
    """Run timers, continuations, starts by timer and pieces of batches.

    Every verb raises Forbidden and, for a job that is not there, NotFound.
    """

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

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

    @transaction
    def set_retries(self, identity: Identity, id: str, retries: int) -> None:
        """Set how often a job may still be tried; at 0 an incident is opened, from 0 upwards it is resolved."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        if retries < 0:
            raise InvalidInput("The number of retries must not be negative.", field="retries", rule="not_negative")
        job = self._locked(id)
        Job.update(retries=retries, locked_until=None).where(Job.id == id).execute()
        if retries == 0 and job.retries > 0:
            open_incident(self.database, FAILED_JOB, _subject(job), job.exception_message)
        elif retries > 0 and job.retries == 0:
            close_incidents(self.database, [id], "resolved")
        self.database.after_commit(self.engine.job_runner.wake)

    @transaction
    def set_due_date(self, identity: Identity, id: str, due_at: int | None) -> None:
        """Set when a job is due; None means now."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._locked(id)
        Job.update(due_at=due_at, locked_until=None).where(Job.id == id).execute()
        self.database.after_commit(self.engine.job_runner.wake)

    @transaction
    def recalculate(self, identity: Identity, id: str, *, from_creation: bool = True) -> None:
        """Set when a timer is due as its model says now, counted from its creation or from now.

        Raises Forbidden, NotFound, InvalidInput for a job that is no timer, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        job = self._locked(id)
        if job.kind not in TIMERS:
            text = f"Only timer jobs can be recalculated, but the job with id '{id}' is of type '{job.kind}'."
            raise InvalidInput(text, field="id", rule="choice")
        timer = self.engine.definitions.get(job.definition_id).nodes[str(job.activity_id)].event.timer
        assert timer is not None
        base = job.created_at if from_creation else clock.now_ms()
        due = first_due(timer.kind, timer.expression.evaluate(self._scope_of(job, base)), base)
        Job.update(due_at=due.due_at, repeat=due.repeat, locked_until=None).where(Job.id == id).execute()
        self.database.after_commit(self.engine.job_runner.wake)

    def _scope_of(self, job: Job, now: int) -> ExpressionScope:
        """Return the variables that the expression of a timer sees: none where it starts instances."""
        variables: Variables = {}
        if job.process_instance_id is not None:
            execution_id = job.execution_id
            known = execution_id is not None and scopes_of(self.database, execution_id)
            variables = visible_from(self.database, execution_id if known else job.process_instance_id)
        return mapping_scope({name: to_python(variable) for name, variable in variables.items()}, now)

    @transaction
    def set_priority(self, identity: Identity, id: str, priority: int) -> None:
        """Set which of the due jobs runs first."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._locked(id)
        Job.update(priority=priority).where(Job.id == id).execute()

    @transaction
    def suspend(self, identity: Identity, id: str, suspended: bool) -> None:
        """Keep a job from running by itself, or let it again."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._locked(id)
        Job.update(suspended=suspended).where(Job.id == id).execute()
        self.database.after_commit(self.engine.job_runner.wake)

    @transaction
    def delete(self, identity: Identity, id: str) -> None:
        """Delete a job of no process instance; one of an instance ends with what waits for it. Raises InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        job = self._locked(id)
        if job.root_id is not None:
            raise InvalidInput(
                f"Job '{id}' belongs to a process instance that waits for it.", field="id", rule="choice"
            )
        Job.delete().where(Job.id == id).execute()
        close_incidents(self.database, [id], "deleted")

    def _locked(self, id: str) -> Job:
        """Lock the tree of a job, then the job itself, and return it as it is then. Raises NotFound."""
        root_id = Job.select(Job.root_id).where(Job.id == id).scalar()
        if root_id is not None:
            self.engine.lock(root_id)
        found: Job | None = self.database.for_update(Job.select().where(Job.id == id)).first()
        if found is None:
            raise JobGone(id)
        return found

    def _run(self, id: str, claim: int | None) -> None:
        job = self._locked(id)
        if claim is not None and job.locked_until != claim:
            raise JobGone(id, message=f"Job '{id}' was claimed by another process meanwhile.")
        if job.kind in BATCH_KINDS:
            self.engine.batches.run_job(job)
        elif job.kind in VERBS:
            self.engine.later.run_job(job)
        elif job.kind == "timer-start":
            self._start_by_timer(job)
        else:
            self._fire(job)

    def _fire(self, job: Job) -> None:
        state = ProcessInstance.select(ProcessInstance.state).where(ProcessInstance.id == job.process_instance_id)
        if state.scalar() == "SUSPENDED":
            raise Suspended("process instance", job.process_instance_id)
        self.engine.apply(job.root_id, FireJob(job.id))

    def _start_by_timer(self, job: Job) -> None:
        """Start an instance and plan the next time, if the timer repeats."""
        definition = self.engine.definitions.now(job.definition_id)
        self.engine.instances.begin(definition, Start(activity_id=job.activity_id))
        due = next_due(job.repeat, clock.now_ms(), job.due_at) if job.repeat else None
        if due is None:
            Job.delete().where(Job.id == job.id).execute()
        else:
            again = {"due_at": due.due_at, "repeat": due.repeat, "locked_until": None, "retries": 3, "attempts": 0}
            cleared = {"exception_message": None, "exception_details": None}
            Job.update(again | cleared).where(Job.id == job.id).execute()
            self.database.after_commit(self.engine.job_runner.wake)
        if job.exception_message is not None:
            close_incidents(self.database, [job.id], "resolved")

    def _record_failure(self, id: str, error: Exception) -> None:
        """Take one retry away and wait as the job's cycle says; at 0 open an incident."""
        try:
            job = self._locked(id)
        except JobGone:
            return
        plan = _plan(job)
        first = job.attempts == 0 and job.exception_message is None
        retries = max((plan.attempts if first and job.retry_cycle else job.retries) - 1, 0)
        now = clock.now_ms()
        message = (str(error) or type(error).__name__)[:MAX_MESSAGE]
        Job.update(
            retries=retries,
            attempts=job.attempts + 1,
            locked_until=plan.retry_at(min(job.attempts + 1, plan.attempts - 1), now) if retries else None,
            exception_message=message,
            exception_details="".join(traceback.format_exception_only(error))[:MAX_DETAILS],
        ).where(Job.id == id).execute()
        if retries == 0 and job.retries > 0:
            open_incident(self.database, FAILED_JOB, _subject(job), message)


def _plan(job: Job) -> RetryPlan:
    """Return the retries that the model asks for; a text that is no cycle must not keep a failure from the record."""
    try:
        return retry_delays(job.retry_cycle)
    except EngineFailed:
        return RetryPlan()


def _subject(job: Job) -> Subject:
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
    )
