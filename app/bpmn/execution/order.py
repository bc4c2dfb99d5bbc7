"""The order in which the events that watch one scope are set up.

Camunda keeps them in Java's HashMap, under their ids. The order shows where several of them come at the same moment:
of two timers that are due together the one set up first fires first, and may cancel the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.bpmn.graph import Node

_SMALLEST_TABLE = 16


def as_set_up(nodes: Iterable[Node]) -> list[Node]:
    """Return events in the order of a HashMap: event subprocesses are registered first, then boundary events."""
    registered = sorted(nodes, key=lambda node: node.attached_to is not None)
    if len(registered) < 2:
        return registered
    size = _table_size(len(registered))
    return sorted(registered, key=lambda node: _spread(node.id) % size)


def in_table(ids: Sequence[str]) -> list[str]:
    """Return texts in the order in which a HashMap yields them as its keys."""
    size = _table_size(len(ids))
    return sorted(ids, key=lambda id: _spread(id) % size)


def _table_size(entries: int) -> int:
    size = _SMALLEST_TABLE
    while entries > size * 3 // 4:
        size *= 2
    return size


@lru_cache(maxsize=4096)
def _spread(id: str) -> int:
    """Return the hash under which a HashMap files a text: Java's, its upper half mixed into the lower."""
    units = id.encode("utf-16-be")
    code = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    return code ^ code >> 16
