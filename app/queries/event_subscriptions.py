"""Event subscriptions: who waits for which message, signal or condition."""

from __future__ import annotations

from app.models.event_subscription import EventSubscription
from app.queries.conditions import equals, tenants
from app.queries.listing import Listing

EVENT_SUBSCRIPTIONS = Listing(
    "event subscription",
    EventSubscription,
    filters={
        "id": equals(EventSubscription.id),
        "name": equals(EventSubscription.name),
        "kind": equals(EventSubscription.kind),
        "execution_id": equals(EventSubscription.execution_id),
        "process_instance_id": equals(EventSubscription.process_instance_id),
        "activity_id": equals(EventSubscription.activity_id),
        **tenants(EventSubscription.tenant_id),
    },
    orders={"created_at": EventSubscription.created_at, "tenant_id": EventSubscription.tenant_id},
)
