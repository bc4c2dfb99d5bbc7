"""What request bodies of all 5Minds generations have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from app.api.five_minds.lenient import Text
from app.bpmn.plain_json import to_variables
from app.bpmn.values import Variable
from app.models.external_task import NOT_HELD_BY_ANOTHER
from app.services.process_instances.awaited_runs import Until

REPORTING: Mapping[str, Any] = {"lock_rule": NOT_HELD_BY_ANOTHER, "policy": "abort"}
"""Who may report on a task, and what becomes of an error that nothing catches."""

MAX_WAIT_MS = 1_800_000
"""Half an hour: the longest poll."""

MAX_MESSAGE = 100_000
"""Characters of an error's message that are taken; the log keeps the first 666."""

CALLBACKS: dict[int, Until] = {1: "created", 2: "finished", 3: "end_event"}
"""When a start is answered: the numbers that clients send."""


class Body(Schema):
    """A request body that may hold more than it must."""

    class Meta:
        unknown = EXCLUDE


class VariablesBody(Schema):
    """A body that is a token as a whole: loading it gives the variables that it sets."""

    def load(self, data: Any, **_: Any) -> Any:
        """Return the variables. Raises InvalidInput."""
        return to_variables(data)


class FormValuesSchema(VariablesBody):
    """What a person filled in: form field → value."""


class EventPayloadSchema(VariablesBody):
    """What an event carries: any JSON value, or (from the Python client) an object with nothing but `payload`."""

    payload = fields.Raw()

    def load(self, data: Any, **_: Any) -> Any:
        """Return the variables. Raises InvalidInput."""
        wrapped = isinstance(data, dict) and data.keys() == {"payload"}
        return to_variables(data["payload"] if wrapped else data)


payload_schema = EventPayloadSchema()


def error_token(code: str, message: str | None) -> dict[str, Variable]:
    """Return the variables `errorCode` and `errorMessage`, the token of the path that caught the error."""
    return {"errorCode": Variable("String", code), "errorMessage": Variable("String", message or "")}


def some(text: str | None) -> str | None:
    """Return the text, None for a blank one: process-engine.io's clients send an empty message where there is none."""
    return text if text and text.strip() else None


def message_field(example: str) -> Text:
    """Return the field `errorMessage`: any text, or none."""
    return Text(
        data_key="errorMessage",
        blank=True,
        allow_none=True,
        load_default=None,
        most=MAX_MESSAGE,
        message=True,
        metadata={"example": example},
    )
