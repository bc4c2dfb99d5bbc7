"""What the processes have told: parked polls, workers, and what became of tasks a minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson
import peewee

from app.database.database import Database
from app.database.statements import P, Statement
from app.models import ExternalTask, ParkedPolls, ServerProcess, WorkCount, Worker
from app.models.external_task import WAITS_FOR_EXPIRY
from app.queries.conditions import equals, text
from app.queries.listing import Listing

ALIVE_MS = 15_000
"""A process that has told nothing for so long is dead, or cannot reach the database."""
TWO_PLACES_MS = 60_000
"""Seen at two addresses within so long: one id, two workers."""

_POLLS = Statement(
    ParkedPolls.select(ParkedPolls.topic, peewee.fn.SUM(ParkedPolls.polls).cast("BIGINT"))
    .join(ServerProcess, on=(ServerProcess.id == ParkedPolls.process_id))
    .where(ServerProcess.seen_at > P("since"), ServerProcess.id != P("but"))
    .group_by(ParkedPolls.topic)
)
_DONE = Statement(
    WorkCount.select(
        WorkCount.name,
        *(
            peewee.fn.SUM(getattr(WorkCount, name)).cast("BIGINT")
            for name in ("completed", "failed", "erred", "expired")
        ),
    )
    .where(WorkCount.subject == P("subject"), WorkCount.at >= P("since"))
    .group_by(WorkCount.name)
)
_HELD = Statement(
    ExternalTask.select(ExternalTask.worker_id, peewee.fn.COUNT(ExternalTask.id))
    .where(WAITS_FOR_EXPIRY, ExternalTask.lock_expires_at > P("now"), ~ExternalTask.backing_off)
    .group_by(ExternalTask.worker_id)
)
_LISTENERS = Statement(Worker.select(Worker.topics, Worker.seen_at).where(Worker.seen_at > P("since")))


@dataclass(frozen=True, slots=True)
class Done:
    """What became of tasks in a while."""

    completed: int = 0
    failed: int = 0
    erred: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who has asked for tasks of a topic: how many workers, and when the last one did."""

    workers: int
    seen_at: int


def told_polls(database: Database, now: int, but: str | None = None) -> Counter[str]:
    """Return how many polls wait for each topic in the processes that live, all `but` one."""
    rows = database.read(lambda: _POLLS.all(database, since=now - ALIVE_MS, but=but or ""))
    return Counter(dict(rows))


def done_since(database: Database, subject: str, since: int) -> dict[str, Done]:
    """Return what became of tasks since an instant, by the names of the `subject`: `topic` or `worker`."""
    rows = database.read(lambda: _DONE.all(database, subject=subject, since=since))
    return {name: Done(*counts) for name, *counts in rows}


def held_by_workers(database: Database, now: int) -> dict[str, int]:
    """Return how many tasks each worker holds."""
    return dict(database.read(lambda: _HELD.all(database, now=now)))


def listeners(database: Database, since: int) -> dict[str, Listeners]:
    """Return who has asked for each topic since an instant."""
    found: dict[str, Listeners] = {}
    for topics, seen_at in database.read(lambda: _LISTENERS.all(database, since=since)):
        for topic in orjson.loads(topics):
            before = found.get(topic, Listeners(0, 0))
            found[topic] = Listeners(before.workers + 1, max(before.seen_at, seen_at))
    return found


def is_at_two_places(worker: Any) -> bool:
    """Tell whether a worker's id was seen at two addresses within a minute."""
    return worker.other_seen_at is not None and worker.seen_at - worker.other_seen_at < TWO_PLACES_MS


WORKERS: Listing[Worker] = Listing(
    "worker",
    Worker,
    filters={
        "id": equals(Worker.id),
        "topic": text(lambda topic: Worker.topics.contains(orjson.dumps(topic).decode())),
    },
    orders={"seen_at": Worker.seen_at, "id": Worker.id},
)
