"""Several servers with processes and sockets of their own on one Postgres: the curve, and that no task comes twice.

python -m benchmarks.many_machines [--seconds 2] [--save benchmarks/curve.json] [--million]

On one machine they share its cores with Postgres and the load: the curve shows where more processes stop to help here,
docs/scaling.md what that means for many machines. `--save` keeps the curve for benchmarks.simulation. `--million`
instead hands out a million tasks to 64 workers of four servers and looks whether any comes twice.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg

from benchmarks import scenarios, seed
from benchmarks.load import Result, Scenario, request, run
from benchmarks.machine import Machine
from benchmarks.report import Table
from benchmarks.servers import Server, errand, fresh, postgres_url

PROCESSES = (1, 2, 4)
CONNECTIONS = (1, 4, 16, 64)
SLICES = 3
WAITING_PER_SECOND = 4_000
"""More than is completed, so that there are always tasks to fetch."""


@dataclass(frozen=True)
class Point:
    """One measurement of the curve; `…_us` are microseconds of processor time a task.

    `cores` is how many were busy for it, `others` how many were busy for something else on the machine.
    """

    servers: int
    connections: int
    tasks_per_second: float
    server_us: float
    postgres_us: float
    load_us: float
    cores: float
    others: float
    p50_ms: float
    p99_ms: float


def main() -> None:
    """Print tasks per second for each number of processes and connections, or the account of a million tasks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--million", action="store_true")
    arguments = parser.parse_args()
    if arguments.million:
        _hand_out(1_000_000, Table())
        return
    table = Table()
    points = measure_curve(arguments.seconds, table)
    if arguments.save:
        arguments.save.write_text(json.dumps([asdict(point) for point in points], indent=1) + "\n")


