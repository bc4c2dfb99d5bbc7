"""The one clock: integer milliseconds UTC. Tests move it; nothing else reads the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_offset_ms = 0
_frozen_ms: int | None = None


class _Held(threading.local):
    at_ms: int | None = None


_held = _Held()


def now_ms() -> int:
    """Return the present instant in milliseconds since 1970, UTC."""
    if _held.at_ms is not None:
        return _held.at_ms
    if _frozen_ms is not None:
        return _frozen_ms
    return time.time_ns() // 1_000_000 + _offset_ms


@contextmanager
def held() -> Iterator[None]:
    """Let this thread see one instant until the block ends."""
    before, _held.at_ms = _held.at_ms, now_ms()
    try:
        yield
    finally:
        _held.at_ms = before


def advance(ms: int) -> None:
    """Move the clock forward by `ms` milliseconds, for this process (tests)."""
    global _offset_ms, _frozen_ms
    if _frozen_ms is not None:
        _frozen_ms += ms
    else:
        _offset_ms += ms


@contextmanager
def frozen(at_ms: int | None = None) -> Iterator[None]:
    """Hold the clock still at `at_ms` (default: now) until the block ends; `advance` still moves it (tests)."""
    global _offset_ms, _frozen_ms
    before = (_offset_ms, _frozen_ms)
    _frozen_ms = now_ms() if at_ms is None else at_ms
    try:
        yield
    finally:
        _offset_ms, _frozen_ms = before
