"""A load generator that is not the bottleneck: many keep-alive connections in one process, each running a scenario.

A scenario is a generator: it yields one request (bytes, made by `request`) and is sent the answer `(status, body)`.
One epoll loop drives all connections; a request costs a small part of what it costs the server.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Answer = tuple[int, bytes]
Scenario = Generator[bytes, Answer, None]


@dataclass
class Result:
    """What a run saw: answers by status, latencies in seconds by name, and how long it took."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, number: int = 1) -> None:
        """Add to a counter of the scenario's own."""
        self.counts[name] = self.counts.get(name, 0) + number

    def rate(self, name: str) -> float:
        """Return the counter per second."""
        return self.counts.get(name, 0) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return a latency percentile in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def errors(self) -> int:
        """Count the answers that were no success."""
        return sum(number for status, number in self.statuses.items() if status >= 400)


def address_of(base_url: str) -> tuple[str, int]:
    """Return host and port."""
    parts = urlsplit(base_url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def request(method: str, path: str, body: bytes = b"", token: str | None = None) -> bytes:
    """Render one HTTP/1.1 request with a JSON body."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{authorization}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One keep-alive connection and the scenario that it runs, if it runs one."""

    def __init__(self, address: tuple[str, int], scenario: Scenario | None = None) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.scenario = scenario
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        """Send a request."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> Answer | None:
        """Return the answer when it is complete, None while more is to come."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return None
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        return int(head[9:12]), body


def run(
    base_url: str | Sequence[str], make: Callable[[int, Result], Scenario], connections: int, seconds: float
) -> Result:
    """Run one scenario on each connection for `seconds` (or until all scenarios end) and return what was seen.

    Connections go to the servers in turn, if there are several. `make(number, result)` makes the scenario of one
    connection; what is in flight at the end is left.
    """
    addresses = [address_of(url) for url in ([base_url] if isinstance(base_url, str) else base_url)]
    result = Result()
    selector = selectors.DefaultSelector()
    for number in range(connections):
        connection = Connection(addresses[number % len(addresses)], make(number, result))
        connection.socket.setblocking(True)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    started = time.perf_counter()
    for key in list(selector.get_map().values()):
        _first(selector, key.data)
    _drive(selector, result, started + seconds)
    result.seconds = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return result


def _first(selector: selectors.BaseSelector, connection: Connection) -> None:
    try:
        connection.send(next(connection.scenario or iter(())))
    except StopIteration:
        selector.unregister(connection.socket)
        connection.socket.close()


def _drive(selector: selectors.BaseSelector, result: Result, until: float) -> None:
    while selector.get_map():
        left = until - time.perf_counter()
        if left <= 0:
            return
        for key, _ in selector.select(left):
            _advance(selector, key.data, result)


def _advance(selector: selectors.BaseSelector, connection: Connection, result: Result) -> None:
    answer = connection.receive()
    if answer is None:
        return
    result.latencies.append(time.perf_counter() - connection.sent_at)
    result.statuses[answer[0]] = result.statuses.get(answer[0], 0) + 1
    scenario = connection.scenario
    assert scenario is not None, "a connection that is driven has a scenario"
    try:
        connection.send(scenario.send(answer))
    except StopIteration:
        selector.unregister(connection.socket)
        connection.socket.close()
