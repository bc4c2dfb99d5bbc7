"""The model of one deployment: workers, processes with one interpreter lock each, groups, Postgres, its log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.queueing import Groups, Process, Simulation, Station
from benchmarks.scenarios import BATCH

REQUESTS_A_TASK = 1 + 1 / BATCH


@dataclass(frozen=True)
class Part:
    """Processor time in seconds: `each` for a request, `together` for a group of them that is committed together."""

    each: float
    together: float = 0.0

    def of(self, requests: int) -> float:
        """Return the time for a group."""
        return self.together + requests * self.each


@dataclass(frozen=True)
class Costs:
    """What requests cost, in seconds.

    `server` is processor time of a busy process; `waking` is what each half of a request costs more when the process
    had nothing to do. `flush` is one write of the log to disk, `network` the round trips of one transaction, `waiting`
    the rest of the time in which nobody works for a request. `serial` is what Postgres does for one request at a time,
    whatever the number of its cores. `held_up` is how much longer processor time takes on a shared machine whose other
    core is busy, too.
    """

    server: float
    waking: float
    postgres: Part
    load: float
    flush: float
    waiting: float
    network: float = 0.0
    serial: float = 0.0
    held_up: float = 1.0


@dataclass(frozen=True)
class Deployment:
    """Workers before one Postgres: how many, and on how many cores.

    `shared_cores`: everything is on one machine with so many cores; else each process has a core of its own, Postgres
    has `postgres_cores`, and the workers are elsewhere. A worker fetches ten tasks and works `work` seconds on each.
    """

    workers: int
    processes: int
    postgres_cores: int = 2
    shared_cores: int = 0
    work: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What was simulated: rates by second, shares of the time that things were busy, latencies in seconds."""

    tasks_per_second: float
    servers_busy: float
    postgres_busy: float
    p50: float
    p99: float


def _machine(simulation: Simulation, costs: Costs, deployment: Deployment) -> Station | None:
    """Return the cores that everything shares, if it does."""
    return Station(simulation, deployment.shared_cores, costs.held_up) if deployment.shared_cores else None


class Model:
    """The stations of one deployment, and the processes that go from one to the other."""

    def __init__(self, costs: Costs, deployment: Deployment, seed: int = 1) -> None:
        self._costs = costs
        self._work = deployment.work
        self.simulation = simulation = Simulation(seed)
        self._machine = _machine(simulation, costs, deployment)
        self.postgres = self._machine or Station(simulation, deployment.postgres_cores)
        self._serial = Station(simulation, 1)
        self._log = Groups(simulation, self._flush)
        self.interpreters = [Station(simulation, 1, in_turn=False) for _ in range(deployment.processes)]
        self._groups = [Groups(simulation, partial(self._commit, number)) for number in range(deployment.processes)]
        self.completed = 0
        self.latencies: list[float] = []
        for number in range(deployment.workers):
            simulation.begin(self._worker(number % deployment.processes))

    def _worker(self, process: int) -> Process:
        # Each begins somewhere in its cycle, so that they do not come in step.
        left = self.simulation.random.randrange(BATCH)
        while True:
            for _ in range(left):
                yield self.simulation.about(self._work)
                asked_at = self.simulation.now
                yield from self._request(process)
                self.latencies.append(self.simulation.now - asked_at)
                self.completed += 1
            yield from self._request(process)  # the fetch
            left = BATCH

    def _request(self, process: int) -> Process:
        if self._machine:
            yield from self._machine.hold(self.simulation.about(self._costs.load))
        yield self.simulation.about(self._costs.waiting)
        yield from self._think(process, self._costs.server / 2)
        yield self._groups[process]
        yield from self._think(process, self._costs.server / 2)

    def _commit(self, process: int, gather: Callable[[], int]) -> Process:
        """Commit what the requests of one process have changed, in one transaction; one of them leads."""
        costs = self._costs
        yield self.interpreters[process]  # to gather is Python, too: it waits for its turn, and the group grows
        requests = gather()
        self.interpreters[process].leave()
        yield costs.network
        yield from self.postgres.hold(self.simulation.about(costs.postgres.of(requests)))
        yield from self._serial.hold(requests * costs.serial)
        yield self._log

    def _flush(self, gather: Callable[[], int]) -> Process:
        gather()
        yield self._costs.flush

    def _think(self, process: int, mean: float) -> Process:
        """Run Python: one thread of a process at a time, on a core of the machine if it is shared."""
        interpreter = self.interpreters[process]
        seconds = self.simulation.about(mean + (self._costs.waking if interpreter.is_idle else 0.0))
        yield interpreter
        if self._machine:
            yield from self._machine.hold(seconds)
        else:
            yield seconds
        interpreter.leave()


def simulate(costs: Costs, deployment: Deployment, seconds: float = 4.0, seed: int = 1) -> Outcome:
    """Run a deployment for so many seconds, of which the first quarter does not count."""
    model = Model(costs, deployment, seed)
    model.simulation.run(seconds / 4)
    stations = [model.postgres, *model.interpreters]
    before, completed = [station.busy_seconds() for station in stations], model.completed
    model.latencies.clear()
    model.simulation.run(seconds)
    counted = 0.75 * seconds
    postgres, *servers = (
        (station.busy_seconds() - earlier) / counted for station, earlier in zip(stations, before, strict=True)
    )
    ordered = sorted(model.latencies) or [0.0]
    return Outcome(
        (model.completed - completed) / counted,
        sum(servers) / deployment.processes,
        postgres / (deployment.shared_cores or deployment.postgres_cores),
        ordered[len(ordered) // 2],
        ordered[int(len(ordered) * 0.99)],
    )
