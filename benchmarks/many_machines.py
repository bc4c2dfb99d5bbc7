"""Several servers with processes and sockets of their own on one Postgres: the curve, and that no task comes twice.

python -m benchmarks.many_machines [--seconds 5]

On one machine they share its cores with Postgres and the load: the curve shows where more processes stop to help here,
docs/scaling.md what that means for many machines.
"""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack

from benchmarks import scenarios
from benchmarks.load import Result, Scenario, request, run
from benchmarks.report import Quiet, Table
from benchmarks.servers import Server, errand, postgres_url

PROCESSES = (1, 2, 4)
CONNECTIONS = (4, 16, 64)


def main() -> None:
    """Print tasks per second for each number of processes and connections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    table, quiet = Table(), Quiet()
    quiet.look()
    for processes in PROCESSES:
        with postgres_url() as url, ExitStack() as stack:
            # Not pinned: each would take the first core.
            servers = [stack.enter_context(errand(url, workers="1", pin_workers="off")) for _ in range(processes)]
            scenarios.deploy(servers[0])
            for connections in CONNECTIONS:
                _measure(servers, table, connections, seconds)
    quiet.look()
    table.head(quiet.verdict())


def _measure(servers: list[Server], table: Table, connections: int, seconds: float) -> None:
    scenarios.start_instances(servers[0], int(2_500 * seconds), connections=32)
    before = sum(server.cpu_seconds() for server in servers)
    seen: set[str] = set()
    result = run(
        [server.base_url for server in servers],
        lambda number, result: _worker(servers[0].token, number, seen, result),
        connections,
        seconds,
    )
    cpu = 1e6 * (sum(server.cpu_seconds() for server in servers) - before) / max(1, result.counts.get("completed", 0))
    table.line(
        f"{len(servers)} servers, {connections} connections",
        f"{result.rate('completed'):.0f} tasks/s",
        f"{cpu:.0f} µs of processor time a task; p50 {result.percentile(0.5):.1f}, "
        f"p99 {result.percentile(0.99):.1f} ms; "
        f"{result.counts.get('twice', 0)} of {len(seen)} tasks handed out twice, {result.errors} errors",
    )


def _worker(token: str, number: int, seen: set[str], result: Result) -> Scenario:
    """Be one worker that notices when it is handed what somebody has been handed before."""
    worker = f"worker-{number}"
    topics = [{"topicName": "bench", "lockDuration": 600_000}]
    body = json.dumps({"workerId": worker, "maxTasks": scenarios.BATCH, "topics": topics}).encode()
    fetch = request("POST", f"{scenarios.TASKS}/fetchAndLock", body, token)
    done = json.dumps({"workerId": worker}).encode()
    while True:
        status, answer = yield fetch
        for task in json.loads(answer) if status == 200 else []:
            result.count("twice", task["id"] in seen)
            seen.add(task["id"])
            status, _ = yield request("POST", f"{scenarios.TASKS}/{task['id']}/complete", done, token)
            result.count("completed" if status == 204 else "refused")


if __name__ == "__main__":
    main()
