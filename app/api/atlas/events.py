"""Triggering messages and signals in ProcessCube's way."""

from __future__ import annotations

from flask import Response, request

from app.api.atlas.dialect import resource
from app.api.components import components
from app.api.dialect import identity, no_content
from app.api.five_minds.bodies import payload_schema
from app.bpmn.values import Variables
from app.identity import MANAGE_PROCESS_INSTANCES

blueprint = resource("events")


@blueprint.route("/messages/<event_name>/trigger", claim=MANAGE_PROCESS_INSTANCES, methods=["POST"], produces=None)
@blueprint.arguments(payload_schema)
def trigger_message(variables: Variables, event_name: str) -> Response:
    """Send a message to everyone who waits for it, in one instance or in all; that nobody does is no error."""
    options = {
        "process_instance_id": request.args.get("process_instance_id") or request.args.get("processInstanceId"),
        "business_key": request.args.get("custom_correlation_id"),
    }
    components.messages.broadcast(identity(), event_name, variables, **options)
    return no_content()


@blueprint.route("/signals/<event_name>/trigger", claim=MANAGE_PROCESS_INSTANCES, methods=["POST"], produces=None)
@blueprint.arguments(payload_schema)
def trigger_signal(variables: Variables, event_name: str) -> Response:
    """Throw a signal; that nobody waits for it is no error."""
    components.messages.throw_signal(identity(), event_name, variables=variables)
    return no_content()
