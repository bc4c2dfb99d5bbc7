"""The arithmetic of a thousand machines: workers, servers and Postgres as queues with measured service times.

python -m benchmarks.simulation [--curve benchmarks/curve.json] [--workers-a-machine 16]

The costs come from the curve that benchmarks.many_machines has measured on one machine: processor times from its
accounting, the waiting of a request from its run with a single connection. First the rest of the curve is simulated
and compared; then what cannot be measured here. docs/scaling.md tells which numbers are assumptions.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.deployment_model import REQUESTS_A_TASK, Costs, Deployment, Outcome, Part, simulate
from benchmarks.many_machines import CONNECTIONS, Point
from benchmarks.report import Table

CURVE = Path(__file__).with_name("curve.json")
MACHINE_CORES = 2
"""Of the machine on which the curve was measured."""
FLUSH = 150e-6
"""One fdatasync of the log on the measured machine, in seconds (`pg_test_fsync`: 110 to 190 µs)."""
NETWORK = 3 * 200e-6
"""Assumed for machines of their own: three round trips a transaction."""
SERIAL = 20e-6
"""Assumed: what Postgres does for one request at a time, in seconds; it ends at 50 000 requests a second."""
BUSY = 0.6
"""The share of its time that a part is planned to be busy; the rest is for peaks and for the failure of a neighbour."""
PARKED_POLLS = 1_024
"""Workers with nothing to do, each with a poll, for one process."""


def calibrated(curve: Sequence[Point]) -> Costs:
    """Take the costs from a measured curve.

    Processor times come from its accounting, without what both cores hold each other up. What a request costs alone,
    with a single connection, beyond what it costs among many is what a group shares. Waiting is what is left of the
    time of a single connection.
    """
    held_up = _held_up(curve)
    single = [point for point in curve if point.connections == 1]
    many = [point for point in curve if point.connections == max(CONNECTIONS)]
    server, postgres, load = (
        _part([_a_request(point, name, held_up) for point in points] for points in (single, many))
        for name in ("server_us", "postgres_us", "load_us")
    )
    cycle = median(1 / point.tasks_per_second / REQUESTS_A_TASK for point in single)
    waiting = cycle - server.of(1) - postgres.of(1) - load.of(1) - FLUSH
    return Costs(server.each, server.together / 2, postgres, load.each, FLUSH, max(0.0, waiting), held_up=held_up)


def _part(measured: Iterable[list[float]]) -> Part:
    alone, among_many = (median(times) for times in measured)
    return Part(among_many, max(0.0, alone - among_many))


def _held_up(curve: Sequence[Point]) -> float:
    """Compare one connection to each of several servers, which fill the machine, with one connection in all."""
    processor_time = {(point.servers, point.connections): point.server_us + point.postgres_us for point in curve}
    servers = max(point.servers for point in curve)
    return max(1.0, processor_time[servers, servers] / processor_time[servers, 1])


def _a_request(point: Point, name: str, held_up: float) -> float:
    """Return the processor time of one request as if the other core had been idle, in seconds."""
    both_busy = 2 * max(0.0, point.cores - 1) / point.cores
    stretched = 1 + (held_up - 1) * both_busy
    return float(getattr(point, name)) / stretched / 1e6 / REQUESTS_A_TASK


def compare(curve: Sequence[Point]) -> list[tuple[Point, Outcome]]:
    """Simulate every point of a measured curve."""
    costs = calibrated(curve)
    return [
        (
            point,
            simulate(costs, Deployment(point.connections, point.servers, shared_cores=MACHINE_CORES), seconds=8.0),
        )
        for point in curve
    ]


def apart(costs: Costs) -> Costs:
    """Return the costs with workers, servers and Postgres on machines of their own, whose cores are all busy."""
    slower = costs.held_up
    postgres = Part(slower * costs.postgres.each, slower * costs.postgres.together)
    return Costs(
        slower * costs.server, slower * costs.waking, postgres, 0.0, costs.flush, costs.waiting, NETWORK, SERIAL
    )


def capacity(costs: Costs, postgres_cores: int) -> tuple[int, Outcome]:
    """Return how many processes one Postgres can feed, and what comes out then, with workers that do nothing else."""
    processes = math.ceil(postgres_cores * max(1.0, costs.server / costs.postgres.each))
    return processes, simulate(costs, Deployment(16 * processes, processes, postgres_cores), 1.5)


@dataclass(frozen=True)
class Plan:
    """So many Postgres, each with processes and workers of its own."""

    partitions: int
    each: Deployment


def plan(costs: Costs, workers: int, work: float, postgres_cores: int) -> Plan:
    """Return what so many workers need, each of which works `work` seconds on a task."""
    alone = (costs.server + 2 * costs.waking) + costs.postgres.of(1) + costs.waiting + costs.network + costs.flush
    tasks_per_second = workers / (work + REQUESTS_A_TASK * alone)
    a_partition = BUSY / REQUESTS_A_TASK / max(costs.postgres.of(1) / postgres_cores, costs.serial)
    partitions = math.ceil(tasks_per_second / a_partition)
    each = math.ceil(workers / partitions)
    processes = max(
        math.ceil(tasks_per_second / partitions * REQUESTS_A_TASK * (costs.server + 2 * costs.waking) / BUSY),
        math.ceil(each / PARKED_POLLS),
    )
    return Plan(partitions, Deployment(each, processes, postgres_cores, work=work))


def main() -> None:
    """Print the comparison, what one Postgres carries, and what many machines need."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--curve", type=Path, default=CURVE)
    parser.add_argument("--workers-a-machine", type=int, default=16)
    arguments = parser.parse_args()
    curve = read(arguments.curve)
    table, costs = Table(), calibrated(curve)
    table.head(
        f"A request: {1e6 * costs.server:.0f} µs of the server and {2e6 * costs.waking:.0f} µs when it has to wake up, "
        f"{1e6 * costs.postgres.each:.0f} µs of Postgres and {1e6 * costs.postgres.together:.0f} µs a group, "
        f"{1e6 * costs.load:.0f} µs of the load; {1e6 * costs.waiting:.0f} µs of waiting; "
        f"{costs.held_up:.2f} × where both cores are busy"
    )
    for point, outcome in compare(curve):
        table.line(
            f"{point.servers} servers, {point.connections} connections",
            f"{outcome.tasks_per_second:.0f} tasks/s",
            f"simulated; measured {point.tasks_per_second:.0f}: "
            f"{outcome.tasks_per_second / point.tasks_per_second:.2f} ×",
        )
    table.head("One Postgres on a machine of its own, workers that do nothing but fetch and complete")
    for cores in (2, 4, 8, 16, 32, 64):
        processes, outcome = capacity(apart(costs), cores)
        table.line(
            f"{cores} cores for Postgres, {processes} processes",
            f"{outcome.tasks_per_second:.0f} tasks/s",
            f"Postgres {100 * outcome.postgres_busy:.0f} %, processes {100 * outcome.servers_busy:.0f} % busy; "
            f"complete p50 {1e3 * outcome.p50:.0f}, p99 {1e3 * outcome.p99:.0f} ms",
        )
    table.head(f"Machines with {arguments.workers_a_machine} workers each; Postgres with 16 cores")
    for machines in (10, 100, 1_000):
        for work in (10.0, 1.0, 0.1):
            _print_plan(table, apart(costs), machines, machines * arguments.workers_a_machine, work)


def _print_plan(table: Table, costs: Costs, machines: int, workers: int, work: float) -> None:
    planned = plan(costs, workers, work, 16)
    outcome = simulate(costs, planned.each, max(1.0, min(4.0, 4 * work)))
    table.line(
        f"{machines} machines, {work:g} s of work a task",
        f"{planned.partitions * outcome.tasks_per_second:.0f} tasks/s",
        f"{planned.partitions} Postgres ({100 * outcome.postgres_busy:.0f} % busy), "
        f"{planned.partitions * planned.each.processes} processes ({100 * outcome.servers_busy:.0f} %); "
        f"complete p50 {1e3 * outcome.p50:.1f}, p99 {1e3 * outcome.p99:.1f} ms",
    )


def read(curve: Path) -> list[Point]:
    """Read a curve that `benchmarks.many_machines --save` has written."""
    return [Point(**point) for point in json.loads(curve.read_text())]


if __name__ == "__main__":
    main()
