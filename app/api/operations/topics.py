"""/api/v1/topics: what waits in each topic, what is held, and who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.components import components
from app.api.dialect import identity, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint
from app.bpmn.plain_json import iso_instant
from app.identity import ACCESS_EXTERNAL_TASKS
from app.queries.topics import TopicTotals, topic_totals

blueprint = OperationsBlueprint(
    "topics", __name__, url_prefix=f"{PREFIX}/topics", description="What waits in each topic, and who listens"
)


class TopicSchema(Schema):
    """One topic."""

    topic = fields.String(metadata={"example": "reserve"})
    open = fields.Integer(metadata={"description": "Tasks that have not ended."})
    waiting = fields.Integer(metadata={"description": "Tasks that may be fetched now."})
    locked = fields.Integer(metadata={"description": "Tasks that a worker holds."})
    oldestWaitingAt = fields.DateTime(allow_none=True)
    parkedPolls = fields.Integer(metadata={"description": "Long polls that wait in the process that answers."})


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A topic that somebody listens to and that has no task."""

    open: int = 0
    waiting: int = 0
    locked: int = 0
    oldest_at: int | None = None


@blueprint.route("", claim=ACCESS_EXTERNAL_TASKS, methods=["GET"])
@blueprint.answers(200, TopicSchema(many=True), errors=(401, 403, 406))
def list_topics() -> Response:
    """List the topics that have open tasks or long polls, as far as the caller may work on them."""
    totals = {each.topic: each for each in topic_totals(components.database, identity())}
    parked = components.long_polling.parked()
    names = sorted({*totals, *filter(identity().covers, parked)})
    return reply([_shown(name, totals.get(name) or _Nothing(), parked[name]) for name in names])


def _shown(topic: str, totals: TopicTotals | _Nothing, parked: int) -> dict[str, Any]:
    return {
        "topic": topic,
        "open": totals.open,
        "waiting": totals.waiting,
        "locked": totals.locked,
        "oldestWaitingAt": None if totals.oldest_at is None else iso_instant(totals.oldest_at),
        "parkedPolls": parked,
    }
