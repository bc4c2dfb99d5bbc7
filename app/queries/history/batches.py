"""Batches, running and ended."""

from __future__ import annotations

from app.models.batch import Batch
from app.queries.batches import BATCHES
from app.queries.conditions import only
from app.queries.listing import Listing

HISTORIC_BATCHES = Listing(
    "historic batch",
    Batch,
    filters={
        **BATCHES.filters,
        "completed": only(lambda: Batch.ended_at.is_null(False)),
        "running": only(Batch.ended_at.is_null),
    },
    orders={**BATCHES.orders, "ended_at": Batch.ended_at},
)
