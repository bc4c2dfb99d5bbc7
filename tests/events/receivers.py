"""Receivers of webhooks on a free port of this machine: they take, refuse, hang or drip, as the test says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """Return the parsed JSON."""
        return json.loads(self.content)

    @property
    def id(self) -> str:
        """Return the message's id."""
        return self.headers["webhook-id"]


class Receiver:
    """What it answers can be changed while it runs; `received` lists all requests in their order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Received] = []
        self.answer: Callable[[Received], int] = lambda request: 204
        self.location = ""
        self.hanging = threading.Event()
        self.let_go = threading.Event()
        self.arrived = threading.Semaphore(0)

    def hang(self, _: Received) -> int:
        """Answer only once the test lets go."""
        self.hanging.set()
        self.let_go.wait(30)
        return 204

    def types(self) -> list[str]:
        """Return the types of the messages."""
        return [request.body["type"] for request in self.received]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            request = Received(self.path, {name.lower(): text for name, text in self.headers.items()}, content)
            server.received.append(request)
            server.arrived.release()
            self.send_response(server.answer(request))
            if server.location:
                self.send_header("Location", server.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A sender that has hung up is no error."""

    http = Quiet(("127.0.0.1", 0), Handler)
    server = Receiver(f"http://127.0.0.1:{http.server_port}/hook")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        http.shutdown()
        thread.join()
        http.server_close()


def signature(secret: str, request: Received) -> str:
    """Compute the signature as a receiver does, from the documentation of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    content = f"{request.id}.{request.headers['webhook-timestamp']}.".encode() + request.content
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
