"""How long the steps of one transaction may compute: while they do, nobody else may be able to write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.models.database import Database

LONGEST_S = 10.0
"""Processor time of the thread, so that a busy machine does not count. A hundred thousand steps take a few seconds."""


@contextmanager
def computing(database: Database) -> Iterator[Callable[[], bool]]:
    """Within a write: give a function that tells whether its steps have computed too long, earlier ones included."""
    assert database.writing is not None, "a step is computed inside a write"
    memory = database.writing.memory
    began = time.thread_time() - memory.get(computing, 0.0)
    try:
        yield lambda: time.thread_time() - began > LONGEST_S
    finally:
        memory[computing] = time.thread_time() - began
