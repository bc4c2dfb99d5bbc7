"""An identity server of our own, on a free port: it publishes keys and grants claims, or fails on request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


class IdentityServer:
    """What it answers can be changed while it runs; `asked` lists the paths of all requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.granted: set[str] = set()
        self.broken: int | None = None
        self.jwks_uri = f"{url}/keys"
        self.asked: list[str] = []
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._held = threading.Event()
        self.rotate("first")

    def rotate(self, id: str) -> None:
        """Publish one new key and withdraw the others."""
        self.keys = {id: rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    def token(self, *claims: str, key: str | None = None, **members: Any) -> str:
        """Return a token signed with the newest key, or as the members say."""
        id = key or next(iter(self.keys))
        payload = {
            "iss": self.url,
            "sub": "ada",
            "exp": int(time.time()) + 600,
            **dict.fromkeys(claims, True),
            **members,
        }
        secret = self.keys.get(id) or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(payload, secret, algorithm="RS256", headers={"kid": id})

    def answer(self, path: str) -> tuple[int, Any]:
        """Return status and body for a path."""
        self.asked.append(path)
        if not self._may_answer.is_set():
            self._held.set()
            self._may_answer.wait(10)
        if self.broken is not None:
            return self.broken, None
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.url, "jwks_uri": self.jwks_uri}
        if path == "/keys":
            return 200, {"keys": [self._public(id) for id in self.keys]}
        return (204 if path.rpartition("/")[2] in self.granted else 403), None

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Keep everybody waiting for an answer during the block."""
        self._held.clear()
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    def wait_until_held(self) -> None:
        """Return when somebody waits."""
        assert self._held.wait(10)

    def _public(self, id: str) -> dict[str, Any]:
        return {
            **RSAAlgorithm.to_jwk(self.keys[id].public_key(), as_dict=True),
            "kid": id,
            "use": "sig",
            "alg": "RS256",
        }


@contextmanager
def identity_server() -> Iterator[IdentityServer]:
    """Run an identity server during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = server.answer(self.path)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = IdentityServer(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@contextmanager
def dripping_server() -> Iterator[str]:
    """Run a server that sends a byte of a header now and then, for ever, during the block."""
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            while not stop.wait(0.05):
                connection.sendall(b"x")

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
