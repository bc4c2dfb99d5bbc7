"""Forget events that have been kept long enough, in small pieces."""

from __future__ import annotations

from app.database.database import Database
from app.database.statements import P, Statement
from app.models import Event

PIECE = 2_000
"""Rows that one transaction deletes: others wait for the write lock of SQLite meanwhile."""

_OLDEST = Statement(Event.select(Event.id, Event.at).order_by(Event.id).limit(PIECE + 1))
_FORGET = Statement(Event.delete().where(Event.id <= P("last")))


def forget_old_events(database: Database, before: int) -> int:
    """Delete what was recorded up to `before` and return how many rows. The newest row stays, so that ids go on."""
    total = 0
    while True:
        oldest = database.read(lambda: _OLDEST.all(database))
        old = [id for id, at in oldest[:-1] if at <= before]
        if not old:
            return total
        last = old[-1]
        total += database.write(lambda: _FORGET.count(database, last=last))  # noqa: B023  # runs before the next round
