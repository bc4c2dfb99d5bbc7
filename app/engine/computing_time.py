"""How long the steps of one transaction may compute: while they do, nobody else may be able to write."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time

from app.database.database import Database
from app.database.write import WritePart

LONGEST_S = 10.0
"""Processor time of the thread, so that a busy machine does not count. A hundred thousand steps take a few seconds."""
_UNTIL_EXACT_S = 1.0
"""The first second is taken from the clock on the wall: to ask for processor time is a system call, which costs a short
step more than it does, and no other time is longer."""


class ComputingTime:
    """Measures the steps of one write, one after the other."""

    __slots__ = ("_began_s", "_clock", "_spent_s")

    def __init__(self) -> None:
        self._spent_s = 0.0

    def begin(self) -> None:
        """Begin with a step."""
        self._clock: Callable[[], float] = perf_counter if self._spent_s < _UNTIL_EXACT_S else thread_time
        self._began_s = self._clock()

    def end(self) -> None:
        """End the step."""
        self._spent_s += self._clock() - self._began_s
        if self._clock is perf_counter and self._spent_s > _UNTIL_EXACT_S:
            self._spent_s = _UNTIL_EXACT_S

    def is_over(self) -> bool:
        """Tell whether this step and those before it have computed too long."""
        spent_s = self._spent_s + self._clock() - self._began_s
        if self._clock is perf_counter and spent_s >= _UNTIL_EXACT_S:
            self.end()
            self.begin()
            return False
        return spent_s > LONGEST_S


_COMPUTING: WritePart[ComputingTime] = WritePart(ComputingTime)


def computing_time(database: Database) -> ComputingTime:
    """Begin with a step of the write of this thread, and return what measures it; the caller says when it ends."""
    write = database.writing
    assert write is not None, "a step is computed inside a write"
    measured = _COMPUTING.of(write)
    measured.begin()
    return measured
