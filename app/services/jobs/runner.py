"""The one thread of a process that runs due jobs, and forgets what is over."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

import peewee

from app import clock, signals
from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import ErrandError
from app.models import Job
from app.services.history.retention import Retention
from app.services.jobs.execution import JobExecution

logger = logging.getLogger(__name__)

CLAIM_MS = 300_000
"""How long a claim keeps other processes away: longer than any job takes; a second run waits for its lock anyway."""
AT_ONCE = 10
LONGEST_SLEEP_MS = 5_000
"""When to look for jobs that a process left behind which does not run any more."""
RETENTION_EVERY_MS = 60_000
RETENTION_PAUSE = 9
"""After each piece of the clean-up so many times its duration passes: each process takes a tenth of the writer at most,
and no timer waits for all of it."""
STOP_TIMEOUT_S = 10.0

_HAS_RETRIES = peewee.SQL("retries > 0")
"""A literal, as the partial index has it; a bound one would keep prepared statements from using that."""
_WAITS = (Job.suspended == False) & (Job.locked_until.is_null() | (Job.locked_until <= P("now")))  # noqa: E712


def _claim_of(due: Any) -> Statement:
    """Claim due jobs: the row that two processes want goes to one of them, and neither waits."""
    jobs = Job.select(Job.id).where(_HAS_RETRIES, due, _WAITS).order_by(Job.due_at).limit(AT_ONCE)
    return Statement(
        lambda database: Job.update(locked_until=P("until")).where(database.claim(Job.id, jobs)).returning(Job.id)
    )


# Two statements, since an index in the order of `due_at` finds either the jobs without one or those that are over.
_CLAIMS = (_claim_of(Job.due_at.is_null()), _claim_of(Job.due_at <= P("now")))

_NEXT = Statement(
    Job.select(Job.due_at).where(_HAS_RETRIES, Job.due_at > P("now"), _WAITS).order_by(Job.due_at).limit(1)
)


class JobRunner:
    """Runs due jobs, each in a transaction of its own. It starts only when told to, after a fork, once a process."""

    def __init__(self, database: Database, execution: JobExecution, retention: Retention, *, enabled: bool) -> None:
        """A runner that is not `enabled` runs nothing by itself."""
        self.database = database
        self.execution = execution
        self.retention = retention
        self.enabled = enabled
        self._wake = threading.Event()
        self._guard = threading.Lock()
        self._stopping = False
        self._pid: int | None = None
        self._thread: threading.Thread | None = None
        self._retention_at = 0
        signals.jobs_due.connect(self._hear, sender=database)

    def start(self) -> None:
        """Start the thread of this process, unless it runs or the settings say that timers are off."""
        with self._guard:
            if not self.enabled or self._stopping or self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._wake = threading.Event()
            self._thread = threading.Thread(target=self._loop, name="errand-jobs", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let the thread finish its job and end."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None and self._pid == os.getpid():
            self._thread.join(STOP_TIMEOUT_S)

    def wake(self) -> None:
        """Look for due jobs now: one was made, or changed."""
        self._wake.set()

    def _hear(self, sender: Database) -> None:
        self.wake()

    def run_due(self) -> int:
        """Run the jobs that are due, those that they make due included, and return how many ran or failed."""
        count = 0
        while ran := self._run_some():
            count += ran
        return count

    def _run_some(self) -> int:
        claimed = [job for claim in _CLAIMS for job in self._claim(claim)]
        for id, until in claimed:
            self._run(id, until)
        return len(claimed)

    def _claim(self, claim: Statement) -> list[tuple[str, int]]:
        """Return ids of jobs that nobody else runs until the instant beside them."""
        database = self.database
        now = clock.now_ms()
        until = now + CLAIM_MS
        rows = database.write(lambda: claim.all(database, now=now, until=until))
        return sorted((row[0], until) for row in rows)

    def _run(self, id: str, claim: int) -> None:
        try:
            self.execution.run(id, claim)
        except ErrandError as error:
            logger.warning("job %s did not run: %s", id, error)

    def _loop(self) -> None:
        """Run what is due, then sleep until the next job is due or somebody wakes the thread.

        Jobs that make each other due without end keep it neither from forgetting what is over nor from stopping.
        """
        while not self._stopping:
            self._wake.clear()
            try:
                ran = self._run_some()
                self._retain()
                sleep_ms = 0 if ran else min(self._ms_until_next(), max(self._retention_at - clock.now_ms(), 0))
            except Exception:
                logger.exception("the job runner goes on after an unexpected failure")
                sleep_ms = LONGEST_SLEEP_MS
            self._wake.wait(sleep_ms / 1000)

    def _retain(self) -> None:
        if clock.now_ms() < self._retention_at:
            return
        self._retention_at = clock.now_ms() + RETENTION_EVERY_MS  # also when the clean-up fails
        began = time.monotonic()
        if self.retention.clean_up_some():
            pause_ms = RETENTION_PAUSE * 1000 * (time.monotonic() - began)
            self._retention_at = clock.now_ms() + int(pause_ms) + 1

    def _ms_until_next(self) -> int:
        database = self.database
        now = clock.now_ms()
        rows = database.read(lambda: _NEXT.one(database, now=now))
        due_at = rows[0] if rows else None
        return LONGEST_SLEEP_MS if due_at is None else min(max(due_at - now, 10), LONGEST_SLEEP_MS)
