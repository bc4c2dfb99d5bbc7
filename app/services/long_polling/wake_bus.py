"""Tell the other processes that tasks may be fetched. What is told here are hints: a lost one costs two seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

OnWake = Callable[[Mapping[str, int]], None]
"""Called on the bus's thread with topic → number of tasks."""


class WakeBus(Protocol):
    """A bus between the processes on one database."""

    def start(self, on_wake: OnWake) -> None:
        """Begin to listen. Never raises: a process that cannot listen looks every two seconds."""

    def publish(self, topics: Mapping[str, int]) -> None:
        """Tell all others. Never blocks and never raises."""

    def stop(self) -> None:
        """End the threads and close the sockets."""
