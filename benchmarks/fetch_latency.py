"""How long a fetch takes when very many tasks are open and nine of ten are locked: it must not depend on how many."""

from __future__ import annotations

import argparse
import json

from benchmarks import seed
from benchmarks.ceilings import Ceilings
from benchmarks.load import Result, Scenario, request, run
from benchmarks.report import Table
from benchmarks.scenarios import TASKS
from benchmarks.servers import Server, errand, fresh

FETCHES = 200
WARM_UP = 10
"""What is compiled and cached at first is no part of the picture."""
READY = 0.1
"""The part of the tasks that is not locked."""


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Print the latency at 1e3, 1e5 and, with --large, 5e6 open tasks, each on a database of its own."""
    smallest = 0.0
    for number in (1_000, 100_000, 5_000_000) if arguments.large else (1_000, 100_000):
        with fresh(url) as own:
            seed.open_tasks(own, number)
            with errand(own) as server:
                result = fetches(server, gives_back=number * READY < 10 * (FETCHES + WARM_UP))
        p50 = result.percentile(0.5)
        smallest = smallest or p50
        table.line(
            f"fetch of 10, {number:.0e} open tasks, 90 % locked",
            f"{p50:.2f} ms p50",
            f"p99 {result.percentile(0.99):.2f} ms; {p50 / smallest:.2f} × that of 1e3",
        )


def fetches(server: Server, gives_back: bool) -> Result:
    """Let one worker fetch ten tasks so many times; `gives_back` lets it unlock them, where there are few."""
    found: list[float] = []

    def scenario(_: int, result: Result) -> Scenario:
        for turn in range(FETCHES + WARM_UP):
            topic = {"topicName": f"topic-{turn % seed.TOPICS}", "lockDuration": 600_000}
            body = {"workerId": "worker", "maxTasks": 10, "usePriority": True, "topics": [topic]}
            status, answer = yield request("POST", f"{TASKS}/fetchAndLock", json.dumps(body).encode(), server.token)
            found.append(result.latencies[-1])
            tasks = json.loads(answer) if status == 200 else []
            if len(tasks) != 10:
                raise RuntimeError(f"a fetch of 10 brought {len(tasks)} tasks, with status {status}")
            for task in tasks if gives_back else ():
                yield request("POST", f"{TASKS}/{task['id']}/unlock", b"", server.token)

    result = run(server.base_url, scenario, 1, 600)
    result.latencies = found[WARM_UP:]
    return result
