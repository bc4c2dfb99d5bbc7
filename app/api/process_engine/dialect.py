"""The dialect of process-engine.io, first and second generation: its paths and the body of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response
from marshmallow import Schema, fields

from app.api.dialect import JSON
from app.api.five_minds.blueprint import FiveMindsBlueprint
from app.api.five_minds.errors import ANSWERS, Answer, answered
from app.json_text import dump

LEGACY_BASE = "/api/external_task/v1"
CONSUMER_BASE = "/api/consumer/v1"
MANAGEMENT_BASE = "/api/management/v1"


class ProcessEngineErrorSchema(Schema):
    """The body of every refusal."""

    message = fields.String(required=True, metadata={"example": "ExternalTask with ID 1f0c not found."})
    additional_information = fields.Raw(data_key="additionalInformation")


class ProcessEngineBlueprint(FiveMindsBlueprint):
    """Routes of process-engine.io. Every error is `{"message", "additionalInformation"?}`."""

    prefixes: ClassVar[tuple[str, ...]] = (
        "/api/external_task",
        "/api/consumer",
        "/api/management",
        "/process_engine",
        "/security",
    )
    error_answers: ClassVar[Mapping[type[BaseException], Any]] = ANSWERS
    error_schema: ClassVar[Schema] = ProcessEngineErrorSchema()

    @classmethod
    def render(cls, error: BaseException, answer: Answer) -> Response:
        """Write the body of an error as JSON, whatever the request accepts."""
        status, body, headers = answered(error, answer)
        response = Response(dump(body), status, content_type=JSON)
        response.headers.update(headers)
        return response