def measure_curve(seconds: float, table: Table) -> list[Point]:
    """Measure each number of servers with each number of connections in slices of `seconds`, and print it."""
    machine = Machine()
    points = []
    with postgres_url() as url:
        for number in PROCESSES:
            with ExitStack() as stack:
                servers = _deployed(url, number, stack)
                for connections in CONNECTIONS:
                    measure = partial(_measure, servers, connections, seconds)
                    slices = sorted(machine.steadily(measure, SLICES), key=lambda point: point.tasks_per_second)
                    points.append(slices[SLICES // 2])
                    _print(points[-1], table)
    table.head(machine.verdict())
    return points


def _deployed(url: str, number: int, stack: ExitStack) -> list[Server]:
    """Start so many servers on a database of their own and deploy the model."""
    servers = stack.enter_context(_servers(stack.enter_context(fresh(url)), number))
    scenarios.deploy(servers[0])
    return servers


def _fill_up(servers: list[Server], seconds: float) -> None:
    """Start instances until more wait than are completed."""
    missing = int(WAITING_PER_SECOND * seconds) - _waiting(servers[0].database_url)
    if missing > 0:
        scenarios.start_instances(servers[0], missing, connections=32)


@contextmanager
def _servers(url: str, processes: int) -> Iterator[list[Server]]:
    """Start so many servers of one process, each pinned to a core as in production, in turn."""
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        servers = []
        for number in range(processes):
            os.sched_setaffinity(0, {cores[number % len(cores)]})  # the server inherits it
            try:
                servers.append(stack.enter_context(errand(url, workers="1")))
            finally:
                os.sched_setaffinity(0, cores)
        yield servers


def _waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT count(*) FROM external_task WHERE ready = 1").fetchall()[0][0])


def _measure(servers: list[Server], connections: int, seconds: float) -> Point:
    """Let the workers work. Raises RuntimeError when a request failed or a task was handed out twice."""
    _fill_up(servers, seconds)
    seen: set[str] = set()
    token = servers[0].token
    before, busy = _processor_times(servers), _busy_seconds()
    result = run(
        [server.base_url for server in servers],
        lambda number, result: _worker(token, number, seen, result),
        connections,
        seconds,
    )
    busy = _busy_seconds() - busy
    completed = max(1, result.counts.get("completed", 0))
    used = [after - earlier for earlier, after in zip(before, _processor_times(servers), strict=True)]
    if result.errors or result.counts.get("twice", 0):
        raise RuntimeError(f"answers by status: {result.statuses}; counted: {result.counts}")
    own, postgres, load = (1e6 * used_seconds / completed for used_seconds in used)
    return Point(
        servers=len(servers),
        connections=connections,
        tasks_per_second=result.rate("completed"),
        server_us=own,
        postgres_us=postgres,
        load_us=load,
        cores=sum(used) / result.seconds,
        others=max(0.0, busy - sum(used)) / result.seconds,
        p50_ms=result.percentile(0.5),
        p99_ms=result.percentile(0.99),
    )


def _print(point: Point, table: Table) -> None:
    table.line(
        f"{point.servers} servers, {point.connections} connections",
        f"{point.tasks_per_second:.0f} tasks/s",
        f"µs of processor time a task: servers {point.server_us:.0f}, Postgres {point.postgres_us:.0f}, "
        f"load {point.load_us:.0f}; {point.cores:.2f} cores busy, {point.others:.2f} for others; "
        f"p50 {point.p50_ms:.1f}, p99 {point.p99_ms:.1f} ms; no error, none handed out twice",
    )


def _processor_times(servers: list[Server]) -> tuple[float, float, float]:
    """Return the seconds that the servers, Postgres and this process have used of a core."""
    return (
        sum(server.cpu_seconds() for server in servers),
        _postgres_seconds(servers[0].database_url),
        time.process_time(),
    )


def _busy_seconds() -> float:
    """Return the seconds that all cores of the machine together have worked."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


def _postgres_seconds(url: str) -> float:
    with psycopg.connect(url) as connection:
        postmaster = psutil.Process(connection.info.backend_pid).parent()
    seconds = 0.0
    for process in (postmaster, *postmaster.children()):
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile: then the postmaster knows its time
            times = process.cpu_times()
            seconds += times.user + times.system
    ended = postmaster.cpu_times()
    return float(seconds + ended.children_user + ended.children_system)


def _worker(token: str, number: int, seen: set[str], result: Result) -> Scenario:
    """Fetch ten tasks and complete them, until the time is over."""
    done = json.dumps({"workerId": f"worker-{number}"}).encode()
    while True:
        status, answer = yield _fetch(token, number, "bench", scenarios.BATCH)
        for id in _handed_out(answer if status == 200 else b"[]", seen, result):
            status, _ = yield request("POST", f"{scenarios.TASKS}/{id}/complete", done, token)
            result.count("completed" if status == 204 else "refused")


def _hand_out(number: int, table: Table) -> None:
    """Seed so many tasks and let workers fetch a hundred at a time until nothing is left."""
    seen: set[str] = set()
    with postgres_url() as url:
        seed.open_tasks(url, number, locked=0)
        with _servers(url, max(PROCESSES)) as servers:
            token = servers[0].token
            result = run(
                [server.base_url for server in servers],
                lambda worker, result: _fetching(token, worker, seen, result),
                max(CONNECTIONS),
                3_600,
            )
    table.line(
        f"{len(seen)} of {number} tasks, {max(CONNECTIONS)} workers, {max(PROCESSES)} servers",
        f"{len(seen) / result.seconds:.0f} tasks/s",
        f"{result.counts.get('twice', 0)} handed out twice, {result.errors} errors",
    )


def _fetching(token: str, number: int, seen: set[str], result: Result) -> Scenario:
    """Fetch the tasks of one topic after the other, each until it has no more."""
    for topic in range(seed.TOPICS):
        found = 1
        while found:
            status, answer = yield _fetch(token, number, f"topic-{(number + topic) % seed.TOPICS}", 100)
            found = len(_handed_out(answer, seen, result)) if status == 200 else 1


def _fetch(token: str, number: int, topic: str, most: int) -> bytes:
    topics = [{"topicName": topic, "lockDuration": 3_600_000}]
    body = json.dumps({"workerId": f"worker-{number}", "maxTasks": most, "topics": topics}).encode()
    return request("POST", f"{scenarios.TASKS}/fetchAndLock", body, token)


def _handed_out(answer: bytes, seen: set[str], result: Result) -> list[str]:
    """Return the ids of the tasks in an answer; count those that somebody has been handed before."""
    ids = [task["id"] for task in json.loads(answer)]
    for id in ids:
        result.count("twice", id in seen)
        seen.add(id)
    return ids


if __name__ == "__main__":
    main()
