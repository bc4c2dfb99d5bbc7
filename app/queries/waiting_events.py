"""Message and signal events that running instances wait for."""

from __future__ import annotations

from app.bpmn.states import SubscriptionKind
from app.models.event_subscription import EventSubscription
from app.models.process_instance import ProcessInstance
from app.queries.conditions import any_of, one_of, texts
from app.queries.listing import Listing
from app.queries.process_runs import correlates


def _of_instances(condition: object) -> object:
    return EventSubscription.process_instance_id.in_(ProcessInstance.select(ProcessInstance.id).where(condition))


WAITING_EVENTS = Listing(
    "event",
    EventSubscription,
    filters={
        "names": one_of(EventSubscription.name),
        "correlation_ids": texts(lambda ids: _of_instances(correlates(ids))),
        "definition_keys": texts(lambda keys: _of_instances(ProcessInstance.definition_key.in_(keys))),
    },
    orders={"created_at": EventSubscription.created_at},
    base=EventSubscription.execution_id.is_null(False)
    & any_of(EventSubscription.kind == kind for kind in (SubscriptionKind.MESSAGE, SubscriptionKind.SIGNAL)),
)
