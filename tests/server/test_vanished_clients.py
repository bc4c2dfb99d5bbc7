"""A worker that hangs up while it polls: no task is ever locked for it, whichever process it was connected to."""

from __future__ import annotations

import json
import socket
from typing import Any

import httpx

from tests.builders import one_task, token
from tests.server.running import RunningServer, running_server

FETCH = {"topicName": "work", "maxTasks": 1, "longPollingTimeout": 30_000, "lockDuration": 60_000}
PATH = "/api/external_task/v1/fetch_and_lock"


def hanging_poll(server: RunningServer, worker: str) -> socket.socket:
    """Send a poll and return its connection; nobody has read the answer."""
    body = json.dumps({"workerId": worker, **FETCH}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: errand\r\nAuthorization: Bearer {token()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(server.address)
    connection.sendall(head.encode() + body)
    return connection


def start(client: httpx.Client) -> None:
    """Start one process."""
    client.post("/api/consumer/v1/process_models/process/start", json={}).raise_for_status()


def test_no_task_is_locked_for_a_worker_that_hung_up(database_url: str) -> None:
    with running_server(database_url) as server, server.client(timeout=60) as client:
        model = {"xml": one_task(), "overwriteExisting": True}
        client.post("/api/management/v1/process_models/process/update", json=model).raise_for_status()
        gone = [hanging_poll(server, f"gone-{number}") for number in range(12)]
        server.wait_until_parked(12)
        for connection in gone:
            connection.close()
        server.wait_until_parked(0)
        for _ in range(5):
            start(client)
        order: dict[str, Any] = {**FETCH, "workerId": "alive", "maxTasks": 10}
        seen: set[str] = set()
        while len(seen) < 5 and (tasks := client.post(PATH, json=order).json()):
            seen.update(task["id"] for task in tasks)
        assert len(seen) == 5


def test_a_poll_in_one_process_is_woken_by_a_task_of_another(database_url: str) -> None:
    with running_server(database_url) as server, server.client(timeout=60) as client:
        model = {"xml": one_task(), "overwriteExisting": True}
        client.post("/api/management/v1/process_models/process/update", json=model).raise_for_status()
        polls = [hanging_poll(server, f"w{number}") for number in range(6)]
        server.wait_until_parked(6)
        for _ in polls:
            start(client)
        answers = [json.loads(_body(connection)) for connection in polls]
        assert len({task["id"] for tasks in answers for task in tasks}) == 6
        assert [len(tasks) for tasks in answers] == [1] * 6


def _body(connection: socket.socket) -> bytes:
    """Read one answer and return its body."""
    with connection, connection.makefile("rb") as stream:
        length = 0
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return stream.read(length)
