"""/api/v1/webhooks: who is told of events by signed HTTP requests."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length

from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint
from app.bpmn.plain_json import iso_instant
from app.errors import Refused
from app.identity import ADMINISTER
from app.models import Webhook
from app.services.events.webhooks import Backlog

blueprint = OperationsBlueprint(
    "webhooks",
    __name__,
    url_prefix=f"{PREFIX}/webhooks",
    description="Signed notifications by HTTP, at least once, in order for each process instance",
)


def patterns(name: str, example: str) -> Any:
    """Return a field for a list of patterns; null or nothing means all."""
    items = fields.String(validate=Length(1, 255))
    return fields.List(items, load_default=None, allow_none=True, data_key=name, metadata={"example": [example]})


class WebhookRequest(Schema):
    """A webhook to register. Without a secret one is made."""

    class Meta:
        unknown = EXCLUDE

    url = fields.String(required=True, metadata={"example": "https://example.org/errand"})
    event_types = patterns("eventTypes", "external_task_*")
    topics = patterns("topics", "reserve")
    definition_keys = patterns("processDefinitionKeys", "order")
    secret = fields.String(load_default=None, allow_none=True, metadata={"example": None})


class WebhookSchema(Schema):
    """A webhook and how well its messages are taken. `secret` stands only in the answer to its registration."""

    id = fields.String()
    url = fields.String()
    eventTypes = fields.List(fields.String(), allow_none=True)
    topics = fields.List(fields.String(), allow_none=True)
    processDefinitionKeys = fields.List(fields.String(), allow_none=True)
    active = fields.Boolean(metadata={"description": "False after the receiver has answered 410."})
    createdAt = fields.DateTime()
    createdBy = fields.String(allow_none=True)
    backlog = fields.Integer(metadata={"description": "Messages that wait."})
    oldestWaitingAt = fields.DateTime(allow_none=True)
    attempts = fields.Integer(metadata={"description": "How often the first message that fails was tried."})
    nextAttemptAt = fields.DateTime(allow_none=True)
    failures = fields.Integer(metadata={"description": "Attempts since the last success."})
    lastError = fields.String(allow_none=True, metadata={"example": "answered 500"})
    lastFailedAt = fields.DateTime(allow_none=True)
    lastDeliveredAt = fields.DateTime(allow_none=True)
    secret = fields.String()


@blueprint.route("", claim=ADMINISTER, methods=["POST"])
@blueprint.arguments(WebhookRequest())
@blueprint.answers(201, WebhookSchema(), errors=(400, 401, 403, 406, 409, 413, 415))
def register(body: dict[str, Any]) -> Response:
    """Register a webhook for what happens from now on. This answer is the only one that shows the secret."""
    if not components.events.are_recorded:
        raise Refused("This server does not record events (ERRAND_EVENTS).")
    webhook = components.events.webhooks.register(identity(), body.pop("url"), **body)
    components.events.deliverer.wake()
    return reply({**shown(webhook, Backlog()), "secret": webhook.secret}, 201)


@blueprint.route("", claim=ADMINISTER, methods=["GET"])
@blueprint.answers(200, WebhookSchema(many=True), errors=(401, 403, 406))
def list_webhooks() -> Response:
    """List the webhooks, each with what waits for it and why."""
    webhooks = components.events.webhooks
    return reply([shown(webhook, webhooks.backlog(identity(), webhook.id)) for webhook in webhooks.list(identity())])


@blueprint.route("/<webhook_id>", claim=ADMINISTER, methods=["GET"])
@blueprint.answers(200, WebhookSchema(), errors=(401, 403, 404, 406))
def get_webhook(webhook_id: str) -> Response:
    """Show one webhook."""
    webhook = components.events.webhooks.get(identity(), webhook_id)
    return reply(shown(webhook, components.events.webhooks.backlog(identity(), webhook_id)))


@blueprint.route("/<webhook_id>", claim=ADMINISTER, methods=["DELETE"], produces=None)
@blueprint.answers(204, errors=(401, 403, 404))
def delete_webhook(webhook_id: str) -> Response:
    """Delete a webhook, with the messages that wait for it."""
    components.events.webhooks.delete(identity(), webhook_id)
    return no_content()


@blueprint.route("/<webhook_id>/retry", claim=ADMINISTER, methods=["POST"], produces=None)
@blueprint.answers(204, errors=(401, 403, 404))
def retry_webhook(webhook_id: str) -> Response:
    """Send what waits now, and tell a webhook again that had answered 410."""
    components.events.webhooks.retry(identity(), webhook_id)
    components.events.deliverer.wake()
    return no_content()


def shown(webhook: Webhook, backlog: Backlog) -> dict[str, Any]:
    """Return a webhook as it is shown, without its secret."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "eventTypes": _list(webhook.event_types),
        "topics": _list(webhook.topics),
        "processDefinitionKeys": _list(webhook.definition_keys),
        "active": webhook.active,
        "createdAt": iso_instant(webhook.created_at),
        "createdBy": webhook.created_by,
        **health(webhook, backlog),
    }


def health(webhook: Webhook, backlog: Backlog) -> dict[str, Any]:
    """Return what waits for a receiver, and how it took what was sent."""
    next_attempt_at = backlog.next_attempt_at
    if next_attempt_at is not None and webhook.paused_until is not None:
        next_attempt_at = max(next_attempt_at, webhook.paused_until)
    return {
        "backlog": backlog.count,
        "oldestWaitingAt": _instant(backlog.oldest_at),
        "attempts": backlog.attempts,
        "nextAttemptAt": _instant(next_attempt_at),
        "failures": webhook.failures,
        "lastError": backlog.last_error or webhook.last_error,
        "lastFailedAt": _instant(webhook.last_failed_at),
        "lastDeliveredAt": _instant(webhook.last_delivered_at),
    }


def _list(text: str | None) -> list[str] | None:
    return None if text is None else json.loads(text)


def _instant(at: int | None) -> str | None:
    return None if at is None else iso_instant(at)
