"""Sockets that keep Python's lock where they need not wait.

Python gives its lock away before every call of the system, and on a busy server another thread takes it: to read a
request and to send its answer costs half a dozen changes of thread (measured: as much as gunicorn needs for all the
rest). A call that cannot wait may as well keep the lock; one that would have to wait is made again in Python's way.
"""

from __future__ import annotations

import ctypes
import select
import socket
from typing import Any

_SIZE = 8192
"""What gunicorn reads at a time."""
_Buffer = ctypes.c_char * _SIZE
_AT_ONCE = socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0)

_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL, unlike CDLL, keeps the lock
_recv, _send = _libc.recv, _libc.send
_recv.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_recv.restype = _send.restype = ctypes.c_ssize_t


class EagerSocket(socket.socket):
    """A connected socket. Its time-out becomes true only when somebody is about to wait, or asks for the descriptor."""

    _descriptor = -1
    _timeout: float | None = None

    @classmethod
    def of(cls, other: socket.socket) -> EagerSocket:
        """Take over the connection of another socket."""
        timeout = other.gettimeout()
        eager = cls(other.family, other.type, other.proto, other.detach())
        eager._descriptor = super().fileno(eager)
        eager._timeout = timeout
        super().settimeout(eager, timeout)
        return eager

    def receive_at_once(self) -> bytes | None:
        """Return what has arrived, b"" when the other side has closed, None when there is nothing yet."""
        buffer = _Buffer()
        count = _recv(self._descriptor, buffer, _SIZE, _AT_ONCE)
        return buffer.raw[:count] if count >= 0 else None

    def arrives(self, timeout_ms: int) -> bool:
        """Wait until there is something to receive; return False when the time is over."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive as any socket does."""
        data = self.receive_at_once() if size == _SIZE and not flags else None
        if data is None:
            self._apply_timeout()
            data = super().recv(size, flags)
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send as any socket does."""
        sent = _send(self._descriptor, data, len(data), _AT_ONCE) if type(data) is bytes and not flags else 0
        if sent < len(data):
            self._apply_timeout()
            super().sendall(memoryview(data)[max(sent, 0) :], flags)

    def settimeout(self, value: float | None) -> None:
        """Wait at most so many seconds in what follows."""
        self._timeout = value

    def gettimeout(self) -> float | None:
        """Return how long to wait."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """Wait for ever, or not at all."""
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """Tell whether it waits."""
        return self._timeout != 0.0

    def fileno(self) -> int:
        """Return the descriptor, for others to use."""
        self._apply_timeout()
        return super().fileno()

    def _apply_timeout(self) -> None:
        if super().gettimeout() != self._timeout:
            super().settimeout(self._timeout)
