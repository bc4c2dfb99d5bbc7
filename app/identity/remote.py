"""Ask an identity server: short, bounded, and never following it anywhere else."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit

from app.errors import Unavailable

TIMEOUT_S = 5.0
"""For a whole exchange, however slowly the server drips."""
MAX_BYTES = 1_000_000
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


class IdentityServerSilent(Unavailable):
    """The identity server did not answer, or not so that the answer means anything."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The identity server could not be asked: {reason}.")
        self.reason = reason


class Deadline:
    """The end of the time for one question, or for several that belong together."""

    def __init__(self) -> None:
        self._ends_at = monotonic() + TIMEOUT_S

    def left_s(self) -> float:
        """Return the seconds that are left."""
        return max(self._ends_at - monotonic(), 0.0)


def get(url: str, token: str | None = None, deadline: Deadline | None = None) -> tuple[int, bytes]:
    """Return status and body of a GET; no redirect is followed. Raises IdentityServerSilent."""
    exchange = _Exchange(url, token)
    # In a thread of its own: no timeout of a socket ends a slow look-up of a name, or a server that drips.
    thread = threading.Thread(target=exchange.run, daemon=True)
    thread.start()
    thread.join((deadline or Deadline()).left_s())
    return exchange.result()


class _Exchange:
    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in CONNECTIONS or not parts.hostname:
            raise IdentityServerSilent("its address is no http or https one")
        try:
            self._connection = CONNECTIONS[parts.scheme](parts.hostname, parts.port, timeout=TIMEOUT_S)
        except ValueError:
            raise IdentityServerSilent("its address has no port that there is") from None
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Accept": "application/json", "Connection": "close"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._answer: tuple[int, bytes] | None = None
        self._failure: str | None = None

    def run(self) -> None:
        """Ask, and keep the answer or what went wrong."""
        try:
            self._connection.request("GET", self._target, headers=self._headers)
            response = self._connection.getresponse()
            self._answer = response.status, response.read(MAX_BYTES)
        except (OSError, HTTPException, ValueError) as error:
            self._failure = type(error).__name__
        finally:
            self._connection.close()

    def result(self) -> tuple[int, bytes]:
        """Return the answer; one that is not there now is not waited for. Raises IdentityServerSilent."""
        if self._answer is not None:
            return self._answer
        if self._failure is None:
            self._cut()
        raise IdentityServerSilent(self._failure or f"it did not answer within {TIMEOUT_S:.0f} s")

    def _cut(self) -> None:
        """Let the thread end, which may be waiting for the next drop."""
        opened = self._connection.sock
        if opened is not None:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
