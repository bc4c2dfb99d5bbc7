"""/api/v1/events: what happens, as server-sent events."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from marshmallow import Schema, fields

from app.api.components import components
from app.api.dialect import identity
from app.api.operations.dialect import PREFIX, OperationsBlueprint
from app.errors import InvalidInput, Refused
from app.identity import ACCESS_EXTERNAL_TASKS
from app.services.events.feed import Place
from app.services.events.selection import EventSelection
from app.services.events.streams import StreamRequest

EVENT_STREAM = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
LONGEST_ROW = 18
LONGEST_NUMBER = 9
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EXAMPLE = (
    "id: 12-0\nevent: external_task_created\n"
    'data: {"id": "12-0", "type": "external_task_created", "externalTaskId": "42", "topic": "reserve"}\n\n'
)

blueprint = OperationsBlueprint("events", __name__, url_prefix=f"{PREFIX}/events", description="What happens, at once")


class EventQuery(Schema):
    """Which events, and from where on. Lists are separated by commas; types, topics and keys may hold `*`."""

    types = fields.String(metadata={"example": "external_task_*,process_ended"})
    topics = fields.String(metadata={"example": "reserve,invoice.*"})
    processDefinitionKey = fields.String(metadata={"example": "order"})
    processInstanceId = fields.String()
    last_event_id = fields.String(metadata={"description": "As the header Last-Event-ID.", "example": "12-0"})


@blueprint.route("", claim=ACCESS_EXTERNAL_TASKS, methods=["GET"], produces=EVENT_STREAM)
@blueprint.arguments(EventQuery(), location="query")
@blueprint.answers(
    200,
    {"type": "string"},
    example=EXAMPLE,
    content_type=EVENT_STREAM,
    description="Events as they are committed; a comment every 15 seconds while there are none.",
    errors=(400, 401, 403, 406, 409, 503),
)
def stream_events() -> Response:
    """Stream what happens. After a break the client goes on where it was: it sends the last id that it has seen.

    Who manages process instances sees everything, a worker what concerns tasks of its topics.
    """
    if not components.events.are_recorded:
        raise Refused("This server does not record events (ERRAND_EVENTS).")
    wanted = StreamRequest(identity(), _selection(), _last_place(), request.environ.get("gunicorn.socket"))
    return Response(components.events.streams.open(wanted), content_type=EVENT_STREAM, headers=HEADERS)


def _selection() -> EventSelection:
    return EventSelection(
        types=_list("types"),
        topics=_list("topics"),
        definition_keys=_list("processDefinitionKey"),
        process_instance_id=request.args.get("processInstanceId"),
    )


def _list(name: str) -> Sequence[str]:
    return [part.strip() for text in request.args.getlist(name) for part in text.split(",") if part.strip()]


def _last_place() -> Place | None:
    """Return the place behind which to begin. Raises InvalidInput."""
    text = request.headers.get(LAST_EVENT_ID) or request.args.get("last_event_id")
    if not text:
        return None
    row, _, number = text.partition("-")
    if not (_is_number(row, LONGEST_ROW) and _is_number(number, LONGEST_NUMBER)):
        raise InvalidInput("The last event id is none of this server's.", field="last_event_id", rule="type")
    return Place(int(row), int(number))


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
