"""How long a fetch takes when very many tasks are open and nine of ten are locked: it must not depend on how many."""

from __future__ import annotations

import argparse
import json

from benchmarks import seed
from benchmarks.ceilings import Ceilings
from benchmarks.load import Result, Scenario, request, run
from benchmarks.report import Table
from benchmarks.servers import Server, errand, fresh

FETCHES = 200


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Print the latency at 1e3, 1e5 and, with --large, 5e6 open tasks, each on a database of its own."""
    smallest = 0.0
    for number in (1_000, 100_000, 5_000_000) if arguments.large else (1_000, 100_000):
        with fresh(url) as own:
            seed.open_tasks(own, number)
            with errand(own) as server:
                result = fetches(server, min(FETCHES, number // 100 - 1))
        p50 = result.percentile(0.5)
        smallest = smallest or p50
        table.line(
            f"fetch of 10, {number:.0e} open tasks, 90 % locked",
            f"{p50:.2f} ms p50",
            f"p99 {result.percentile(0.99):.2f} ms; {p50 / smallest:.2f} × that of 1e3",
        )


def fetches(server: Server, number: int) -> Result:
    """Let one worker fetch ten tasks so many times."""

    def scenario(_: int, result: Result) -> Scenario:
        for turn in range(number + 10):
            topic = {"topicName": f"topic-{turn % seed.TOPICS}", "lockDuration": 600_000}
            body = {"workerId": "worker", "maxTasks": 10, "usePriority": True, "topics": [topic]}
            path = "/engine-rest/external-task/fetchAndLock"
            status, answer = yield request("POST", path, json.dumps(body).encode(), server.token)
            result.count("fetched", len(json.loads(answer)) if status == 200 else 0)
            if turn == 9:  # what is compiled and cached at first is no part of the picture
                result.latencies.clear()

    return run(server.base_url, scenario, 1, 600)
