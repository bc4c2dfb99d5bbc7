"""A machine that is not alone: how fast it is at the moment, and measurements that wait for its better moments.

A virtual machine shares its cores and caches with neighbours. Here one and the same loop takes 80 to 140 ns a turn from
one second to the next, and a server's throughput follows it. So what is measured is measured in short slices, each
between two looks at the loop, and those count that were about as undisturbed as the best.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from statistics import fmean
from typing import TypeVar

T = TypeVar("T")

LIMIT = 1.12
"""How much slower than its fastest the loop may be in a slice that counts."""
TURNS = 500_000


class Machine:
    """Watches how fast the machine is."""

    def __init__(self) -> None:
        self._paces: list[float] = []
        self._measured = self._disturbed = 0

    @cached_property
    def _cores(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(os.cpu_count())

    def pace(self) -> float:
        """Run the loop on every core at once and return nanoseconds a turn."""
        pace = fmean(self._cores.map(_loop, range(os.cpu_count() or 1)))
        self._paces.append(pace)
        return pace

    def steadily(self, measure: Callable[[], T], wanted: int = 5, most: int = 8) -> list[T]:
        """Measure again and again, until so many slices were undisturbed, or `most` were tried; return the best."""
        slices: list[tuple[float, T]] = []
        before = self.pace()
        while len(slices) < most and self._undisturbed(slices) < wanted:
            measured = measure()
            after = self.pace()
            slices.append((max(before, after), measured))
            before = after
        self._measured += 1
        self._disturbed += self._undisturbed(slices) < wanted
        slices.sort(key=lambda slice: slice[0])
        return [measured for _, measured in slices[:wanted]]

    def _undisturbed(self, slices: list[tuple[float, T]]) -> int:
        return sum(pace <= LIMIT * min(self._paces) for pace, _ in slices)

    def verdict(self) -> str:
        """Say whether the figures can be believed."""
        self.pace()
        was = f"NOT quiet in {self._disturbed} of {self._measured} lines: believe the ratios at most"
        paces = f"a fixed loop took {min(self._paces):.0f} to {max(self._paces):.0f} ns a turn"
        load = os.getloadavg()
        return f"The machine was {was if self._disturbed else 'quiet'} ({paces}; load {load[0]:.1f} {load[1]:.1f})"


def _loop(_: int) -> float:
    numbers: dict[int, str] = {}
    began = time.perf_counter()
    for turn in range(TURNS):
        numbers[turn & 255] = str(turn)
    return 1e9 * (time.perf_counter() - began) / TURNS
