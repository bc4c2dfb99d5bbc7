"""Very many long polls that wait: what they cost, and how fast one of them gets a new task."""

from __future__ import annotations

import argparse
import json
import selectors
import time

from benchmarks import scenarios
from benchmarks.ceilings import Ceilings
from benchmarks.load import Connection, Result, address_of, request
from benchmarks.report import Table
from benchmarks.servers import Server, errand

WAKES = 200
IDLE_SECONDS = 5.0


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Print memory, idle cost and wake-up latency, in one process and across two."""
    number = 5_000 if arguments.large else 1_000
    for workers in (1, 2):
        with errand(url, workers=str(workers), threads=str(number + 64)) as server:
            if workers == 1:
                scenarios.deploy(server)
            _measure_one(server, table, workers, number)


def _measure_one(server: Server, table: Table, workers: int, number: int) -> None:
    before = server.memory_mb()
    with Polls(server, number) as polls:
        time.sleep(2 + number / 500)
        each = 1000 * (server.memory_mb() - before) / number
        used = server.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        idle = 100 * (server.cpu_seconds() - used) / IDLE_SECONDS
        result = polls.wake(WAKES)
    table.line(
        f"wake one of {number} polls, {workers} process{'es' if workers > 1 else ''}",
        f"{result.percentile(0.5):.1f} ms p50",
        f"p99 {result.percentile(0.99):.1f} ms from the start request to the poll's answer; {each:.0f} KB a poll, "
        f"{idle:.2f} % of a core while nothing happens; {result.counts.get('late', 0)} later than 2 s",
    )


class Polls:
    """Connections, each with one parked poll."""

    def __init__(self, server: Server, number: int) -> None:
        self._address = address_of(server.base_url)
        topic = {"topicName": "bench", "lockDuration": 600_000, "variables": []}
        body = {"workerId": "parked", "maxTasks": 1, "asyncResponseTimeout": 1_700_000, "topics": [topic]}
        path = "/engine-rest/external-task/fetchAndLock"
        self._poll = request("POST", path, json.dumps(body).encode(), server.token)
        start = "/engine-rest/process-definition/key/bench/start"
        self._start = request("POST", start, b"{}", server.token)
        self._selector = selectors.DefaultSelector()
        self._number = number

    def __enter__(self) -> Polls:
        for _ in range(self._number):
            connection = Connection(self._address)
            connection.send(self._poll)
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        self._starter = Connection(self._address)
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._selector.get_map().values()):
            key.data.socket.close()
        self._starter.socket.close()

    def wake(self, times: int) -> Result:
        """Start instances one after the other, and measure until a poll has the task."""
        result = Result()
        for _ in range(times):
            self._starter.send(self._start)
            taken = self._next_answer(2)
            result.count("late", not taken)
            if taken:
                result.latencies.append(time.perf_counter() - self._starter.sent_at)
            while self._starter.receive() is None:
                pass
            time.sleep(0.01)
        return result

    def _next_answer(self, seconds: float) -> bool:
        """Wait until a poll is answered, and let it poll again."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            for key, _ in self._selector.select(left):
                if key.data.receive() is not None:
                    key.data.send(self._poll)
                    return True
        return False
