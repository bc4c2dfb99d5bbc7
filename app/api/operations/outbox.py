"""/api/v1/outbox: the reports that wait for the process engine elsewhere."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint
from app.api.operations.webhooks import health
from app.identity import ADMINISTER

blueprint = OperationsBlueprint(
    "outbox",
    __name__,
    url_prefix=f"{PREFIX}/outbox",
    description="Reports that wait for a process engine elsewhere (ERRAND_ENGINE_URL)",
)


class OutboxSchema(Schema):
    """How well the engine takes the reports."""

    url = fields.String(allow_none=True)
    backlog = fields.Integer(metadata={"description": "Reports that wait."})
    oldestWaitingAt = fields.DateTime(allow_none=True)
    attempts = fields.Integer(metadata={"description": "How often the first report that fails was tried."})
    nextAttemptAt = fields.DateTime(allow_none=True)
    failures = fields.Integer(metadata={"description": "Attempts since the last success."})
    lastError = fields.String(allow_none=True, metadata={"example": "answered 500"})
    lastFailedAt = fields.DateTime(allow_none=True)
    lastDeliveredAt = fields.DateTime(allow_none=True)


@blueprint.route("", claim=ADMINISTER, methods=["GET"])
@blueprint.answers(200, OutboxSchema(), errors=(401, 403, 404, 406))
def show_outbox() -> Response:
    """Show what waits, since when, how often it was tried and why it failed; 404 without an engine elsewhere."""
    engine, backlog = components.events.webhooks.outbox(identity())
    return reply({"url": components.settings.engine_url, **health(engine, backlog)})


@blueprint.route("/retry", claim=ADMINISTER, methods=["POST"], produces=None)
@blueprint.answers(204, errors=(401, 403, 404))
def retry_outbox() -> Response:
    """Send what waits now."""
    components.events.webhooks.retry_outbox(identity())
    components.events.deliverer.wake()
    return no_content()
