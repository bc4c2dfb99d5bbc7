"""A request that is broken on its way is the client's fault, and answered in the dialect's words."""

from __future__ import annotations

import json
import socket

from tests.builders import token
from tests.server.running import running_server


def test_malformed_chunks_are_a_bad_request(database_url: str) -> None:
    head = (
        "POST /engine-rest/external-task/fetchAndLock HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {token()}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with (
        running_server(database_url, ERRAND_WORKERS="1") as server,
        socket.create_connection(server.address, timeout=20) as connection,
    ):
        connection.sendall(head.encode() + b"ZZ\r\n{}\r\n0\r\n\r\n")
        answer = connection.makefile("rb").read()
    start, _, body = answer.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body) == {"type": "BadRequestException", "message": "HTTP 400 Bad Request", "code": None}
