"""The values of FEEL as Python values: their kinds, their order, what equals what, how they are written.

null None · boolean bool · number Decimal · string str · date datetime.date · time datetime.time or ZonedTime ·
date and time datetime (without or with an offset) · duration Months or timedelta · list list · context dict.
A Failure stands where FEEL Scala has an error: most operations make a null of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.dmn.feel.durations import Months, duration_text
from app.dmn.feel.temporal import ZonedTime, date_time_text, is_zoned, sort_key, time_text
from app.errors import ExpressionFailed

NULL = "null"
BOOLEAN = "boolean"
NUMBER = "number"
STRING = "string"
DATE = "date"
LOCAL_TIME = "local time"
TIME = "time"
LOCAL_DATE_TIME = "local date and time"
DATE_TIME = "date and time"
MONTHS = "years and months duration"
DURATION = "days and time duration"
LIST = "list"
CONTEXT = "context"
RANGE = "range"
FAILURE = "error"

_KINDS: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    date: DATE,
    time: LOCAL_TIME,
    ZonedTime: TIME,
    Months: MONTHS,
    timedelta: DURATION,
    list: LIST,
    dict: CONTEXT,
}
_ORDERED = frozenset(
    (NUMBER, STRING, DATE, LOCAL_TIME, TIME, LOCAL_DATE_TIME, DATE_TIME, MONTHS, DURATION)
)  # fmt: skip
TYPE_NAMES = {LOCAL_TIME: "time", LOCAL_DATE_TIME: "date and time"}
"""Kinds that `instance of` calls otherwise."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What an operation says that cannot be done."""

    message: str


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends, which belong to it or not."""

    start: Any
    end: Any
    start_closed: bool
    end_closed: bool


def kind_of(value: Any) -> str:
    """Return the kind of a value."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, datetime):
        return DATE_TIME if is_zoned(value) else LOCAL_DATE_TIME
    return RANGE if isinstance(value, Range) else FAILURE


def is_ordered(kind: str) -> bool:
    """Tell whether values of a kind can be smaller and greater than one another."""
    return kind in _ORDERED


def order_key(value: Any) -> Any:
    """Return what decides the order of a value among those of its kind."""
    if isinstance(value, datetime) and is_zoned(value):
        return sort_key(value)
    return value.since_midnight if isinstance(value, ZonedTime) else value


def equals(left: Any, right: Any) -> bool | None:
    """Compare two values; None where they cannot be compared: they are of different kinds."""
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right) or kind in (RANGE, FAILURE):
        return None
    if kind == LIST:
        return len(left) == len(right) and all(equals(one, other) for one, other in zip(left, right, strict=True))
    if kind == CONTEXT:
        return left.keys() == right.keys() and all(equals(left[key], right[key]) for key in left)
    if kind == DATE_TIME:
        return sort_key(left) == sort_key(right)
    return bool(left == right)


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are of one kind and equal."""
    return equals(left, right) is True


def compare(left: Any, right: Any, operate: Callable[[Any, Any], bool]) -> bool | Failure | None:
    """Compare by order; None where that is not possible, and a Failure where one side is one."""
    if type(left) is Failure:
        return left
    kind = kind_of(left)
    if kind not in _ORDERED or kind != kind_of(right):
        if kind == LIST and kind_of(right) == LIST and _comparable_list(left) and _comparable_list(right):
            raise ExpressionFailed(f"{text_of(left)} can not be compared to {text_of(right)}")
        return right if type(right) is Failure else None
    return operate(order_key(left), order_key(right))


def _comparable_list(items: list[Any]) -> bool:
    kinds = {kind_of(item) for item in items}
    return len(kinds) == 1 and kinds <= _ORDERED


def text_of(value: Any) -> str:
    """Return a value as FEEL writes it: texts in quotes."""
    if isinstance(value, str):
        return f'"{value}"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(text_of, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}:{text_of(one)}' for key, one in value.items())}}}"
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value if value else abs(value))
    if isinstance(value, datetime):
        return date_time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return time_text(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, Failure):
        return f'error("{value.message}")'
    if isinstance(value, Range):
        start, end = ("[" if value.start_closed else "("), ("]" if value.end_closed else ")")
        return f"{start}{text_of(value.start)}..{text_of(value.end)}{end}"
    return str(value)
