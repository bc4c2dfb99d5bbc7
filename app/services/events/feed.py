"""Read the events in an order that never changes: none is passed over, whenever its transaction commits."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
import peewee

from app.bpmn.plain_json import iso_instant
from app.database.database import Database
from app.database.statements import P, Statement
from app.models import Event as EventRow
from app.records.events import Event

AT_ONCE = 200
"""Rows that are read at once."""

_AFTER = Statement(
    EventRow.select(EventRow.id, EventRow.body).where(EventRow.id > P("after")).order_by(EventRow.id).limit(AT_ONCE)
)
_ENDS = Statement(EventRow.select(peewee.fn.MIN(EventRow.id), peewee.fn.MAX(EventRow.id)))


class Place(NamedTuple):
    """One event's place: the row, and its number within. Written `12-3`."""

    row: int
    number: int

    def __str__(self) -> str:
        return f"{self.row}-{self.number}"


class _Doubt(NamedTuple):
    """The rows behind `after` do not follow at once; they may come until the write number `until` is over."""

    after: int
    until: int


class EventFeed:
    """The rows after `after`, piece by piece. Not for several threads at once.

    Where ids are missing, their transactions may be about to commit: what comes behind them is held back until it is
    certain that they will not (Postgres numbers rows before their transactions commit).
    """

    def __init__(self, database: Database, after: int) -> None:
        self.database = database
        self.after = after
        self._doubt: _Doubt | None = None

    @property
    def is_waiting(self) -> bool:
        """Tell whether there is more that may be read in a moment."""
        return self._doubt is not None

    def read(self) -> list[tuple[Place, Event]]:
        """Return the next events with their places, a few hundred rows at most. To be called outside of a write."""
        with self.database.reading():
            over = self._doubt is not None and self.database.running_writes()[0] >= self._doubt.until
            rows = _AFTER.all(self.database, after=self.after)  # after the question above, so that it sees all of them
            hole = self._doubt.after if over and self._doubt is not None else None
            self._doubt = None if over or not rows else self._doubt
            found: list[tuple[Place, Event]] = []
            for id, body in rows:
                if id > self.after + 1 and self.after != hole:
                    if self._doubt is None or self._doubt.after != self.after:
                        self._doubt = _Doubt(self.after, self.database.running_writes()[1])
                    return found
                self._doubt = None
                self.after = id
                found += [(Place(id, number), event) for number, event in enumerate(orjson.loads(body))]
            return found


def ends(database: Database) -> tuple[int, int]:
    """Return the first and the last row that is kept; 0 and 0 when there is none."""
    first, last = database.read(lambda: _ENDS.one(database)) or (None, None)
    return first or 0, last or 0


def wire(place: Place, event: Event) -> dict[str, Any]:
    """Return an event as it is sent: its id, then its members in camel case."""
    return {"id": str(place), **{_camel(name): _value(name, value) for name, value in event.items()}}


def _value(name: str, value: Any) -> Any:
    return iso_instant(value) if name in ("at", "lock_expires_at") and value is not None else value


_NAMES = {
    "at": "timestamp",
    "definition_id": "processDefinitionId",
    "definition_key": "processDefinitionKey",
    "root_id": "rootProcessInstanceId",
}


def _camel(name: str) -> str:
    known = _NAMES.get(name)
    if known is None:
        head, *tail = name.split("_")
        known = _NAMES[name] = head + "".join(part.title() for part in tail)
    return known
