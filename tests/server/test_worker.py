"""Gunicorn's worker with the habits of ours: threads that stay with their connection must not be missed elsewhere."""

from __future__ import annotations

import os
import socket
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.load import Result, Scenario, request, run
from tests.server.running import running_server
from tests.waiting import until

THREADS = 40
CONNECTIONS = 2 * THREADS
ENOUGH = 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_more_busy_connections_than_threads_are_all_served(database_url: str) -> None:
    answers: Counter[int] = Counter(dict.fromkeys(range(CONNECTIONS), 0))

    def asking(number: int, _: Result) -> Scenario:
        while min(answers.values()) < ENOUGH:
            status, _body = yield request("GET", "/healthz")
            answers[number] += status == 200

    with running_server(database_url, ERRAND_WORKERS="1", ERRAND_THREADS=str(THREADS)) as server:
        run(server.url, asking, CONNECTIONS, 60)
    assert min(answers.values()) >= ENOUGH


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_requests_that_come_in_pieces_or_together_are_all_answered(database_url: str) -> None:
    with running_server(database_url) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            whole = request("GET", "/healthz")
            for piece in (whole[:1], whole[1:20], whole[20:]):
                connection.sendall(piece)
            assert answers_from(connection, 1) == [200]
            connection.sendall(whole * 5)
            assert answers_from(connection, 5) == [200] * 5
            connection.sendall(whole)
            assert answers_from(connection, 1) == [200]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_thread_that_wakes_does_not_interrupt_the_one_that_works(database_url: str) -> None:
    with running_server(database_url) as server:
        until(lambda: policies(server.process.pid) == [os.SCHED_BATCH] * 2)  # the second one begins a little later


def policies(master: int) -> list[int]:
    """Return the scheduling policy of each process that it has forked."""
    processes = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [os.sched_getscheduler(int(process)) for process in processes]


def answers_from(connection: socket.socket, count: int) -> list[int]:
    """Read so many answers and return their statuses."""
    received = b""
    while received.count(b'{"status":"up"}') < count:
        data = connection.recv(65_536)
        assert data, received
        received += data
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
