"""A pool of connections: a stack with a limit. Connections are opened when first needed, never before a fork."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app.errors import Overloaded

LONGEST_WAIT_S = 30.0
"""After it the database does not answer, or far too many ask: better say so than let every thread wait for it."""


class Pool:
    """Lend at most `size` connections at a time; the most recently used is lent first. Waiters are served in order."""

    def __init__(self, connect: Callable[[], Any], size: int) -> None:
        self._connect = connect
        self._size = size
        self._idle: list[Any] = []
        self._lent = 0
        self._free = threading.Condition(threading.Lock())

    def take(self) -> Any:
        """Return a connection, waiting for one when all are lent. Raises Overloaded."""
        with self._free:
            if not self._free.wait_for(lambda: self._lent < self._size, LONGEST_WAIT_S):
                raise Overloaded("No connection to the database became free.", retry_after_s=5)
            self._lent += 1
            connection = self._idle.pop() if self._idle else None
        if connection is not None:
            return connection
        try:
            return self._connect()
        except BaseException:
            self._return_slot(None)
            raise

    def give_back(self, connection: Any) -> None:
        """Take a connection back that can be used again."""
        self._return_slot(connection)

    def discard(self, connection: Any) -> None:
        """Take a connection back that is of no more use, and close it."""
        self._return_slot(None)
        connection.close()

    def clear(self) -> None:
        """Close the connections that nobody is using."""
        with self._free:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _return_slot(self, connection: Any) -> None:
        with self._free:
            if connection is not None:
                self._idle.append(connection)
            self._lent -= 1
            self._free.notify()
