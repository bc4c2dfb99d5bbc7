"""What an operator does with jobs. Each verb is one transaction."""

from __future__ import annotations

from app import clock
from app.bpmn.expressions import ExpressionScope, mapping_scope
from app.bpmn.states import IncidentState
from app.bpmn.timers import first_due
from app.bpmn.values import Variables, to_python
from app.database.decorators import transaction
from app.engine.process_engine import ProcessEngine
from app.errors import InvalidInput
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Job
from app.queries.conditions import Criteria
from app.queries.jobs import TIMERS
from app.queries.variables import scopes_of, visible_from
from app.records.announcements import announce_jobs
from app.records.incidents import close_incidents, open_incident
from app.services.jobs.locking import FAILED_JOB, change_jobs, locked_job, locked_jobs, subject_of


class Jobs:
    """Change jobs and delete them; `JobExecution` runs them.

    Every verb raises Forbidden and, for a job that is not there, NotFound.
    """

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def set_retries(self, identity: Identity, id: str, retries: int, due_at: int | None = None) -> None:
        """Set how often a job may still be tried, and from when on if that is to change.

        At 0 an incident is opened, from 0 upwards it is resolved.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        _check(retries)
        self._set_retries(locked_job(self.engine, id), retries, due_at)
        announce_jobs(self.database)

    @transaction
    def set_retries_where(
        self, identity: Identity, criteria: Criteria, retries: int, due_at: int | None = None
    ) -> None:
        """Do as `set_retries` does for all jobs that meet criteria of `JOBS`; what runs meanwhile needs none."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        _check(retries)
        for job in locked_jobs(self.database, criteria):
            self._set_retries(job, retries, due_at)
        announce_jobs(self.database)

    def _set_retries(self, job: Job, retries: int, due_at: int | None) -> None:
        due = {} if due_at is None else {"due_at": due_at}
        Job.update(retries=retries, locked_until=None, **due).where(Job.id == job.id).execute()
        if retries == 0 and job.retries > 0:
            open_incident(self.database, FAILED_JOB, subject_of(self.database, job), job.exception_message)
        elif retries > 0 and job.retries == 0:
            close_incidents(self.database, [job.id], IncidentState.RESOLVED)

    @transaction
    def set_due_date(self, identity: Identity, id: str, due_at: int | None) -> None:
        """Set when a job is due; None means now."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        locked_job(self.engine, id)
        Job.update(due_at=due_at, locked_until=None).where(Job.id == id).execute()
        announce_jobs(self.database)

    @transaction
    def recalculate(self, identity: Identity, id: str, *, from_creation: bool = True) -> None:
        """Set when a timer is due as its model says now, counted from its creation or from now.

        Raises Forbidden, NotFound, InvalidInput for a job that is no timer, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        job = locked_job(self.engine, id)
        if job.kind not in TIMERS:
            text = f"Only timer jobs can be recalculated, but the job with id '{id}' is of type '{job.kind}'."
            raise InvalidInput(text, field="id", rule="choice")
        timer = self.engine.definitions.get(job.definition_id).nodes[str(job.activity_id)].event.timer
        assert timer is not None
        base = job.created_at if from_creation else clock.now_ms()
        due = first_due(timer.kind, timer.expression.evaluate(self._scope_of(job, base)), base)
        Job.update(due_at=due.due_at, repeat=due.repeat, locked_until=None).where(Job.id == id).execute()
        announce_jobs(self.database)

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
        locked_job(self.engine, id)
        Job.update(priority=priority).where(Job.id == id).execute()

    @transaction
    def suspend(self, identity: Identity, id: str, suspended: bool) -> None:
        """Keep a job from running by itself, or let it again."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        locked_job(self.engine, id)
        Job.update(suspended=suspended).where(Job.id == id).execute()
        announce_jobs(self.database)

    @transaction
    def suspend_where(self, identity: Identity, criteria: Criteria, suspended: bool) -> None:
        """Keep the jobs that meet criteria of `JOBS` from running by themselves, or let them again: all of them, except
        what runs meanwhile."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        change_jobs(self.database, criteria, suspended=suspended)
        announce_jobs(self.database)

    @transaction
    def delete(self, identity: Identity, id: str) -> None:
        """Delete a job. What waits for it waits on, until somebody moves it: that is what whoever deletes it wants."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        locked_job(self.engine, id)
        Job.delete().where(Job.id == id).execute()
        close_incidents(self.database, [id], IncidentState.DELETED)


def _check(retries: int) -> None:
    if retries < 0:
        raise InvalidInput("The number of retries must not be negative.", field="retries", rule="not_negative")
