"""What waits, what is held and what has failed, topic by topic."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import peewee

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.identity import Identity
from app.models import ExternalTask
from app.models.external_task import FAILED, READY, SUSPENDED, WAITS_FOR_EXPIRY
from app.queries.presence import Done, Listeners, done_since, listeners

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
LISTENS_MS = 60_000
"""A worker that has asked so long ago may still be at work with what it got."""


@dataclass(slots=True)
class TopicTotals:
    """The open tasks of one topic: those that may be fetched, are held, wait after a failure, have no retries left, are
    suspended. `oldest_at` is when the oldest one that waits was made."""

    topic: str
    waiting: int = 0
    oldest_at: int | None = None
    locked: int = 0
    backing_off: int = 0
    failed: int = 0
    suspended: int = 0
    polls: int = 0
    workers: int = 0
    polled_at: int | None = None
    last_minute: Done = field(default_factory=Done)
    last_hour: Done = field(default_factory=Done)

    @property
    def open(self) -> int:
        """All that have not ended."""
        return self.waiting + self.locked + self.backing_off + self.failed + self.suspended

    def nobody_listens_since(self, now: int) -> int | None:
        """Return since when tasks wait and nobody asks for them; None if somebody does, or is at work."""
        if not self.waiting or self.polls or self.locked or (self.polled_at or 0) > now - LISTENS_MS:
            return None
        return max(self.oldest_at or 0, self.polled_at or 0)


def _counted(*columns: Any) -> Any:
    return ExternalTask.select(ExternalTask.topic, peewee.fn.COUNT(ExternalTask.id), *columns).group_by(
        ExternalTask.topic
    )


# A statement a state, each along the index of that state: one over all would read every row.
_WAITING = Statement(_counted(peewee.fn.MIN(ExternalTask.created_at)).where(READY))
_HELD = _counted().where(WAITS_FOR_EXPIRY, ExternalTask.lock_expires_at > P("now"))
_LOCKED = Statement(_HELD.where(~ExternalTask.backing_off))
_BACKING_OFF = Statement(_HELD.where(ExternalTask.backing_off))
_FAILED = Statement(_counted().where(FAILED, ~ExternalTask.suspended))
_SUSPENDED = Statement(_counted().where(SUSPENDED))


def topic_totals(database: Database, identity: Identity, polls: Counter[str]) -> list[TopicTotals]:
    """Return the totals of every topic that has open tasks, polls (topic → how many are parked) or workers of the last
    hour, as far as the identity may work on it."""
    with database.reading():
        found = _open_tasks(database)
        _add_work(database, found, polls)
    return [totals for topic, totals in sorted(found.items()) if identity.covers(topic)]


def _open_tasks(database: Database) -> dict[str, TopicTotals]:
    now = clock.now_ms()
    found: dict[str, TopicTotals] = {}
    for topic, waiting, oldest_at in _WAITING.all(database):
        found[topic] = TopicTotals(topic, waiting, oldest_at)
    states = {
        "locked": _LOCKED.all(database, now=now),
        "backing_off": _BACKING_OFF.all(database, now=now),
        "failed": _FAILED.all(database),
        "suspended": _SUSPENDED.all(database),
    }
    for state, rows in states.items():
        for topic, count in rows:
            setattr(_of(found, topic), state, count)
    return found


def _add_work(database: Database, found: dict[str, TopicTotals], polls: Counter[str]) -> None:
    now = clock.now_ms()
    for topic, count in polls.items():
        _of(found, topic).polls = count
    seen: dict[str, Listeners] = listeners(database, now - HOUR_MS)
    for topic, heard in seen.items():
        totals = _of(found, topic)
        totals.workers, totals.polled_at = heard.workers, heard.seen_at
    for topic, done in done_since(database, "topic", now - MINUTE_MS).items():
        _of(found, topic).last_minute = done
    for topic, done in done_since(database, "topic", now - HOUR_MS).items():
        _of(found, topic).last_hour = done


def _of(found: dict[str, TopicTotals], topic: str) -> TopicTotals:
    return found.setdefault(topic, TopicTotals(topic))
