"""Gunicorn's threaded worker with two habits of its own, for workers that send one request after the other.

Gunicorn gives a connection back to its main thread after every answer, and wakes a pool thread for the next request:
two changes of thread and a dozen system calls for each. Here the thread that has answered waits a moment for the next
request itself. And a process that has more connections than another one lets that one accept the new ones: they stay
where they are for hours, and each process has but one core.
"""

from __future__ import annotations

import mmap
import socket
import time
from collections import deque
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app.serving.sockets import EagerSocket

LINGER_MS = 20
"""How long an answered connection keeps its thread. Long enough for a client that is at work, too short to matter to
those who wait for a thread."""
DEFERENCES = 20
DEFERENCE_S = 0.0005
"""How often and how long a process lets others go first; they may be busy, or hang."""


class Connections:
    """How many connections each process has, in memory that all share: made before the fork."""

    def __init__(self) -> None:
        self._memory = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("i")  # one more than there are; 0: no process

    def tell(self, number: int, count: int | None) -> None:
        """Say how many connections process `number` has, None when it ends."""
        self._memory[number] = 0 if count is None else count + 1

    def some_has_fewer(self, count: int) -> bool:
        """Tell whether another process has fewer."""
        return any(0 < others <= count for others in self._memory)


_connections = Connections()


class Worker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that lingers, and shares the connections out. The server gives it `number` before the fork."""

    number: int
    _deferences = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._queued: deque[None] = deque()  # one for each connection that waits for a thread

    def enqueue_req(self, conn: Any) -> None:
        """Hand a request to a thread."""
        if type(conn.sock) is socket.socket:
            conn.sock = EagerSocket.of(conn.sock)
        self._queued.append(None)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Serve one request on this thread, and those that follow closely, unless another connection needs it."""
        self._queued.popleft()
        keep = super().handle(conn)
        while keep is True and self.alive and not self._queued and _follows(conn):
            keep = super().handle(conn)
        return keep

    def accept(self, listener: Any) -> None:
        """Accept a connection, unless a process with fewer of them may do it."""
        if self._deferences < DEFERENCES and _connections.some_has_fewer(self.nr_conns):
            self._deferences += 1
            time.sleep(DEFERENCE_S)
            return
        self._deferences = 0
        super().accept(listener)
        _connections.tell(self.number, self.nr_conns)

    def notify(self) -> None:
        """Tell, once a turn of the main loop, that the process is alive, and how many connections it has."""
        super().notify()
        _connections.tell(self.number, self.nr_conns if self.alive else None)


def _follows(conn: Any) -> bool:
    """Wait a moment for the next request of a connection, and begin to read it."""
    unreader = conn.parser.unreader
    if unreader.buf.getvalue():  # it came with the last one
        return True
    data = conn.sock.receive_at_once()
    if data is None:
        return bool(conn.sock.arrives(LINGER_MS))
    unreader.unread(data)
    return bool(data)
