"""Batches: work on many things, cut into jobs that the job runner takes up, or `JobExecution.execute`.

A seed job makes the jobs of a batch, a hundred at a time; when all are made, a monitor job ends the batch as soon as
none is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from app import clock
from app.bpmn.states import IncidentState, JobKind
from app.database.database import Database
from app.database.decorators import transaction
from app.database.statements import insert
from app.engine.store_statements import MS_PER_DAY
from app.errors import InvalidInput, NotFound
from app.identity import ALL_CLAIMS, MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Batch, Job
from app.queries.selection import Chosen, ids_of
from app.records.announcements import announce_jobs
from app.records.incidents import close_incidents

MAX_ITEMS = 1_000_000
MAX_PER_JOB = 1000
MONITOR_EVERY_MS = 30_000

Work = Callable[[Identity, Mapping[str, Any], Sequence[str]], object]
"""What a batch does: called within a transaction with whoever made it, its arguments and the items of one job."""


class Batches:
    """Make batches and look after them. Every verb raises Forbidden and, for a batch that does not run, NotFound."""

    def __init__(self, database: Database, history_days: int, work: Mapping[str, Work]) -> None:
        """`work` says what a batch of each kind does with the items of one job."""
        self.database = database
        self.history_days = history_days
        self.work = work
        self.kinds: Mapping[str, Callable[[Job], None]] = dict.fromkeys(
            (JobKind.BATCH_SEED, JobKind.BATCH, JobKind.BATCH_MONITOR), self.run_job
        )

    @transaction
    def create(
        self,
        identity: Identity,
        kind: str,
        arguments: Mapping[str, Any],
        items: Chosen,
        *,
        items_per_job: int = 1,
        tenant_id: str | None = None,
    ) -> Batch:
        """Plan the work `kind` (see `batch_work`) on all items that there are now and return the batch.

        `arguments` are what the work needs besides, in JSON's types. Raises InvalidInput for an unknown kind, no
        items, or too many, and what `items` raises.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        if kind not in self.work:
            raise InvalidInput(f"There is no batch of the type '{kind}'.", field="kind", rule="choice", value=kind)
        ids = ids_of(items, self.database)
        _check(ids, items_per_job)
        body = {"items": ids, "arguments": dict(arguments)}
        batch = Batch.create(
            id=new_id(),
            kind=kind,
            total_jobs=-(-len(ids) // items_per_job),
            invocations_per_job=items_per_job,
            seed_job_definition_id=new_id(),
            monitor_job_definition_id=new_id(),
            batch_job_definition_id=new_id(),
            arguments=orjson.dumps(body).decode(),
            create_user_id=identity.user_id,
            started_at=clock.now_ms(),
            tenant_id=tenant_id,
        )
        self._add_jobs(batch, JobKind.BATCH_SEED, [None])
        return batch

    @transaction
    def delete(self, identity: Identity, id: str, cascade: bool = False) -> None:
        """Stop a batch and drop its jobs; with `cascade` the history forgets it too."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        batch = self._running(id)
        jobs = [row.id for row in Job.select(Job.id).where(Job.batch_id == id)]
        close_incidents(self.database, jobs, IncidentState.DELETED)
        Job.delete().where(Job.batch_id == id).execute()
        if cascade:
            Batch.delete().where(Batch.id == id).execute()
        else:
            self._end(batch)

    @transaction
    def suspend(self, identity: Identity, id: str, suspended: bool) -> None:
        """Stop a batch for a while, or let it go on."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._running(id)
        Batch.update(suspended=suspended).where(Batch.id == id).execute()
        Job.update(suspended=suspended).where(Job.batch_id == id).execute()
        announce_jobs(self.database)

    def run_job(self, job: Job) -> None:
        """Within a transaction: run one of a batch's jobs. Raises what its work raises."""
        batch = self.database.for_update(Batch.select().where(Batch.id == job.batch_id)).first()
        if batch is None:
            raise NotFound(job.batch_id, kind="batch")
        steps: Mapping[str, Callable[[Batch, Job], None]] = {
            JobKind.BATCH_SEED: self._seed,
            JobKind.BATCH: self._work,
            JobKind.BATCH_MONITOR: self._monitor,
        }
        steps[job.kind](batch, job)
        if job.exception_message is not None:
            close_incidents(self.database, [job.id], IncidentState.RESOLVED)

    def _seed(self, batch: Batch, seed: Job) -> None:
        """Make the next jobs; the last time, hand over to the monitor."""
        items = orjson.loads(batch.arguments)["items"]
        size, first = batch.invocations_per_job, batch.jobs_created
        last = min(first + batch.jobs_per_seed, batch.total_jobs)
        chunks = [items[number * size : (number + 1) * size] for number in range(first, last)]
        self._add_jobs(batch, JobKind.BATCH, chunks)
        started = batch.execution_started_at or clock.now_ms()
        Batch.update(jobs_created=last, execution_started_at=started).where(Batch.id == batch.id).execute()
        if last >= batch.total_jobs:
            self._remove(seed)
            self._add_jobs(batch, JobKind.BATCH_MONITOR, [None])
        else:
            self._again(seed, None)

    def _work(self, batch: Batch, job: Job) -> None:
        arguments = orjson.loads(batch.arguments)["arguments"]
        self.work[batch.kind](_worker(batch), arguments, orjson.loads(job.arguments))
        self._remove(job)

    def _monitor(self, batch: Batch, monitor: Job) -> None:
        """End the batch when no job is left; look again later otherwise."""
        if Job.select().where(Job.batch_id == batch.id, Job.kind == JobKind.BATCH).exists():
            self._again(monitor, clock.now_ms() + MONITOR_EVERY_MS)
            return
        self._remove(monitor)
        self._end(batch)

    def _end(self, batch: Batch) -> None:
        now, days = clock.now_ms(), self.history_days
        removal_at = now + days * MS_PER_DAY if days else None
        Batch.update(ended_at=now, removal_at=removal_at).where(Batch.id == batch.id).execute()

    def _remove(self, job: Job) -> None:
        Job.delete().where(Job.id == job.id).execute()

    def _again(self, job: Job, due_at: int | None) -> None:
        Job.update(due_at=due_at, locked_until=None).where(Job.id == job.id).execute()
        announce_jobs(self.database)

    def _add_jobs(self, batch: Batch, kind: str, chunks: Sequence[list[str] | None]) -> None:
        jobs = [
            {
                "id": new_id(),
                "kind": kind,
                "suspended": batch.suspended,
                "arguments": None if chunk is None else orjson.dumps(chunk).decode(),
                "created_at": clock.now_ms(),
                "batch_id": batch.id,
                "tenant_id": batch.tenant_id,
            }
            for chunk in chunks
        ]
        insert(self.database, Job, jobs)
        announce_jobs(self.database)

    def _running(self, id: str) -> Batch:
        found: Batch | None = self.database.for_update(
            Batch.select().where(Batch.id == id, Batch.ended_at.is_null())
        ).first()
        if found is None:
            raise NotFound(id, kind="batch")
        return found


def _check(items: Sequence[str], items_per_job: int) -> None:
    if not items:
        raise InvalidInput("A batch needs something to work on.", field="items", rule="required")
    if len(items) > MAX_ITEMS:
        raise InvalidInput(f"A batch may work on {MAX_ITEMS} things.", field="items", rule="too_long", value=len(items))
    if not 1 <= items_per_job <= MAX_PER_JOB:
        raise InvalidInput(f"A job may work on 1 to {MAX_PER_JOB} things.", field="items_per_job", rule="choice")


def _worker(batch: Batch) -> Identity:
    """Return the identity of whoever made the batch, whose claims were checked then."""
    return Identity(batch.create_user_id or "batch", ALL_CLAIMS)
