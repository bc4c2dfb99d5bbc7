"""The workers' cycle and the starts: tasks per second, against the bare framework and the bare database."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks import scenarios
from benchmarks.ceilings import Ceilings
from benchmarks.load import Result
from benchmarks.report import Table
from benchmarks.servers import Server, errand

CONNECTIONS = (4, 8, 16, 64)
STARTERS = 32
SLICES = 5
TASKS_PER_SECOND = 4_000
"""More than is completed, so that there are always tasks to fetch."""


class Slice(NamedTuple):
    """A short measurement: what it saw, and seconds of the server's processor time."""

    result: Result
    cpu_seconds: float

    def rate(self, name: str) -> float:
        """Return how many a second."""
        return self.result.rate(name)

    def cost(self, name: str) -> float:
        """Return microseconds of the server's processor time for each."""
        return 1e6 * self.cpu_seconds / max(1, self.result.counts.get(name, 0))


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Measure start-up, starts, cycles at several numbers of connections, and memory of one server."""
    with errand(url) as server:
        table.line("ready after", f"{server.seconds_to_ready:.2f} s", f"{server.cpu_seconds():.2f} s of processor time")
        scenarios.deploy(server)
        seconds = arguments.seconds / SLICES
        _starts(server, bare, table, int(TASKS_PER_SECOND * seconds))
        for connections in CONNECTIONS:
            _cycle(server, bare, table, connections, seconds)
        table.line("memory, all processes", f"{server.memory_mb():.0f} MB", "unshared, plus once what is shared")


def _starts(server: Server, bare: Ceilings, table: Table, number: int) -> None:
    def start() -> Slice:
        before = server.cpu_seconds()
        return Slice(scenarios.start_instances(server, number, STARTERS), server.cpu_seconds() - before)

    slices = bare.machine.steadily(start, SLICES)
    table.line(
        f"instances started, {STARTERS} connections", f"{_rate(slices, 'started'):.0f} /s", _costs(slices, "started")
    )


def _cycle(server: Server, bare: Ceilings, table: Table, connections: int, seconds: float) -> None:
    def cycle() -> Slice:
        scenarios.start_instances(server, int(TASKS_PER_SECOND * seconds), STARTERS)
        before = server.cpu_seconds()
        return Slice(scenarios.work(server, connections, seconds), server.cpu_seconds() - before)

    slices = bare.machine.steadily(cycle, SLICES)
    rate = _rate(slices, "completed")
    empty = sum(slice.result.counts.get("empty", 0) for slice in slices)
    table.line(
        f"fetch 10 + 10 completes, {connections} connections",
        f"{rate:.0f} tasks/s",
        f"{rate / bare.framework:.2f} × bare framework, {rate / bare.database:.2f} × bare database; "
        f"{_costs(slices, 'completed')}, {empty} empty",
    )


def _rate(slices: Sequence[Slice], name: str) -> float:
    return median(slice.rate(name) for slice in slices)


def _costs(slices: Sequence[Slice], name: str) -> str:
    """Describe what each one cost."""
    p50, p99 = (median(slice.result.percentile(share) for slice in slices) for share in (0.5, 0.99))
    cost = median(slice.cost(name) for slice in slices)
    errors = sum(slice.result.errors for slice in slices)
    return f"{cost:.0f} µs of processor time each; p50 {p50:.1f}, p99 {p99:.1f} ms; {errors} errors"
