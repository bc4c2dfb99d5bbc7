"""Long lists in pieces: SQLite takes 32 766 parameters in one statement, Postgres 65 535."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
CHUNK = 5_000


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Yield the items in pieces of `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
