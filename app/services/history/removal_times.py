"""When ended instances and batches shall be forgotten: at an instant, never, or as their time to live says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import peewee

from app.database.chunks import chunks
from app.engine.store_statements import MS_PER_DAY
from app.models import Batch, ProcessDefinition, ProcessInstance


@dataclass(frozen=True, slots=True)
class RemovalTime:
    """`absolute` (at `at`), `cleared` (never) or `calculated` (from the end, by the time to live or `days`)."""

    mode: Literal["absolute", "cleared", "calculated"]
    at: int | None
    days: int | None

    def value(self, ended_at: Any, days: Any) -> Any:
        """Return the instant as a value or an expression; `days` are what counts for the rows, null for ever."""
        if self.mode == "calculated":
            return ended_at + days * MS_PER_DAY
        return self.at if self.mode == "absolute" else None


def set_of_instances(ids: Sequence[str], removal: RemovalTime, *, hierarchical: bool) -> None:
    """Within a transaction: set when instances are forgotten, or (`hierarchical`) the whole trees that they belong to.

    A calculated time is that of the end of the tree's root; what still runs has none.
    """
    root = ProcessInstance.alias()
    definition = ProcessDefinition.select(ProcessDefinition.history_ttl_days)
    ttl = definition.where(ProcessDefinition.id == root.definition_id)
    calculated = root.select(removal.value(root.ended_at, peewee.fn.COALESCE(ttl, removal.days).cast("BIGINT"))).where(
        root.id == ProcessInstance.root_id
    )
    at = calculated if removal.mode == "calculated" else removal.value(None, None)
    for some in chunks(ids):
        rows = ProcessInstance.id.in_(some)
        if hierarchical:
            member = ProcessInstance.alias()
            rows = ProcessInstance.root_id.in_(member.select(member.root_id).where(member.id.in_(some)))
        ProcessInstance.update(removal_at=at).where(rows).execute()


def set_of_batches(ids: Sequence[str], removal: RemovalTime) -> None:
    """Within a transaction: set when batches are forgotten; one that still runs has no calculated time."""
    days = peewee.Value(removal.days).cast("BIGINT")
    for some in chunks(ids):
        Batch.update(removal_at=removal.value(Batch.ended_at, days)).where(Batch.id.in_(some)).execute()
