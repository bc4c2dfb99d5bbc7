"""Exchange one message by HTTP: only to where it may go, never following anybody elsewhere, never waiting for long."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

TIMEOUT_S = 10.0
"""For the connection, and for the whole exchange from there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far an exchange may go: to `private` addresses (`allowance` names what permits it), and how much it reads."""

    private: bool
    allowance: str
    max_bytes: int = 0
    timeout_s: float = TIMEOUT_S


class DeliveryFailed(Exception):
    """The message was not taken; the text says why, in words that may be shown. `status` is that of the answer."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def check_url(url: str) -> SplitResult:
    """Return the parts of a URL that messages may be sent to. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("the URL must begin with https:// or http://")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError("the URL must name a host, and no user or password")
    if any(ord(character) <= 32 or ord(character) > 126 for character in url):
        raise ValueError("the URL must consist of visible ASCII characters")
    parts.port  # noqa: B018  # raises ValueError itself for what is no port
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool, timeout_s: float = TIMEOUT_S) -> None:
    """POST JSON and return when the answer is 2xx. `private` lets it go to addresses that are not public.

    The name is looked up once and the address that was checked is the one that is connected to. Redirects are failures,
    and nothing of an answer but its status is read. Raises DeliveryFailed.
    """
    bounds = Bounds(private, "ERRAND_WEBHOOK_PRIVATE_ADDRESSES", 0, timeout_s)
    status = exchange("POST", url, body, {"Content-Type": "application/json", **headers}, bounds).status
    if not 200 <= status < 300:
        raise DeliveryFailed(f"answered {status}", status)


def exchange(method: str, url: str, body: bytes | None, headers: Mapping[str, str], bounds: Bounds) -> Reply:
    """Send one request and return the answer, whatever its status; it must not be longer than `bounds` say.

    Raises DeliveryFailed.
    """
    try:
        parts = check_url(url)
        connection = _connection(parts, _address(parts, bounds), bounds.timeout_s)
        return _exchange(connection, method, parts, body, headers, bounds)
    except DeliveryFailed:
        raise
    except TimeoutError:
        raise DeliveryFailed(f"no answer within {bounds.timeout_s:g} seconds") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise DeliveryFailed(f"no connection or no answer ({type(error).__name__})") from None


def _address(parts: SplitResult, bounds: Bounds) -> str:
    """Look the host up and return its first address. Raises DeliveryFailed when one of them may not be reached."""
    found = socket.getaddrinfo(parts.hostname, parts.port or _port(parts), type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not bounds.private and not all(_is_public(address) for address in addresses):
        raise DeliveryFailed(f"the host has an address that is not public ({bounds.allowance})")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (mapped or ip).is_global and not ip.is_multicast


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _connection(parts: SplitResult, address: str, timeout_s: float) -> http.client.HTTPConnection:
    """Connect to the address, and speak as to the host."""
    host, port = parts.hostname or "", parts.port or _port(parts)
    connected = socket.create_connection((address, port), timeout=timeout_s)
    try:
        if parts.scheme == "https":
            connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
    except BaseException:
        connected.close()
        raise
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=timeout_s)
    connection.sock = connected
    return connection


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    parts: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
    bounds: Bounds,
) -> Reply:
    """Send the request and return the answer; cut the connection when its time is over, however slowly
    the other side drips."""
    late = threading.Event()
    alarm = threading.Timer(bounds.timeout_s, _cut, (connection, late))
    alarm.daemon = True
    alarm.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {"User-Agent": "errand", **headers})
        with connection.getresponse() as response:
            content = response.read(bounds.max_bytes + 1) if bounds.max_bytes else b""
        if late.is_set():
            raise TimeoutError
        if len(content) > bounds.max_bytes:
            raise DeliveryFailed(f"the answer is longer than {bounds.max_bytes} bytes", response.status)
        return Reply(response.status, dict(response.getheaders()), content)
    except (OSError, ValueError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        alarm.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    open_socket = connection.sock
    if open_socket is not None:
        with suppress(OSError):
            open_socket.shutdown(socket.SHUT_RDWR)
