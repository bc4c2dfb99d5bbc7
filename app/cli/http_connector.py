"""The request that a task of `http-connector` describes, and its answer as variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.services.events.posting import Bounds, DeliveryFailed, check_url, exchange

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
MAX_ANSWER_BYTES = 1_000_000
HOP_HEADERS = frozenset(("host", "content-length", "transfer-encoding", "connection", "upgrade"))


class RequestRefused(Exception):
    """The request was not sent, or not answered as it must be; `may_work_later` tells whether to try again."""

    def __init__(self, reason: str, *, may_work_later: bool = False) -> None:
        super().__init__(reason)
        self.may_work_later = may_work_later


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Connector:
    """Send requests to the `hosts` allowed (in lower case), and to no others."""

    hosts: frozenset[str]
    private: bool
    timeout_s: float

    def request_of(self, task: Mapping[str, Any]) -> Request:
        """Return the request that a fetched task describes. Raises RequestRefused."""
        values = {name: each.get("value") for name, each in task["variables"].items()}
        url, method = str(values.get("url") or ""), str(values.get("method") or "GET").upper()
        if method not in METHODS:
            raise RequestRefused(f"the method '{method[:40]}' is none of {', '.join(METHODS)}")
        try:
            host = (check_url(url).hostname or "").lower()
        except ValueError as error:
            raise RequestRefused(str(error)) from None
        if host not in self.hosts:
            raise RequestRefused(f"the host '{host}' is not allowed; --allow-host {host} would allow it")
        payload = values.get("payload")
        if payload is not None and not isinstance(payload, str):
            payload = json.dumps(payload, ensure_ascii=False)
        return Request(method, url, _headers(values.get("headers")), None if payload is None else payload.encode())

    def send(self, request: Request) -> dict[str, dict[str, Any]]:
        """Send a request and return the answer as variables; a redirect is one as any. Raises RequestRefused."""
        bounds = Bounds(self.private, "--allow-private", MAX_ANSWER_BYTES, self.timeout_s)
        try:
            reply = exchange(request.method, request.url, request.body, request.headers, bounds)
        except DeliveryFailed as error:
            raise RequestRefused(str(error), may_work_later=True) from None
        return {
            "statusCode": {"type": "Integer", "value": reply.status},
            "response": {"type": "String", "value": reply.body.decode("utf-8", "replace")},
            "headers": {"type": "Json", "value": json.dumps(dict(reply.headers))},
        }


def _headers(value: Any) -> dict[str, str]:
    """Return the headers of a map, those left out that the connection sets itself. Raises RequestRefused."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise RequestRefused("the headers are no map") from None
    if not isinstance(value, dict | None):
        raise RequestRefused("the headers are no map")
    found = {str(name): str(text) for name, text in (value or {}).items() if str(name).lower() not in HOP_HEADERS}
    if any(not (name + text).isprintable() or not (name + text).isascii() for name, text in found.items()):
        raise RequestRefused("the headers must consist of visible ASCII characters")
    return found
