"""/api/v1/workers: who has asked for tasks, what each holds and does; let one go, forget one."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields

from app import clock
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.operations.dialect import PREFIX, OperationsBlueprint, instant_or_null
from app.api.operations.topics import DoneSchema, done_to_json
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models import Worker
from app.queries.presence import WORKERS, Done, done_since, held_by_workers, is_at_two_places
from app.queries.topics import HOUR_MS

MOST = 1000

blueprint = OperationsBlueprint(
    "workers", __name__, url_prefix=f"{PREFIX}/workers", description="Who has asked for tasks, and what became of them"
)


class WorkerSchema(Schema):
    """One worker id. One that holds tasks is busy, and need not ask for more to be alive."""

    id = fields.String(metadata={"example": "worker-1"})
    topics = fields.List(fields.String(), metadata={"description": "What it asked for last."})
    firstSeenAt = fields.DateTime()
    lastSeenAt = fields.DateTime()
    heldTasks = fields.Integer()
    address = fields.String(allow_none=True)
    otherAddress = fields.String(allow_none=True, metadata={"description": "Where it was seen before."})
    isAtTwoPlaces = fields.Boolean(metadata={"description": "Seen at both addresses within a minute: two workers."})
    lastHour = fields.Nested(DoneSchema())


class ReleasedSchema(Schema):
    """How many tasks were freed."""

    released = fields.Integer()


@blueprint.route("", claim=MANAGE_PROCESS_INSTANCES, methods=["GET"])
@blueprint.answers(200, WorkerSchema(many=True), errors=(401, 403, 406))
def list_workers() -> Response:
    """List the workers that were seen last, the latest first; a thousand at most."""
    rows = WORKERS.find(components.database, sorting=[("seen_at", "desc")], limit=MOST)
    return reply([*_shown(rows)])


@blueprint.route("/<path:id>/release", claim=MANAGE_PROCESS_INSTANCES, methods=["POST"])
@blueprint.answers(200, ReleasedSchema(), errors=(401, 403, 406))
def release(id: str) -> Response:
    """Free every task that a worker holds, so that others may fetch it."""
    return reply({"released": components.external_tasks.release_all_of(identity(), id)})


@blueprint.route("/<path:id>", claim=MANAGE_PROCESS_INSTANCES, methods=["GET"])
@blueprint.answers(200, WorkerSchema(), errors=(401, 403, 404, 406))
def get_worker(id: str) -> Response:
    """Return one worker."""
    [shown] = _shown([WORKERS.get(components.database, id)])
    return reply(shown)


@blueprint.route("/<path:id>", claim=MANAGE_PROCESS_INSTANCES, methods=["DELETE"], produces=None)
@blueprint.answers(204, errors=(401, 403, 404))
def forget(id: str) -> Response:
    """Forget a worker; it is known again when it asks again."""
    components.presence.forget_worker(identity(), id)
    return no_content()


def _shown(rows: list[Worker]) -> list[dict[str, Any]]:
    now = clock.now_ms()
    held = held_by_workers(components.database, now)
    done = done_since(components.database, "worker", now - HOUR_MS)
    return [_to_json(row, held.get(row.id, 0), done.get(row.id, Done())) for row in rows]


def _to_json(row: Worker, held: int, done: Done) -> dict[str, Any]:
    return {
        "id": row.id,
        "topics": orjson.loads(row.topics),
        "firstSeenAt": instant_or_null(row.first_seen_at),
        "lastSeenAt": instant_or_null(row.seen_at),
        "heldTasks": held,
        "address": row.address,
        "otherAddress": row.other_address,
        "isAtTwoPlaces": is_at_two_places(row),
        "lastHour": done_to_json(done),
    }
