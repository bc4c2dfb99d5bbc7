"""Several changes as one statement of Postgres: `WITH … , … UPDATE …` is one plan and one answer instead of six.

The parts of such a statement see the database as it was before, and none sees what another one does. So only changes
that touch different tables are put together; whatever touches a table again begins a new bundle, and the order counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.database.sql_text import tables_of

_MOST_TEXT = 2_000
"""Longer statements insert many rows: they are seldom the same twice, and worth a message of their own."""
_MOST_KINDS = 100
"""Kinds of bundles: each is prepared on every connection. What is rarer than those goes one by one."""

Change = tuple[str, Sequence[Any]]

_kinds: dict[tuple[str, ...], str] = {}


class StatementBundle:
    """Changes that wait to be sent together."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._tables: set[str] = set()

    def takes(self, sql: str) -> bool:
        """Tell whether a change may join those that are here."""
        return len(sql) <= _MOST_TEXT and self._tables.isdisjoint(tables_of(sql))

    def add(self, sql: str, params: Sequence[Any]) -> None:
        """Add a change."""
        self._changes.append((sql, params))
        self._tables |= tables_of(sql)

    def take(self) -> list[Change]:
        """Empty the bundle and return what is to be sent: one statement, or the changes as they came."""
        changes, self._changes = self._changes, []
        self._tables.clear()
        text = _together(tuple(sql for sql, _ in changes)) if len(changes) > 1 else None
        return changes if text is None else [(text, [param for _, params in changes for param in params])]


def _together(parts: tuple[str, ...]) -> str | None:
    text = _kinds.get(parts)
    if text is None and len(_kinds) < _MOST_KINDS:
        *first, last = parts
        text = "WITH " + ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(first)) + " " + last
        _kinds[parts] = text
    return text
