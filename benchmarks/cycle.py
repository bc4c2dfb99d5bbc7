"""The workers' cycle and the starts: tasks per second, against the bare framework and the bare database."""

from __future__ import annotations

import argparse

from benchmarks import scenarios
from benchmarks.ceilings import Ceilings
from benchmarks.report import Table
from benchmarks.servers import Server, errand

CONNECTIONS = (4, 8, 16, 64)
TASKS_PER_SECOND = 4_000
"""More than is completed, so that there are always tasks to fetch."""


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Measure start-up, starts, cycles at several numbers of connections, and memory of one server."""
    with errand(url) as server:
        table.line("ready after", f"{server.seconds_to_ready:.2f} s", f"{server.cpu_seconds():.2f} s of processor time")
        scenarios.deploy(server)
        before = server.cpu_seconds()
        started = scenarios.start_instances(server, int(600 * arguments.seconds), connections=32)
        cpu = 1e6 * (server.cpu_seconds() - before) / max(1, started.counts.get("started", 0))
        table.line(
            "instances started",
            f"{started.rate('started'):.0f} /s",
            f"{cpu:.0f} µs of processor time each, p99 {started.percentile(0.99):.1f} ms, {started.errors} errors",
        )
        for connections in CONNECTIONS:
            _cycle(server, bare, table, connections, arguments.seconds)
        table.line("memory, all processes", f"{server.memory_mb():.0f} MB", "unshared, plus once what is shared")


def _cycle(server: Server, bare: Ceilings, table: Table, connections: int, seconds: float) -> None:
    scenarios.start_instances(server, int(TASKS_PER_SECOND * seconds), connections=32)
    before = server.cpu_seconds()
    result = scenarios.work(server, connections, seconds)
    cpu = 1e6 * (server.cpu_seconds() - before) / max(1, result.counts.get("completed", 0))
    rate = result.rate("completed")
    table.line(
        f"fetch 10 + 10 completes, {connections} connections",
        f"{rate:.0f} tasks/s",
        f"{rate / bare.framework:.2f} × bare framework, {rate / bare.database:.2f} × bare database; {cpu:.0f} µs of "
        f"processor time a task; p50 {result.percentile(0.5):.1f}, p99 {result.percentile(0.99):.1f} ms; "
        f"{result.errors} errors, {result.counts.get('empty', 0)} empty",
    )
