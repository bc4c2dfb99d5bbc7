"""Wake whoever waits for events, in this process and in the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

NAME = "\x00events"
"""What the other processes are told. No topic holds a null character."""
QUIET_S = 0.02
"""The other processes are told at most so often; who waits there looks by itself soon."""


class EventBell:
    """A counter of commits. `tell_others` sends NAME to the other processes, which call `hear`."""

    def __init__(self, tell_others: Callable[[str], object]) -> None:
        self.on_ring: Callable[[], object] = _nothing
        self._tell_others = tell_others
        self._told_at = 0.0
        self._rung = threading.Condition()
        self._count = 0
        self._waiting = 0

    def ring(self) -> None:
        """Say that events were committed in this process."""
        self.hear()
        now = time.monotonic()
        if now - self._told_at >= QUIET_S:
            self._told_at = now
            self._tell_others(NAME)

    def hear(self) -> None:
        """Say that events were committed somewhere."""
        self._count += 1
        self.on_ring()
        if self._waiting:
            with self._rung:
                self._rung.notify_all()

    @property
    def count(self) -> int:
        """How often it has rung."""
        return self._count

    def wait(self, count: int, seconds: float) -> None:
        """Return as soon as it has rung more than `count` times, or after so many seconds."""
        with self._rung:
            self._waiting += 1
            try:
                if self._count == count:
                    self._rung.wait(seconds)
            finally:
                self._waiting -= 1


def _nothing() -> None:
    """Until somebody wants to be called."""
