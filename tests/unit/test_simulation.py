"""The simulation of docs/scaling.md against queueing theory, and against what was measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.deployment_model import Costs, Deployment, Part, simulate
from benchmarks.queueing import Groups, Process, Simulation, Station
from benchmarks.simulation import CURVE, MACHINE_CORES, compare, plan, read

THINK, SERVICE = 10.0, 1.0
COSTS = Costs(server=0.001, waking=0.0, postgres=Part(0.0005), load=0.0, flush=0.0001, waiting=0.001)


def theory(customers: int, servers: int) -> float:
    """Return the throughput of customers who think and then queue at `servers` (M/M/c with a finite population)."""
    weights = [1.0]
    for present in range(1, customers + 1):
        arrivals, departures = (customers - present + 1) / THINK, min(present, servers) / SERVICE
        weights.append(weights[-1] * arrivals / departures)
    busy = sum(weight * min(present, servers) for present, weight in enumerate(weights))
    return busy / sum(weights) / SERVICE


@pytest.mark.parametrize(("customers", "servers"), [(1, 1), (8, 1), (30, 1), (30, 3), (60, 4)])
def test_a_station_behaves_as_queueing_theory_says(customers: int, servers: int) -> None:
    simulation, seconds = Simulation(), 20_000.0
    station = Station(simulation, servers)
    served = 0

    def customer() -> Process:
        nonlocal served
        while True:
            yield simulation.about(THINK)
            yield from station.hold(simulation.about(SERVICE))
            served += 1

    for _ in range(customers):
        simulation.begin(customer())
    simulation.run(seconds)
    assert served / seconds == pytest.approx(theory(customers, servers), rel=0.03)
    assert station.busy_seconds() == pytest.approx(served * SERVICE, rel=0.03)  # the utilisation law


def test_whoever_comes_during_a_flush_is_part_of_the_next_one() -> None:
    simulation = Simulation()
    committed: list[tuple[str, float]] = []

    def flush(gather: Callable[[], int]) -> Process:
        yield 1.0 * gather()

    log = Groups(simulation, flush)

    def commit(name: str) -> Process:
        yield log
        committed.append((name, simulation.now))

    for name, at in (("first", 0.0), ("second", 0.25), ("third", 0.75), ("last", 5.0)):
        simulation.begin(commit(name), at)
    simulation.run(10.0)
    assert committed == [("first", 1.0), ("second", 3.0), ("third", 3.0), ("last", 6.0)]


def test_one_process_completes_no_more_than_its_interpreter_allows() -> None:
    costs = replace(COSTS, postgres=Part(each=0.0, together=0.0005))
    outcome = simulate(costs, Deployment(workers=64, processes=1))
    assert outcome.tasks_per_second == pytest.approx(1 / (1.1 * COSTS.server), rel=0.05)
    assert outcome.servers_busy == pytest.approx(1.0, abs=0.02)


def test_the_measured_curve_comes_out_within_a_fifth() -> None:
    for point, outcome in compare(read(CURVE)):
        # With more processes than cores the machine spends time on changing between them, which is not simulated.
        tolerance = 0.2 if point.servers <= MACHINE_CORES else 0.35
        assert outcome.tasks_per_second == pytest.approx(point.tasks_per_second, rel=tolerance), point


def test_what_is_planned_does_the_work_and_is_not_overloaded() -> None:
    planned = plan(COSTS, workers=4_000, work=1.0, postgres_cores=1)
    outcome = simulate(COSTS, planned.each)
    assert planned.partitions == math.ceil(4_000 * 1.1 * COSTS.postgres.each / 0.6)
    assert planned.partitions * outcome.tasks_per_second == pytest.approx(4_000, rel=0.05)
    assert max(outcome.servers_busy, outcome.postgres_busy) < 0.7
