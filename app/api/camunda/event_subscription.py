"""/event-subscription: who waits for which message, signal or condition."""

from __future__ import annotations

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import Shape, date, text
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.event_subscriptions import EVENT_SUBSCRIPTIONS

blueprint = CamundaBlueprint(
    "event subscription", __name__, url_prefix="/event-subscription", description="Who waits for which event"
)

EVENT_SUBSCRIPTION = Shape(
    "EventSubscription",
    {
        "id": text("id"),
        "eventType": text("kind"),
        "eventName": text("name"),
        "executionId": text("execution_id"),
        "processInstanceId": text("process_instance_id"),
        "activityId": text("activity_id"),
        "createdDate": date("created_at"),
        "tenantId": text("tenant_id"),
    },
)
QUERY = ListQuery(
    "EventSubscription",
    EVENT_SUBSCRIPTIONS,
    filters={
        "eventSubscriptionId": "id",
        "eventName": "name",
        "eventType": "kind",
        "executionId": "execution_id",
        "processInstanceId": "process_instance_id",
        "activityId": "activity_id",
        "includeEventSubscriptionsWithoutTenantId": "including_without_tenant",
        **TENANTS,
    },
    orders={"created": "created_at", "tenantId": "tenant_id"},
)
add_lists(blueprint, QUERY, EVENT_SUBSCRIPTION, claim=MANAGE_PROCESS_INSTANCES, post=False)
