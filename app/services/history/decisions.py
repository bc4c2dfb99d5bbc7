"""The history of decisions: when it is forgotten, and that it is."""

from __future__ import annotations

from collections.abc import Sequence

import peewee

from app import clock
from app.database.chunks import chunks
from app.database.database import Database
from app.models import DecisionDefinition, DecisionInstance
from app.services.history.removal_times import RemovalTime

DECISIONS_AT_ONCE = 1_000
"""Decision instances that one transaction forgets."""


def forget_decisions(ids: Sequence[str]) -> None:
    """Within a transaction: delete decision instances; what is not there is passed over."""
    for some in chunks(ids):
        DecisionInstance.delete().where(DecisionInstance.id.in_(list(some))).execute()


def forget_old_decisions(database: Database) -> int:
    """Within a transaction: delete some decision instances whose time to live is over; return how many."""
    over = DecisionInstance.select(DecisionInstance.id).where(DecisionInstance.removal_at <= clock.now_ms())
    ids = [row.id for row in database.skip_locked(over.limit(DECISIONS_AT_ONCE))]
    forget_decisions(ids)
    return len(ids)


def set_of_decisions(ids: Sequence[str], removal: RemovalTime, *, hierarchical: bool) -> None:
    """Within a transaction: set when decision instances are forgotten, with `hierarchical` all that were evaluated
    together with them."""
    ttl = DecisionDefinition.select(DecisionDefinition.history_ttl_days).where(
        DecisionDefinition.id == DecisionInstance.decision_definition_id
    )
    days = peewee.fn.COALESCE(ttl, removal.days).cast("BIGINT")
    at = removal.value(DecisionInstance.evaluated_at, days)
    for some in chunks(ids):
        rows = DecisionInstance.id.in_(list(some))
        if hierarchical:
            member = DecisionInstance.alias()
            root = peewee.fn.COALESCE(member.root_decision_instance_id, member.id)
            roots = member.select(root).where(member.id.in_(list(some)))
            rows = DecisionInstance.id.in_(roots) | DecisionInstance.root_decision_instance_id.in_(roots)
        DecisionInstance.update(removal_at=at).where(rows).execute()
