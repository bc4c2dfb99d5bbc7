"""Checks of arguments that every verb makes before it looks at a task."""

from __future__ import annotations

from typing import TypeVar

from app.bpmn.limits import NAME_LENGTH
from app.bpmn.values import LAST_INSTANT
from app.errors import InvalidInput

T = TypeVar("T")


def required(field: str, value: T | None) -> T:
    """Return the value. Raises InvalidInput when there is none."""
    if value is None:
        raise InvalidInput(f"{field} is missing.", field=field, rule="required")
    return value


def not_negative(field: str, value: int | None) -> None:
    """Raise InvalidInput for a number below 0; none is fine."""
    if value is not None and value < 0:
        raise InvalidInput(f"{field} must not be negative.", field=field, rule="not_negative", value=value)


def positive(field: str, value: int | None) -> int:
    """Return the number. Raises InvalidInput unless it is above 0."""
    if value is None or value <= 0:
        raise InvalidInput(f"{field} must be greater than 0.", field=field, rule="positive", value=value)
    return value


def not_blank(field: str, value: str | None) -> None:
    """Raise InvalidInput for a text without a visible character; none is fine."""
    if value is not None and not value.strip():
        raise InvalidInput(f"{field} must not be blank.", field=field, rule="not_blank", value=value)


def until(now: int, duration_ms: int) -> int:
    """Return the instant `duration_ms` after `now`, at most the last one that there is."""
    return min(now + duration_ms, LAST_INSTANT)


def check_length(field: str, text: str | None, most: int = NAME_LENGTH) -> None:
    """Raise InvalidInput for a text of more than `most` characters."""
    if text is not None and len(text) > most:
        raise InvalidInput(f"{field} is longer than {most} characters.", field=field, rule="too_long")
