"""Wait for other threads, for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST_S = 60


def until(condition: Callable[[], bool]) -> None:
    """Wait until another thread has got there."""
    deadline = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        threading.Event().wait(0.002)
