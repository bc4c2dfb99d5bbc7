"""Ten topics with a hundred workers each, starts beside them: on an empty database, and on one with a long history."""

from __future__ import annotations

import argparse

from benchmarks import scenarios, seed
from benchmarks.ceilings import Ceilings
from benchmarks.load import Result, Scenario, run
from benchmarks.report import Table
from benchmarks.servers import Server, errand, fresh

WORKERS = 1_000


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Print the throughput without and with history, and the ratio."""
    rows = 5_000_000 if arguments.large else 200_000
    empty = 0.0
    for history in (0, rows):
        with fresh(url) as own:
            if history:
                seed.history(own, history)
            with errand(own, threads="700") as server:
                result = _load(server, 3 * arguments.seconds)
        rate = result.rate("completed")
        empty = empty or rate
        table.line(
            f"10 topics × 100 workers, {history:.0e} rows of history",
            f"{rate:.0f} tasks/s",
            f"{result.rate('started'):.0f} starts/s; {rate / empty:.2f} × empty; {result.errors} errors",
        )


def _load(server: Server, seconds: float) -> Result:
    for number in range(seed.TOPICS):
        key = f"process-{number}"
        scenarios.deploy(server, key, f"topic-{number}")
        scenarios.start_instances(server, int(300 * seconds), connections=32, key=key)

    def scenario(number: int, result: Result) -> Scenario:
        if number % 20 == 0:
            yield from scenarios.starting(server, f"process-{number % seed.TOPICS}", result)
        yield from scenarios.working(server.token, number, f"topic-{number % seed.TOPICS}", result)

    return run(server.base_url, scenario, WORKERS, seconds)
