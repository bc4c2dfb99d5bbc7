"""Who waits for which topic, in the order of arrival, woken one by one.

One lock a waiter: waking one of 500 takes 14 µs; a condition variable would wake all 500 for one task (11 ms).
"""

from __future__ import annotations

import threading
from _thread import allocate_lock
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress


class Wake:
    """One task that may be there; it goes to one waiter after the other until one takes it."""

    __slots__ = ("topic", "tried")

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.tried: set[Waiter] = set()


class Waiter:
    """One parked poll. `wake` is set while it is woken and has not looked yet; `gone` when its client is."""

    __slots__ = ("_gate", "gone", "topics", "wake")

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = tuple(topics)
        self.wake: Wake | None = None
        self.gone = False
        self._gate = allocate_lock()
        self._gate.acquire()

    def wait(self, seconds: float) -> None:
        """Sleep until fired, at most so long."""
        self._gate.acquire(timeout=min(max(seconds, 0), threading.TIMEOUT_MAX))

    def fire(self) -> None:
        """End the sleep, or the next one before it begins."""
        with suppress(RuntimeError):  # fired already
            self._gate.release()


class Waiters:
    """The parked polls of this process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._by_topic: defaultdict[str, dict[Waiter, None]] = defaultdict(dict)
        self._all: set[Waiter] = set()

    def add(self, waiter: Waiter, *, front: bool = False) -> None:
        """Let a waiter be woken from now on: last of all, or first because it has waited longest."""
        with self._mutex:
            waiter.wake = None
            self._all.add(waiter)
            for topic in waiter.topics:
                others = self._by_topic[topic]
                if front:
                    self._by_topic[topic] = {waiter: None, **others}
                else:
                    others[waiter] = None

    def remove(self, waiter: Waiter) -> Wake | None:
        """Take a waiter out; return the wake that was spent on it meanwhile, which must not be lost."""
        with self._mutex:
            self._drop(waiter)
            wake, waiter.wake = waiter.wake, None
            return wake

    def wake(self, topic: str, count: int = 1) -> int:
        """Wake the first `count` waiters of a topic, or as many as there are, and return how many."""
        woken = 0
        while woken < count and self.pass_on(Wake(topic)):
            woken += 1
        return woken

    def pass_on(self, wake: Wake) -> bool:
        """Give a wake to the first waiter that has not tried it; return False when there is none."""
        with self._mutex:
            waiting = self._by_topic.get(wake.topic, {})
            waiter = next((waiter for waiter in waiting if waiter not in wake.tried), None)
            if waiter is None:
                return False
            self._drop(waiter)
            waiter.wake = wake
        wake.tried.add(waiter)
        waiter.fire()
        return True

    def fire_all(self) -> None:
        """End the sleep of everybody."""
        with self._mutex:
            everybody = list(self._all)
        for waiter in everybody:
            waiter.fire()

    def topics(self) -> Counter[str]:
        """Return how many wait for each topic."""
        with self._mutex:
            return Counter({topic: len(waiting) for topic, waiting in self._by_topic.items()})

    def _drop(self, waiter: Waiter) -> None:
        self._all.discard(waiter)
        for topic in waiter.topics:
            waiting = self._by_topic.get(topic)
            if waiting is not None:
                waiting.pop(waiter, None)
                if not waiting:
                    del self._by_topic[topic]
