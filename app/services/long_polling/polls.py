"""Long polls: a fetch that finds nothing waits on its own thread, holding no connection, until a task may be there."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from app import clock, signals
from app.database.database import Database
from app.errors import Overloaded
from app.services.long_polling.hangup import Client, HangupWatch, is_gone
from app.services.long_polling.open_bus import open_bus
from app.services.long_polling.sweeper import Sweeper
from app.services.long_polling.waiters import Waiter, Waiters, Wake
from app.services.long_polling.wake_bus import WakeBus

if TYPE_CHECKING:
    from config import Settings

Task = TypeVar("Task")
Fetch = Callable[[], list[Task]]

LONGEST_WAIT_MS = 1_800_000
UNLOCK_FOLLOWS_MS = 200
"""operaton-tasks unlocks a task right after it has failed it: no parked poll of the same worker may lock it in
between, or the unlock would take that lock away. Camunda wakes nobody for a failure."""
SHORT_WAIT_S = 0.5
SHORT_WAITERS = 16
"""Over the cap this many polls more wait a moment and get nothing; beyond them polls are refused."""


class LongPolling:
    """The parked polls of this process, and all that wakes them.

    No wake is lost: a poll is registered before it looks, a task is announced after its commit, and a wake that a poll
    does not need goes on to the next one. Tasks of other processes are told by the bus; the sweeper finds the rest.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.waiters = Waiters()
        self._cap: int = settings.max_parked_polls
        self._parked = 0
        self._mutex = threading.Lock()
        self._hangups = HangupWatch()
        self._sweeper = Sweeper(database, self.waiters, settings.max_silent_expiries)
        self._bus: WakeBus = open_bus(database.wake_address)
        self._listeners: dict[str, Callable[[], object]] = {}
        self._started = False
        self._stopping = False
        signals.tasks_available.connect(self._on_tasks_available, sender=database)

    def start(self) -> None:
        """Start the threads of this process, once; the first parked poll does it, too. Never before a fork."""
        with self._mutex:
            if self._started or self._stopping:
                return
            self._started = True
        self._bus.start(self._on_wake)
        self._sweeper.start()

    def release_all(self) -> None:
        """Answer every parked poll at once, and park none any more."""
        self._stopping = True
        self.waiters.fire_all()

    @property
    def stopping(self) -> bool:
        """Whether nobody may wait any more."""
        return self._stopping

    def stop(self) -> None:
        """Release everybody and end the threads."""
        self.release_all()
        if self._started:
            self._sweeper.stop()
            self._bus.stop()

    def expect(self, at: int) -> None:
        """Say when a lock or a pause ends that has just begun in this process."""
        self._sweeper.expect(at)

    def listen(self, name: str, callback: Callable[[], object]) -> None:
        """Call back when another process has told of `name`, which is no topic."""
        self._listeners[name] = callback

    def tell_others(self, name: str) -> None:
        """Tell the other processes of something that is no topic."""
        self._bus.publish({name: 1})

    def announce_failed(self, topic: str) -> None:
        """Wake somebody for a task that failed and may be tried again at once, after the unlock that may follow."""
        self._sweeper.announce_at(clock.now_ms() + UNLOCK_FOLLOWS_MS, topic)

    def parked(self) -> Counter[str]:
        """Return how many polls of this process wait for each topic."""
        return self.waiters.topics()

    def poll(
        self,
        topics: Sequence[str],
        fetch: Fetch[Task],
        wait_ms: int | None,
        client: Client | None = None,
        *,
        selective: bool = False,
    ) -> list[Task]:
        """Return what `fetch` finds, at once or within `wait_ms`; nothing for a client that is gone.

        `selective`: the poll may leave a task of its topics that another one would take. Raises Overloaded.
        """
        if is_gone(client):
            return []
        tasks = fetch()
        if tasks or wait_ms is None or wait_ms <= 0 or self._stopping:
            return tasks
        seconds = min(wait_ms, LONGEST_WAIT_MS) / 1_000
        with self._mutex:
            over = self._parked - self._cap
            if over >= SHORT_WAITERS:
                raise Overloaded("Too many long polls are waiting.")
            self._parked += 1
        try:
            self.start()
            if over >= 0:
                seconds = min(seconds, SHORT_WAIT_S)
            return self._park(Waiter(topics), fetch, time.monotonic() + seconds, client, selective)
        finally:
            with self._mutex:
                self._parked -= 1

    def _park(
        self, waiter: Waiter, fetch: Fetch[Task], deadline: float, client: Client | None, selective: bool
    ) -> list[Task]:
        def hung_up() -> None:
            waiter.gone = True
            waiter.fire()

        with self._hangups.watching(client, hung_up):
            wake: Wake | None = None
            waited = False
            while True:
                self.waiters.add(waiter, front=waited)
                tasks = [] if waiter.gone or is_gone(client) else fetch()
                if tasks or self._is_over(waiter, deadline):
                    self._leave(waiter, wake, tasks)
                    return tasks
                if wake is not None and selective:
                    self._pass_on(wake)
                waiter.wait(deadline - time.monotonic())
                wake, waited = self.waiters.remove(waiter), True
                if wake is None and self._is_over(waiter, deadline):
                    return []

    def _is_over(self, waiter: Waiter, deadline: float) -> bool:
        return waiter.gone or self._stopping or time.monotonic() >= deadline

    def _leave(self, waiter: Waiter, wake: Wake | None, tasks: list[Any]) -> None:
        """Unregister; hand on the wake that came meanwhile, and the one that was of no use."""
        newer = self.waiters.remove(waiter)
        for unused in (newer, None if tasks else wake):
            if unused is not None:
                self._pass_on(unused)

    def _pass_on(self, wake: Wake) -> None:
        if not self.waiters.pass_on(wake):
            self._bus.publish({wake.topic: 1})

    def _on_tasks_available(self, _: Database, topics: Mapping[str, int]) -> None:
        """Wake as many of our own as there are tasks, and leave the rest to the other processes."""
        left = {topic: count - self.waiters.wake(topic, count) for topic, count in topics.items()}
        others = {topic: count for topic, count in left.items() if count > 0}
        if others:
            self._bus.publish(others)

    def _on_wake(self, topics: Mapping[str, int]) -> None:
        for topic, count in topics.items():
            listener = self._listeners.get(topic)
            if listener is None:
                self.waiters.wake(topic, count)
            else:
                listener()
