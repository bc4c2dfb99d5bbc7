"""Bodies about ProcessCube's process definitions and models."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from app.api.five_minds.bodies import CALLBACKS, Body, some
from app.api.five_minds.lenient import Count, Text
from app.bpmn.plain_json import to_variables

MAX_FILES = 100
MAX_XML = 50_000_000


class Files(fields.Field[list[str]]):
    """One file or a list of files."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[str]:
        files = value if isinstance(value, list) else [value]
        if not files or len(files) > MAX_FILES:
            raise ValidationError(f"must be one file, or a list of 1 to {MAX_FILES} files")
        return [str(_FILE.deserialize(file)) for file in files]


_FILE = Text(most=MAX_XML)


class AtlasPersistSchema(Body):
    """Files to deploy."""

    files = Files(data_key="xml", required=True)
    overwrite_existing = fields.Boolean(data_key="overwriteExisting", allow_none=True, load_default=False)


class AtlasStartSchema(Body):
    """What a new process instance begins with, and when to answer."""

    process_model_id = Text(data_key="processModelId", allow_none=True, load_default=None)
    correlation_id = Text(data_key="correlationId", blank=True, allow_none=True, load_default=None, most=255)
    start_event_id = Text(data_key="startEventId", allow_none=True, load_default=None)
    end_event_id = Text(data_key="endEventId", allow_none=True, load_default=None)
    initial_token = fields.Raw(data_key="initialToken", allow_none=True, load_default=None)
    return_on = Count(data_key="returnOn", load_default=1, validate=validate.OneOf(list(CALLBACKS)))

    @post_load
    def in_words(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Say the callback type in words; the third without an end event waits for any end, as the clients expect."""
        until = CALLBACKS[data.pop("return_on")]
        if until == "end_event" and data["end_event_id"] is None:
            until = "finished"
        variables = to_variables(data.pop("initial_token"))
        return {**data, "correlation_id": some(data["correlation_id"]), "until": until, "variables": variables}


persist_schema = AtlasPersistSchema()
start_schema = AtlasStartSchema()
