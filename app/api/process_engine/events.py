"""Events that wait, and triggering them: messages and signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api.components import components
from app.api.dialect import View, identity, no_content
from app.api.five_minds.bodies import payload_schema
from app.api.process_engine.blueprints import CONSUMER, MANAGEMENT, at_all
from app.api.process_engine.pages import listed
from app.api.process_engine.process_models import EVENT_TYPES
from app.models.event_subscription import EventSubscription
from app.queries.listing import Sorting
from app.queries.process_runs import correlation_of, instances_by_id
from app.queries.waiting_events import WAITING_EVENTS

consumer = CONSUMER.resource("events")
management = MANAGEMENT.resource("events")
on_studio_bases = at_all((consumer, management))

OLDEST_FIRST: Sorting = [("created_at", "asc")]


def _event_routes(view: View) -> View:
    for scope in (
        "/process_models/<process_model_id>",
        "/correlations/<correlation_id>",
        "/process_models/<process_model_id>/correlations/<correlation_id>",
    ):
        on_studio_bases(scope + "/events", methods=["GET"])(view)
        on_studio_bases(scope + "/events/waiting", methods=["GET"])(view)
    return view


@_event_routes
def list_events(process_model_id: str | None = None, correlation_id: str | None = None) -> Response:
    """List the message and signal events that wait there."""
    criteria = {
        "definition_keys": [process_model_id] if process_model_id else [],
        "correlation_ids": [correlation_id] if correlation_id else [],
    }
    return listed("events", WAITING_EVENTS, criteria, _events, OLDEST_FIRST)


def _events(rows: Sequence[EventSubscription]) -> list[dict[str, Any]]:
    instances = instances_by_id(components.database, (row.process_instance_id for row in rows))
    return [_event(row, instances[row.process_instance_id]) for row in rows]


def _event(row: EventSubscription, instance: Any) -> dict[str, Any]:
    node = components.engine.definitions.get(str(row.definition_id)).nodes.get(str(row.activity_id))
    bpmn_type = "bpmn:BoundaryEvent" if node and node.attached_to else "bpmn:IntermediateCatchEvent"
    return {
        "id": row.activity_id,
        "eventName": row.name or "",
        "bpmnType": bpmn_type,
        "eventType": EVENT_TYPES[row.kind],
        "flowNodeInstanceId": row.execution_id,
        "correlationId": correlation_of(instance),
        "processModelId": instance.definition_key,
        "processInstanceId": instance.id,
    }


@on_studio_bases("/message/<event_name>/trigger", methods=["POST"], produces=None)
@consumer.arguments(payload_schema)
def trigger_message(variables: Any, event_name: str) -> Response:
    """Send a message to everyone who waits for it; that nobody does is no error."""
    components.messages.broadcast(identity(), event_name, variables)
    return no_content()


@on_studio_bases("/signal/<event_name>/trigger", methods=["POST"], produces=None)
@consumer.arguments(payload_schema)
def trigger_signal(variables: Any, event_name: str) -> Response:
    """Throw a signal; that nobody waits for it is no error."""
    components.messages.throw_signal(identity(), event_name, variables=variables)
    return no_content()
