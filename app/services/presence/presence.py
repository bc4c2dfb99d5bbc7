"""Tell the other processes who polls here, which workers were seen and what became of tasks; know what all told."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
import peewee

from app import clock, signals
from app.database.database import Database
from app.database.statements import P, Statement, insert
from app.errors import ErrandError, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import ParkedPolls, ServerProcess, WorkCount, Worker
from app.queries.presence import ALIVE_MS, told_polls
from app.services.presence.book import Counts, PresenceBook, Sighting

logger = logging.getLogger(__name__)

TELL_EVERY_S = 2.0
TIDY_EVERY = 30
"""In tellings: forget what nobody asks for any more."""
PROCESS_MS = 60 * 60 * 1000
COUNTS_MS = 25 * 60 * 60 * 1000
WORKERS_MS = 7 * 24 * 60 * 60 * 1000
"""For how long dead processes, counts and workers are remembered."""

_SEEN = " ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
_MOVED = "COALESCE(worker.address, '') <> COALESCE(excluded.address, '')"
_POLLED = (
    " ON CONFLICT (id) DO UPDATE SET topics = excluded.topics, seen_at = excluded.seen_at, address = excluded.address,"
    f" other_address = CASE WHEN {_MOVED} THEN worker.address ELSE worker.other_address END,"
    f" other_seen_at = CASE WHEN {_MOVED} THEN worker.seen_at ELSE worker.other_seen_at END"
)
_COLUMNS = ("completed", "failed", "erred", "expired")
_SUMS = ", ".join(f"{name} = work_count.{name} + excluded.{name}" for name in _COLUMNS)
_ADD = f" ON CONFLICT (id) DO UPDATE SET {_SUMS}"
_FORGET_POLLS = Statement(ParkedPolls.delete().where(ParkedPolls.process_id == P("process_id")))


class Presence:
    """What this process tells of itself, and what it knows of all."""

    def __init__(self, database: Database, parked: Callable[[], Counter[str]]) -> None:
        """`parked` tells how many polls of this process wait for each topic."""
        self.database = database
        self._parked = parked
        self._book = PresenceBook()
        self._told: Counter[str] = Counter()
        self._process: dict[str, Any] | None = None
        self._rounds = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        signals.tasks_logged.connect(self._logged, sender=database)

    def start(self) -> None:
        """Start to tell, once a process, after the fork."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Tell what has not been told, and that this process is gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._safely(self._leave)

    def polled(self, worker_id: str, topics: Iterable[str], address: str | None) -> None:
        """Remember that a worker has asked for tasks, from an address."""
        self._book.polled(worker_id, topics, address, clock.now_ms())

    def parked(self) -> Counter[str]:
        """Return how many polls of all living processes wait for each topic."""
        mine = None if self._process is None else str(self._process["id"])
        return self._parked() + told_polls(self.database, clock.now_ms(), but=mine)

    def forget_worker(self, identity: Identity, id: str) -> None:
        """Forget a worker; it is known again when it asks again. Raises Forbidden, NotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        if not self.database.write(Worker.delete().where(Worker.id == id).execute):
            raise NotFound(id, kind="worker")

    def tell(self) -> None:
        """Tell what is new, in one transaction. What could not be told is kept for the next time."""
        workers, counts = self._book.take()
        try:
            self.database.write(lambda: self._tell(workers, counts))
        except BaseException:
            self._book.put_back(workers, counts)
            raise

    def _tell(self, workers: Mapping[str, Sighting], counts: Counts) -> None:
        now, parked = clock.now_ms(), self._parked()
        process = self._living(now)
        insert(self.database, ServerProcess, [process], on_conflict=_SEEN)
        if parked != self._told:
            _FORGET_POLLS.send(self.database, process_id=process["id"])
            insert(self.database, ParkedPolls, _polls(process["id"], parked))
            self._told = parked
        insert(self.database, Worker, _workers(workers), on_conflict=_POLLED)
        insert(self.database, WorkCount, _counts(counts), on_conflict=_ADD)
        self._rounds += 1
        if self._rounds % TIDY_EVERY == 0:
            self._tidy(now)

    def _living(self, now: int) -> dict[str, Any]:
        if self._process is None:  # made after the fork
            self._process = {"id": new_id(), "host": socket.gethostname(), "pid": os.getpid(), "started_at": now}
        self._process["seen_at"] = now
        return self._process

    def _tidy(self, now: int) -> None:
        alive = ServerProcess.select(ServerProcess.id).where(ServerProcess.seen_at > now - ALIVE_MS)
        ParkedPolls.delete().where(ParkedPolls.process_id.not_in(alive)).execute()
        ServerProcess.delete().where(ServerProcess.seen_at <= now - PROCESS_MS).execute()
        WorkCount.delete().where(WorkCount.at <= now - COUNTS_MS).execute()
        Worker.delete().where(Worker.seen_at <= now - WORKERS_MS).execute()

    def _leave(self) -> None:
        self.tell()
        assert self._process is not None, "it has just told"
        id = self._process["id"]

        def work() -> None:
            ParkedPolls.delete().where(ParkedPolls.process_id == id).execute()
            ServerProcess.delete().where(ServerProcess.id == id).execute()

        self.database.write(work)

    def _logged(self, _: Database, rows: Sequence[Mapping[str, Any]]) -> None:
        self._book.logged(rows)

    def _run(self) -> None:
        while not self._stopping.wait(TELL_EVERY_S):
            self._safely(self.tell)

    def _safely(self, work: Callable[[], None]) -> None:
        """Nobody waits for this: a database that is away hears of it later."""
        try:
            work()
        except (peewee.PeeweeException, ErrandError, OSError) as error:
            logger.debug("what this process knows could not be told: %s", error)


def _polls(process_id: str, parked: Counter[str]) -> list[dict[str, Any]]:
    return [
        {"id": f"{process_id}:{topic}", "process_id": process_id, "topic": topic, "polls": polls}
        for topic, polls in parked.items()
    ]


def _workers(workers: Mapping[str, Sighting]) -> list[dict[str, Any]]:
    return [
        {
            "id": id,
            "topics": orjson.dumps(seen.topics).decode(),
            "address": seen.address,
            "first_seen_at": seen.seen_at,
            "seen_at": seen.seen_at,
        }
        for id, seen in sorted(workers.items())  # in one order, so that two processes do not wait for each other
    ]


def _counts(counts: Counts) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for (subject, name, at, column), count in counts.items():
        id = f"{subject}:{at}:{name}"
        row = rows.setdefault(id, {"id": id, "subject": subject, "name": name, "at": at})
        row[column] = count
    return [rows[id] for id in sorted(rows)]
