"""What 5Minds' engines say to a refusal: status, message and further information, one table for all generations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import HTTPException

from app.api.dialect import InvalidBody
from app.bpmn.plain_json import iso_instant
from app.errors import (
    Conflict,
    CorrelationMismatch,
    ErrandError,
    ExternalTaskNotFound,
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    LockNotOwned,
    ModelRefused,
    NotFound,
    Overloaded,
    Refused,
    Suspended,
    TaskFinished,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from app.services.process_instances.awaited_runs import RunFailed, StillRunning


@dataclass(frozen=True, slots=True)
class Answer:
    """What the dialect says to one kind of error. `status` None: the error's own (an HTTPException)."""

    status: int | None
    message: Callable[[Any], str]
    information: Callable[[Any], Any] = lambda error: None
    headers: Callable[[Any], Mapping[str, str]] = lambda error: {}


def said(error: ErrandError) -> str:
    """Return the domain's own words."""
    return error.message


def _invalid_members(error: InvalidBody) -> str:
    if not error.messages:
        return "The request body is not valid JSON."
    if "_schema" in error.messages:
        return "The request body must be a JSON object."
    return "; ".join(f"{member}: {_first(texts)}" for member, texts in error.messages.items())


def _first(texts: Any) -> str:
    while isinstance(texts, list | dict) and texts:
        texts = next(iter(texts.values())) if isinstance(texts, dict) else texts[0]
    return str(texts)


def _locked(error: LockNotOwned) -> str:
    until = "further notice" if error.lock_expires_at is None else iso_instant(error.lock_expires_at)
    return f"External Task with ID '{error.task_id}' is locked by another worker, until {until}."


def _problems(error: ModelRefused) -> Any:
    return {"problems": [{"elementId": p.element_id, "message": p.message} for p in error.problems[:100]]}


def _http_headers(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name != "Content-Type"}


ANSWERS: Mapping[type[BaseException], Answer] = {
    Unauthenticated: Answer(401, said, headers=lambda error: {"WWW-Authenticate": "Bearer"}),
    Forbidden: Answer(
        403,
        lambda error: "Identity does not have the requested claim!",
        lambda error: {"identity": {"userId": error.details["user_id"]}, "claim": error.details["claim"]},
    ),
    InvalidBody: Answer(400, _invalid_members),
    InvalidInput: Answer(400, said),
    TooLarge: Answer(413, said),
    ModelRefused: Answer(400, said, _problems),
    ExternalTaskNotFound: Answer(404, lambda error: f"ExternalTask with ID {error.id} not found."),
    NotFound: Answer(404, said),
    CorrelationMismatch: Answer(404, said),
    TaskFinished: Answer(
        410, lambda error: f"External Task with ID '{error.task_id}' has been finished and is no longer accessible."
    ),
    LockNotOwned: Answer(423, _locked),
    Suspended: Answer(423, said),
    IdempotencyConflict: Answer(422, said),
    Conflict: Answer(409, said),
    Refused: Answer(409, said),
    StillRunning: Answer(504, said, lambda error: error.details),
    RunFailed: Answer(500, said, lambda error: error.details),
    Overloaded: Answer(503, said, headers=lambda error: {"Retry-After": str(error.retry_after_s)}),
    Unavailable: Answer(503, said, headers=lambda error: {"Retry-After": str(error.retry_after_s)}),
    ErrandError: Answer(500, said),
    HTTPException: Answer(None, lambda error: error.name, headers=_http_headers),
    Exception: Answer(500, lambda error: "Internal Server Error"),
}


def answered(error: BaseException, answer: Answer) -> tuple[int, dict[str, Any], Mapping[str, str]]:
    """Return status, body and headers of the answer to an error."""
    body: dict[str, Any] = {"message": answer.message(error)}
    information = answer.information(error)
    if information is not None:
        body["additionalInformation"] = information
    return answer.status or getattr(error, "code", None) or 500, body, answer.headers(error)
