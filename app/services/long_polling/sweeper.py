"""One thread a process that watches the time: locks and pauses that end, wakes that got lost, keys that are old."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import peewee

from app import clock, signals
from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import ErrandError
from app.models import ExternalTask
from app.models.external_task import READY
from app.records.announcements import announce_tasks
from app.records.expired_locks import next_expiry, reclaim
from app.services.idempotency import forget_old_keys
from app.services.long_polling.waiters import Waiters

logger = logging.getLogger(__name__)

LONGEST_SLEEP_MS = 1_000
LOOK_EVERY = 2
LOOK_AGAIN_EVERY = 30
TIDY_EVERY = 600
"""In rounds of a second: look for lost wakes, for those that nobody took, and for old keys."""

_of_topic = ExternalTask.select(ExternalTask.created_at).where(ExternalTask.topic == P("topic"), READY).limit(1)
_OLDEST = Statement(_of_topic.order_by(ExternalTask.created_at))
_NEWEST = Statement(_of_topic.order_by(ExternalTask.created_at.desc()))


class Sweeper:
    """Sleep until the next lock or pause ends, a second at most; then make tasks ready and wake who waits for them."""

    def __init__(self, database: Database, waiters: Waiters, max_silent_expiries: int) -> None:
        self.database = database
        self._waiters = waiters
        self._max_silent_expiries = max_silent_expiries
        self._alarm = threading.Event()
        self._wakes_at = 0
        self._stopping = False
        self._seen: dict[str, Any] = {}
        self._later: deque[tuple[int, str]] = deque()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopping = True
        self._alarm.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def expect(self, at: int) -> None:
        """Say that a lock or a pause ends at this instant, which may be earlier than what the sweeper knows."""
        if at < self._wakes_at:
            self._alarm.set()

    def announce_at(self, at: int, topic: str) -> None:
        """Say at this instant that a task of the topic may be fetched; at once where no thread watches the time."""
        self._later.append((at, topic))
        if self._thread is None:
            self._announce_until(at)
        else:
            self.expect(at)

    def sweep(self) -> int:
        """Make everything ready whose lock or pause is over, announce it, and return how many tasks."""
        total = 0
        while (expiry := self._next_expiry()) is not None and expiry <= clock.now_ms():
            total += self.database.write(self._reclaim)
        return total

    def look_again(self) -> None:
        """Wake one waiter of each topic that has ready tasks."""
        self._seen = {}
        self.look()

    def look(self) -> None:
        """Wake one waiter of each topic that has ready tasks which were not there at the last look.

        A topic that is announced soon is left alone until then.
        """
        soon = {topic for _, topic in tuple(self._later)}
        topics = [topic for topic in self._waiters.topics() if topic not in soon]
        ready = self.database.read(lambda: {topic: self._ends(topic) for topic in topics})
        for topic, ends in ready.items():
            if ends is not None and self._seen.get(topic) != ends:
                self._waiters.wake(topic)
        self._seen = ready

    def _reclaim(self) -> int:
        topics = reclaim(self.database, clock.now_ms(), self._max_silent_expiries)
        announce_tasks(self.database, topics)
        return topics.total()

    def _announce_until(self, now: int) -> None:
        topics: Counter[str] = Counter()
        while self._later and self._later[0][0] <= now:
            topics[self._later.popleft()[1]] += 1
        if topics:
            signals.tasks_available.send(self.database, topics=topics)

    def _ends(self, topic: str) -> tuple[Any, Any] | None:
        oldest = _OLDEST.one(self.database, topic=topic)
        return None if oldest is None else (oldest, _NEWEST.one(self.database, topic=topic))

    def _run(self) -> None:
        rounds = 0
        while not self._stopping:
            self._alarm.wait(self._sleep_ms() / 1_000)
            self._alarm.clear()
            rounds += 1
            self._safely(lambda: self._announce_until(clock.now_ms()))
            self._safely(self.sweep)
            if rounds % LOOK_EVERY == 0:
                self._safely(self.look if rounds % LOOK_AGAIN_EVERY else self.look_again)
            if rounds % TIDY_EVERY == 0:
                self._safely(lambda: forget_old_keys(self.database))

    def _sleep_ms(self) -> int:
        now = clock.now_ms()
        self._wakes_at = now + LONGEST_SLEEP_MS  # before the look, so that `expect` is heard while it looks
        expiry = self._safely(self._next_expiry)
        announcement = self._later[0][0] if self._later else None
        for at in (expiry, announcement):
            if at is not None:
                self._wakes_at = min(self._wakes_at, max(at, now + 1))
        return self._wakes_at - now

    def _next_expiry(self) -> int | None:
        return self.database.read(lambda: next_expiry(self.database))

    def _safely(self, work: Callable[[], Any]) -> Any:
        """The sweeper outlives every trouble of the database: it tries again a second later."""
        try:
            return work()
        except (peewee.PeeweeException, ErrandError, OSError):
            if not self._stopping:
                logger.exception("the sweeper failed and goes on")
            return None
