"""A few places that are given out in the order in which they were asked for."""

from __future__ import annotations

import threading
from collections import deque


class Places:
    """Counts free places. `threading.Semaphore` lets whoever comes at the right moment go first, so that scripts which
    never end could keep all others out."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, timeout_s: float) -> bool:
        """Take a place, after all who have waited longer; tell whether there was one in time."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout_s):
            return True
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
            return True

    def give_back(self) -> None:
        """Give a place to the one who has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
