"""Wakes between processes on one machine: each listens on a socket file in a directory beside the database."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from app.ids import new_id
from app.services.long_polling.wake_bus import OnWake

logger = logging.getLogger(__name__)

_LONGEST_PATH = 100
"""An address of a socket file may have 108 bytes."""
_LARGEST = 65_536


class DatagramBus:
    """One datagram to each other process: 28 µs from commit to waking, and no cost while nothing happens."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)
        self._name = ""
        self._socket: socket.socket | None = None
        self._directory_fd: int | None = None
        self._peers: list[str] = []
        self._listed_at = 0.0

    def start(self, on_wake: OnWake) -> None:
        """Bind this process's socket file and begin to listen."""
        self._name = f"{os.getpid()}-{new_id()[-12:]}.sock"  # made after the fork
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            receiver.bind(self._address(self._name))
        except OSError as error:
            logger.warning("cannot listen to other processes in %s: %s", self._directory, error)
            return
        self._socket = receiver
        threading.Thread(target=self._listen, args=(receiver, on_wake), name="wake bus", daemon=True).start()

    def publish(self, topics: Mapping[str, int]) -> None:
        """Send one datagram to every other process; one whose queue is full looks by itself soon."""
        sender = self._socket
        if sender is None:
            return
        message = json.dumps(topics).encode()
        for peer in self._others():
            try:
                sender.sendto(message, socket.MSG_DONTWAIT, self._address(peer))
            except (ConnectionRefusedError, FileNotFoundError):
                (self._directory / peer).unlink(missing_ok=True)  # its process has died
                self._listed_at = 0.0
            except OSError:
                continue

    def stop(self) -> None:
        """Remove the socket file and end the thread."""
        receiver, self._socket = self._socket, None
        if receiver is not None:
            (self._directory / self._name).unlink(missing_ok=True)
            receiver.shutdown(socket.SHUT_RDWR)

    def _listen(self, receiver: socket.socket, on_wake: OnWake) -> None:
        with receiver:
            while self._socket is receiver:
                message = receiver.recv(_LARGEST)
                if message:
                    on_wake(_read(message))

    def _others(self) -> list[str]:
        now = time.monotonic()
        if now - self._listed_at > 1:
            self._listed_at = now
            try:
                names = [path.name for path in Path(self._directory).iterdir()]
            except OSError:
                names = []
            self._peers = [name for name in names if name.endswith(".sock") and name != self._name]
        return self._peers

    def _address(self, name: str) -> str:
        path = str(self._directory / name)
        if len(os.fsencode(path)) <= _LONGEST_PATH:
            return path
        if self._directory_fd is None:  # Linux knows a short name for every open directory
            self._directory_fd = os.open(self._directory, os.O_RDONLY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._directory_fd}/{name}"


def _read(message: bytes) -> dict[str, int]:
    try:
        topics = json.loads(message)
        return {str(topic): int(count) for topic, count in topics.items()}
    except (ValueError, AttributeError, TypeError):
        return {}  # nothing of ours
