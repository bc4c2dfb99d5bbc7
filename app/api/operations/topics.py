"""/api/v1/topics: what waits in each topic, what is held and what has failed, and who listens."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app import clock
from app.api.components import components
from app.api.dialect import identity, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint, instant_or_null
from app.errors import NotFound
from app.identity import ACCESS_EXTERNAL_TASKS
from app.queries.presence import Done
from app.queries.topics import TopicTotals, topic_totals

blueprint = OperationsBlueprint(
    "topics", __name__, url_prefix=f"{PREFIX}/topics", description="What waits in each topic, and who listens"
)


class DoneSchema(Schema):
    """What became of tasks in a while."""

    completed = fields.Integer()
    failed = fields.Integer(metadata={"description": "Failures that were reported."})
    bpmnErrors = fields.Integer()
    expired = fields.Integer(metadata={"description": "Locks that ended without a report."})


class TopicSchema(Schema):
    """One topic."""

    topic = fields.String(metadata={"example": "reserve"})
    open = fields.Integer(metadata={"description": "Tasks that have not ended."})
    waiting = fields.Integer(metadata={"description": "Tasks that may be fetched now."})
    locked = fields.Integer(metadata={"description": "Tasks that a worker holds."})
    backingOff = fields.Integer(metadata={"description": "Tasks that wait for their next attempt."})
    failed = fields.Integer(metadata={"description": "Tasks without retries: an incident says why."})
    suspended = fields.Integer()
    oldestWaitingAt = fields.DateTime(allow_none=True)
    parkedPolls = fields.Integer(metadata={"description": "Long polls that wait, over all processes."})
    workers = fields.Integer(metadata={"description": "Workers that have asked for tasks in the last hour."})
    lastPolledAt = fields.DateTime(allow_none=True)
    nobodyListensSince = fields.DateTime(
        allow_none=True, metadata={"description": "Since when tasks wait and nobody asks for them."}
    )
    lastMinute = fields.Nested(DoneSchema())
    lastHour = fields.Nested(DoneSchema())


@blueprint.route("", claim=ACCESS_EXTERNAL_TASKS, methods=["GET"])
@blueprint.answers(200, TopicSchema(many=True), errors=(401, 403, 406))
def list_topics() -> Response:
    """List the topics that have open tasks, polls or workers, as far as the caller may work on them."""
    return reply([topic_to_json(totals) for totals in _totals()])


@blueprint.route("/<path:topic>", claim=ACCESS_EXTERNAL_TASKS, methods=["GET"])
@blueprint.answers(200, TopicSchema(), errors=(401, 403, 404, 406))
def get_topic(topic: str) -> Response:
    """Return one topic."""
    identity().require_topic(topic)
    found = next((totals for totals in _totals() if totals.topic == topic), None)
    if found is None:
        raise NotFound(topic, message=f"Nothing is open in the topic '{topic}', and nobody asks for it.")
    return reply(topic_to_json(found))


def _totals() -> list[TopicTotals]:
    return topic_totals(components.database, identity(), components.presence.parked())


def topic_to_json(totals: TopicTotals) -> dict[str, Any]:
    """Write one topic."""
    return {
        "topic": totals.topic,
        "open": totals.open,
        "waiting": totals.waiting,
        "locked": totals.locked,
        "backingOff": totals.backing_off,
        "failed": totals.failed,
        "suspended": totals.suspended,
        "oldestWaitingAt": instant_or_null(totals.oldest_at),
        "parkedPolls": totals.polls,
        "workers": totals.workers,
        "lastPolledAt": instant_or_null(totals.polled_at),
        "nobodyListensSince": instant_or_null(totals.nobody_listens_since(clock.now_ms())),
        "lastMinute": done_to_json(totals.last_minute),
        "lastHour": done_to_json(totals.last_hour),
    }


def done_to_json(done: Done) -> dict[str, int]:
    """Write what became of tasks."""
    return {
        "completed": done.completed,
        "failed": done.failed,
        "bpmnErrors": done.erred,
        "expired": done.expired,
    }
