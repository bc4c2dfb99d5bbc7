"""Bodies and query strings about process models."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, pre_load, validate

from app.api.five_minds.bodies import CALLBACKS, Body, some
from app.api.five_minds.lenient import Count, Text
from app.bpmn.plain_json import to_variables

MAX_XML = 50_000_000


class ProcessEngineStartSchema(Body):
    """What a new process instance begins with."""

    correlation_id = Text(data_key="correlationId", blank=True, allow_none=True, load_default=None, most=255)
    input_values = fields.Raw(data_key="inputValues", allow_none=True, load_default=None)

    @post_load
    def variables_of_input(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the variables in the place of the input values."""
        return {"correlation_id": some(data["correlation_id"]), "variables": to_variables(data["input_values"])}


class ProcessEngineStartOptionsSchema(Body):
    """Where to start, and when to answer."""

    until = Count(data_key="start_callback_type", load_default=1, validate=validate.OneOf(list(CALLBACKS)))
    start_event_id = Text(load_default=None)
    end_event_id = Text(load_default=None)

    @pre_load
    def without_undefined(self, data: Any, **_: Any) -> dict[str, Any]:
        """Drop what JavaScript clients write for a value that is not there."""
        return {name: value for name, value in data.items() if value not in ("", "undefined", "null")}

    @post_load
    def in_words(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Say the callback type in words."""
        return {**data, "until": CALLBACKS[data["until"]]}


class ProcessEngineUpdateSchema(Body):
    """A model to deploy."""

    xml = Text(required=True, most=MAX_XML)
    overwrite_existing = fields.Boolean(data_key="overwriteExisting", allow_none=True, load_default=False)


start_schema = ProcessEngineStartSchema()
start_options_schema = ProcessEngineStartOptionsSchema()
update_schema = ProcessEngineUpdateSchema()
