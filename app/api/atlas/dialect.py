"""The dialect of ProcessCube (once Atlas Engine): its base path, its blueprint and the body of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response
from marshmallow import Schema, fields

from app.api.dialect import JSON
from app.api.five_minds.blueprint import FiveMindsBlueprint
from app.api.five_minds.errors import ANSWERS, Answer, answered
from app.errors import TaskFinished
from app.json_text import dump
from app.services.process_instances.awaited_runs import RunFailed

ROOT = "/atlas_engine"
BASE = f"{ROOT}/api/v1"
ENGINE_ERROR = {"errorClassName": "InternalServerError", "errorType": "EngineError", "callStack": ""}
"""Without these members the npm client drops the additional information, and with it the BPMN error it makes of it."""


class AtlasErrorSchema(Schema):
    """The body of every refusal."""

    code = fields.Integer(required=True, metadata={"example": 404})
    message = fields.String(required=True, metadata={"example": "ExternalTask with ID 1f0c not found."})
    additional_information = fields.Raw(data_key="additionalInformation")


class AtlasBlueprint(FiveMindsBlueprint):
    """Routes of ProcessCube. Every error is `{"code", "message", "additionalInformation"}`; a finished task is 409."""

    prefixes: ClassVar[tuple[str, ...]] = (ROOT,)
    error_answers: ClassVar[Mapping[type[BaseException], Any]] = {
        **ANSWERS,
        TaskFinished: Answer(409, ANSWERS[TaskFinished].message),
    }
    error_schema: ClassVar[Schema] = AtlasErrorSchema()

    @classmethod
    def render(cls, error: BaseException, answer: Answer) -> Response:
        """Write the body of an error as JSON, whatever the request accepts."""
        status, body, headers = answered(error, answer)
        document = {"code": status, "additionalInformation": {}, **body}
        if isinstance(error, RunFailed):
            document |= ENGINE_ERROR
        response = Response(dump(document), status, content_type=JSON)
        response.headers.update(headers)
        return response


def resource(name: str) -> AtlasBlueprint:
    """Make the blueprint of one resource; all are one chapter of the documentation."""
    return AtlasBlueprint(
        f"ProcessCube {name}",
        __name__,
        url_prefix=BASE,
        tag="ProcessCube (Atlas Engine)",
        description="External tasks, process definitions, instances and user tasks of ProcessCube.",
    )
