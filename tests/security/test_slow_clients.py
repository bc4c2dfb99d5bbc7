"""Clients that begin a request and never end it cannot hold the threads of a server."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from tests.server.running import running_server

HALF = b"POST /engine-rest/external-task/fetchAndLock HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
HEADER = b"GET /healthz HTTP/1.1\r\nHo"


def test_halves_of_requests_on_every_thread_stop_the_server_for_a_moment_only(database_url: str) -> None:
    settings = {"ERRAND_THREADS": "4", "ERRAND_WORKERS": "1", "ERRAND_CLIENT_TIMEOUT_S": "1"}
    with running_server(database_url, **settings) as server, ExitStack() as stack:
        for beginning in (HALF, HEADER) * 8:
            connection = stack.enter_context(socket.create_connection(server.address))
            connection.sendall(beginning)
        with server.client(timeout=20) as client:
            assert client.get("/healthz").status_code == 200
