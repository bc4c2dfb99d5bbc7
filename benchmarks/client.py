"""Calls of the app without a socket: what a request costs inside, without gunicorn and the network."""

from __future__ import annotations

import io
import json
import secrets
import sys
import time
from collections.abc import Iterator
from typing import Any

import jwt
from flask import Flask

from benchmarks.scenarios import BATCH, MODEL
from benchmarks.servers import CLAIMS

REST = "/engine-rest"
WORKER = "worker"


def make_app(database_url: str) -> tuple[Flask, str]:
    """Return the app as in production, on this database, and a token that it accepts."""
    from app import create_app
    from config import load

    secret = secrets.token_urlsafe(48)
    names = {"CONFIG": "production", "DATABASE_URL": database_url, "JWT_SECRET": secret, "TIMERS": "off"}
    app = create_app(load({f"ERRAND_{name}": value for name, value in names.items()}))
    claims = {"sub": "bench", "exp": int(time.time()) + 86_400, **dict.fromkeys(CLAIMS, True)}
    return app, jwt.encode(claims, secret, algorithm="HS256")


class Client:
    """One worker that calls the app in its own thread."""

    def __init__(self, app: Flask, token: str) -> None:
        self._app = app
        self._environment: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "bench",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "bench",
            "HTTP_AUTHORIZATION": f"Bearer {token}",
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def post(self, path: str, body: bytes, content_type: str = "application/json") -> bytes:
        """Send one request and return the body of the answer. Raises RuntimeError for a refusal."""
        own = {"PATH_INFO": path, "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
        status: list[str] = []
        environment = {**self._environment, **own, "wsgi.input": io.BytesIO(body)}
        answer = b"".join(self._app.wsgi_app(environment, lambda line, *_: status.append(line)))  # type: ignore[arg-type]
        if not status[0].startswith("2"):
            raise RuntimeError(f"{path}: {status[0]} {answer!r}")
        return answer

    def deploy(self, xml: str = MODEL.format(key="bench", topic="bench")) -> None:
        """Deploy a model."""
        part = 'Content-Disposition: form-data; name="data"; filename="bench.bpmn"'
        body = f"--B\r\n{part}\r\n\r\n{xml}\r\n--B--\r\n".encode()
        self.post(f"{REST}/deployment/create", body, "multipart/form-data; boundary=B")

    def start(self, number: int) -> None:
        """Start instances, each with one variable."""
        body = json.dumps({"variables": {"orderId": {"value": "A-1", "type": "String"}}}).encode()
        for _ in range(number):
            self.post(f"{REST}/process-definition/key/bench/start", body)

    def fetch(self, number: int) -> Iterator[str]:
        """Fetch and lock ten tasks at a time, so many times, and yield their ids."""
        topics = [{"topicName": "bench", "lockDuration": 600_000}]
        body = json.dumps({"workerId": WORKER, "maxTasks": BATCH, "usePriority": True, "topics": topics}).encode()
        for _ in range(number):
            for task in json.loads(self.post(f"{REST}/external-task/fetchAndLock", body)):
                yield task["id"]

    def report(self, verb: str, ids: list[str], **more: Any) -> None:
        """Report on each of the tasks: `verb` is the last part of the path."""
        body = json.dumps({"workerId": WORKER, **more}).encode()
        for id in ids:
            self.post(f"{REST}/external-task/{id}/{verb}", body)
