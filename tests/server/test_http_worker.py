"""The worker for connectors: which requests it does, and what becomes of the answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.cli.http_connector import Connector, Request, RequestRefused


class Echo(BaseHTTPRequestHandler):
    """Answer with what was sent, redirect /away elsewhere, and send too much at /much."""

    def do_POST(self) -> None:
        """Answer a POST."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://elsewhere.invalid/")
        self.end_headers()
        self.wfile.write(b"x" * 1_000_001 if self.path == "/much" else body + self.headers.get("X-Own", "").encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    """Return the URL of a server that answers with what it is sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def connector(*hosts: str, private: bool = True) -> Connector:
    """Return a connector for hosts."""
    return Connector(frozenset(hosts or ("127.0.0.1",)), private, 5.0)


def task(url: str, **values: Any) -> dict[str, Any]:
    """Return a task as it is fetched."""
    named = {"url": url, "method": "POST", **values}
    return {"id": "t", "variables": {name: {"value": value} for name, value in named.items()}}


def test_a_request_is_sent_and_its_answer_becomes_variables(echo: str) -> None:
    it = connector()
    request = it.request_of(task(f"{echo}/a", payload='{"a":1}', headers={"X-Own": "!", "Host": "other"}))
    assert request == Request("POST", f"{echo}/a", {"X-Own": "!"}, b'{"a":1}')
    found = it.send(request)
    assert (found["statusCode"]["value"], found["response"]["value"]) == (200, '{"a":1}!')


def test_a_redirect_is_an_answer_and_not_followed(echo: str) -> None:
    it = connector()
    assert it.send(it.request_of(task(f"{echo}/away")))["statusCode"]["value"] == 302


def test_an_answer_that_is_too_long_may_be_tried_again(echo: str) -> None:
    it = connector()
    with pytest.raises(RequestRefused, match="longer than 1000000 bytes") as refused:
        it.send(it.request_of(task(f"{echo}/much")))
    assert refused.value.may_work_later


def test_a_private_address_is_not_asked_unless_allowed(echo: str) -> None:
    it = connector(private=False)
    with pytest.raises(RequestRefused, match=r"not public \(--allow-private\)"):
        it.send(it.request_of(task(echo)))


@pytest.mark.parametrize(
    ("fetched", "reason"),
    [
        (task("http://other/"), "the host 'other' is not allowed"),
        (task("file:///etc/passwd"), "the URL must begin with"),
        (task("http://127.0.0.1/", method="TRACE"), "the method 'TRACE' is none of"),
        (task("http://127.0.0.1/", headers="x"), "the headers are no map"),
        (task("http://127.0.0.1/", headers={"A": "b\r\nC: d"}), "visible ASCII"),
    ],
)
def test_what_may_not_be_asked_is_refused_for_good(fetched: Any, reason: str) -> None:
    with pytest.raises(RequestRefused, match=reason) as refused:
        connector().request_of(fetched)
    assert not refused.value.may_work_later
