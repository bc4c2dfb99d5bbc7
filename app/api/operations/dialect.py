"""The dialect of the operations API: statuses that say it exactly, bodies of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from app import errors
from app.api.dialect import DialectBlueprint, InvalidBody, answer_to
from app.bpmn.plain_json import iso_instant
from app.json_text import dump

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"

STATUS: Mapping[type[BaseException], int] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.InvalidInput: 400,
    errors.TooLarge: 413,
    errors.NotFound: 404,
    errors.TaskFinished: 410,
    errors.LockNotOwned: 423,
    errors.Suspended: 423,
    errors.IdempotencyConflict: 422,
    errors.Refused: 409,
    errors.ModelRefused: 422,
    errors.Overloaded: 503,
    errors.Unavailable: 503,
    errors.ErrandError: 500,
    HTTPException: 400,
    Exception: 500,
}


def instant_or_null(at: int | None) -> str | None:
    """Write an instant."""
    return None if at is None else iso_instant(at)


class ProblemSchema(Schema):
    """What went wrong."""

    type = fields.String(metadata={"example": "about:blank"})
    title = fields.String(metadata={"example": "Locked"})
    status = fields.Integer(metadata={"example": 423})
    detail = fields.String(metadata={"example": "External task '42' is locked by 'worker-2', not by 'worker-1'."})


class OperationsBlueprint(DialectBlueprint):
    """A resource of the operations API."""

    prefixes = (PREFIX,)
    error_answers = STATUS
    error_schema = ProblemSchema()

    @classmethod
    def render(cls, error: BaseException, answer: int) -> Response:
        """Write the error as problem details."""
        problem = problem_of(error, answer)
        response = Response(dump(problem), problem["status"], content_type=PROBLEM)
        if isinstance(error, errors.Unauthenticated):
            response.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, errors.Overloaded | errors.Unavailable):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response


def problem_of(error: BaseException, answer: int | None = None) -> dict[str, Any]:
    """Describe an error; `answer` is its status where it has been looked up already."""
    status = answer or answer_to(error, STATUS)
    if isinstance(error, HTTPException):
        status = error.code or status
    detail = str(error) if isinstance(error, errors.ErrandError) else HTTPStatus(status).description
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if isinstance(error, InvalidBody) and error.messages:
        problem["errors"] = error.messages
    return problem
