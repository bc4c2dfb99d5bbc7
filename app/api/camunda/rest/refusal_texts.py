"""Refusals that a route tells in its own words, with the engine's texts inside them: `Cannot complete task 42: …`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import request

from app import errors
from app.api.camunda.rest.errors import ANSWERS, Answer, CamundaRefusal
from app.api.dialect import InvalidBody
from app.queries.selection import NothingSelected

REST_KINDS = ("RestException", "InvalidRequestException")
ENGINE_KINDS = ("ProcessEngineException", "NullValueException", "NotValidException", "BadUserRequestException")
"""Exceptions of Camunda's engine; what else Java throws (null pointers, illegal arguments) is told as it is."""


@contextmanager
def cannot(what: str, missing: str | None = None) -> Iterator[None]:
    """Put `what` before the text of every refusal in the block, as Camunda's resources do.

    A refusal of the request, or of a value, keeps its status; everything that the engine refuses becomes a 500.
    `missing` is the engine's text for NotFound. Who may not do it at all is refused as everywhere.
    """
    try:
        yield
    except CamundaRefusal as refusal:
        if refusal.type not in (*REST_KINDS, *ENGINE_KINDS):
            raise
        kind = "InvalidRequestException" if refusal.type in REST_KINDS else "RestException"
        raise CamundaRefusal(refusal.status, kind, f"{what}: {refusal.message}", refusal.code) from refusal
    except (
        errors.Unauthenticated,
        errors.Forbidden,
        errors.Overloaded,
        errors.Unavailable,
        errors.FormNumberInvalid,
        InvalidBody,
    ):
        raise
    except (errors.InvalidVariable, errors.InvalidText, errors.TooLarge) as error:
        answer = answer_of(error)
        raise CamundaRefusal(answer.status, answer.type, f"{what}: {error.message}", answer.code) from error
    except errors.ErrandError as error:
        text = missing if missing is not None and isinstance(error, errors.NotFound) else engine_text(error)
        raise CamundaRefusal(500, "RestException", f"{what}: {text}", 0) from error


def engine_text(error: errors.ErrandError) -> str:
    """Return what Camunda's engine says of an error."""
    return answer_of(error).message(error)


def answer_of(error: errors.ErrandError) -> Answer:
    """Return the dialect's answer to an error."""
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)


def told(status: int, type: str, template: str, code: int | None = None) -> Answer:
    """Answer with a text of the route; in it `{id}` and the like are parts of the path, `{error}` the engine's text."""
    return Answer(status, type, code, _filled(template))


def unknown(template: str, status: int = 404, type: str = "InvalidRequestException", code: int | None = None) -> Any:
    """Return the answers of a route to NotFound."""
    return {errors.NotFound: told(status, type, template, code)}


def nothing(template: str, type: str = "InvalidRequestException", code: int | None = None) -> Any:
    """Return the answers of a route that finds nothing to act on."""
    return {NothingSelected: told(400, type, template, code)}


def _filled(template: str) -> Callable[[Any], str]:
    return lambda error: template.format(error=error.message, **(request.view_args or {}))
