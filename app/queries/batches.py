"""Running batches, and how far they are."""

from __future__ import annotations

from typing import Any

from app.models.batch import Batch
from app.models.job import Job
from app.queries.conditions import equals, instant, only, tenants
from app.queries.listing import Listing


def _failed() -> Any:
    """Return the condition that a job of the batch has no retries left."""
    return Batch.id.in_(Job.select(Job.batch_id).where(Job.batch_id.is_null(False) & (Job.retries == 0)))


BATCHES = Listing(
    "batch",
    Batch,
    filters={
        "id": equals(Batch.id),
        "kind": equals(Batch.kind),
        "suspended": only(lambda: Batch.suspended == True),  # noqa: E712
        "active": only(lambda: Batch.suspended == False),  # noqa: E712
        "created_by": equals(Batch.create_user_id),
        "started_before": instant(Batch.started_at, "lt"),
        "started_after": instant(Batch.started_at, "gt"),
        "with_failures": only(_failed),
        "without_failures": only(lambda: ~_failed()),
        **tenants(Batch.tenant_id),
    },
    orders={"id": Batch.id, "tenant_id": Batch.tenant_id, "started_at": Batch.started_at},
    base=Batch.ended_at.is_null(),
)
