"""A small discrete simulation: processes that queue at stations, on a clock of their own.

A process is a generator. It yields a number of seconds to pass, or something with `enter`, where it goes on when it is
its turn. Given the same seed, a simulation always comes out the same.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from typing import Protocol

Process = Generator["float | Place", None, None]


class Place(Protocol):
    """Where a process may have to wait."""

    def enter(self, process: Process) -> None:
        """Let the process go on, now or later."""


class Simulation:
    """The clock, and the processes that go on at some instant."""

    def __init__(self, seed: int = 1) -> None:
        self.now = 0.0
        self.random = random.Random(seed)
        self._agenda: list[tuple[float, int, Process]] = []
        self._turn = 0

    def begin(self, process: Process, after: float = 0.0) -> None:
        """Let a process go on after so many seconds."""
        self._turn += 1  # who comes first is served first
        heapq.heappush(self._agenda, (self.now + after, self._turn, process))

    def run(self, until: float) -> None:
        """Let all processes go on until the clock shows `until`."""
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, process = heapq.heappop(self._agenda)
            step = next(process, None)
            if isinstance(step, int | float):
                self.begin(process, step)
            elif step is not None:
                step.enter(process)
        self.now = until

    def about(self, mean: float) -> float:
        """Draw an exponentially distributed duration."""
        return self.random.expovariate(1 / mean) if mean > 0 else 0.0


class Station:
    """So many equal servers with one queue: the cores of a machine, the lock of an interpreter, a pool.

    A process yields the station, has one server until it calls `leave`, and queues if all are taken. `held_up` is how
    much longer everything takes beside another one: cores share caches. Not `in_turn`, whoever queues is as likely as
    any other to be next: Python's lock goes to anybody.
    """

    def __init__(self, simulation: Simulation, servers: int, held_up: float = 1.0, *, in_turn: bool = True) -> None:
        self._simulation = simulation
        self._servers = servers
        self._held_up = held_up
        self._in_turn = in_turn
        self._taken = 0
        self._queue: deque[Process] = deque()
        self._busy = 0.0
        self._since = 0.0

    def enter(self, process: Process) -> None:
        """Take a server, or queue for one."""
        if self._taken == self._servers:
            self._queue.append(process)
            return
        self._account()
        self._taken += 1
        self._simulation.begin(process)

    @property
    def is_idle(self) -> bool:
        """Whether no server is taken."""
        return self._taken == 0

    def leave(self) -> None:
        """Give the server to the first in the queue, or to anybody in it."""
        if self._queue:
            if not self._in_turn:
                self._queue.rotate(self._simulation.random.randrange(len(self._queue)))
            self._simulation.begin(self._queue.popleft())
            return
        self._account()
        self._taken -= 1

    def hold(self, seconds: float) -> Process:
        """Have a server for so long: `yield from station.hold(…)`."""
        yield self
        yield from self.keep(seconds)

    def keep(self, seconds: float) -> Process:
        """Have the server that was taken for so long, and leave."""
        yield seconds * (self._held_up if self._taken > 1 else 1.0)
        self.leave()

    def busy_seconds(self) -> float:
        """Return the sum of the times for which the servers were taken until now."""
        self._account()
        return self._busy

    def _account(self) -> None:
        self._busy += self._taken * (self._simulation.now - self._since)
        self._since = self._simulation.now


class Groups:
    """Work that is done for all who wait together: whoever comes meanwhile is part of the next group.

    `work` makes the process of a group. It is given a function to call when it takes in no more: that tells how many
    there are.
    """

    def __init__(self, simulation: Simulation, work: Callable[[Callable[[], int]], Process]) -> None:
        self._simulation = simulation
        self._work = work
        self._waiting: list[Process] = []
        self._working = False

    def enter(self, process: Process) -> None:
        """Wait for the group that begins next."""
        self._waiting.append(process)
        if not self._working:
            self._working = True
            self._simulation.begin(self._go_on())

    def _go_on(self) -> Process:
        while self._waiting:
            group: list[Process] = []
            yield from self._work(partial(self._gather, group))
            for process in group:
                self._simulation.begin(process)
        self._working = False

    def _gather(self, group: list[Process]) -> int:
        group += self._waiting
        self._waiting.clear()
        return len(group)
