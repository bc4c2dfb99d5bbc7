"""What waits and what is held, topic by topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import peewee

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.identity import Identity
from app.models import ExternalTask
from app.models.external_task import READY


@dataclass(frozen=True, slots=True)
class TopicTotals:
    """The open tasks of one topic. `oldest_at` is when the oldest one that waits was made."""

    topic: str
    open: int
    waiting: int
    locked: int
    oldest_at: int | None


def _number(condition: Any) -> Any:
    return peewee.fn.SUM(peewee.Case(None, ((condition, 1),), 0))


_LOCKED = ExternalTask.backing_off == False  # noqa: E712
_TOTALS = Statement(
    ExternalTask.select(
        ExternalTask.topic,
        peewee.fn.COUNT(ExternalTask.id),
        _number(READY),
        _number(_LOCKED & (ExternalTask.lock_expires_at > P("now"))),
        peewee.fn.MIN(peewee.Case(None, ((READY, ExternalTask.created_at),))),
    )
    .group_by(ExternalTask.topic)
    .order_by(ExternalTask.topic)
)


def topic_totals(database: Database, identity: Identity) -> list[TopicTotals]:
    """Return the totals of every topic that has open tasks and that the identity may work on."""
    rows = database.read(lambda: _TOTALS.all(database, now=clock.now_ms()))
    return [TopicTotals(*row) for row in rows if identity.covers(row[0])]
