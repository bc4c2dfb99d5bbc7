"""Between the plain values of process variables and those of FEEL."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from app.bpmn.expressions import Instant, Long, to_text
from app.dmn.feel.durations import Months, java_duration_text, split
from app.dmn.feel.temporal import ZonedTime, is_zoned, java_date_time_text, java_time_text, offset_text
from app.dmn.feel.values import Failure, Range
from app.errors import ExpressionFailed

_LONGEST_LONG = 19


def to_feel(value: Any, zone: tzinfo = UTC) -> Any:
    """Return the FEEL value of a variable's: numbers are decimal, a Date is a date and time in the zone without it."""
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, Instant):
        return value.as_datetime().astimezone(zone).replace(tzinfo=None)
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [to_feel(item, zone) for item in value]
    if isinstance(value, dict):
        return {str(key): to_feel(item, zone) for key, item in value.items()}
    return {} if isinstance(value, bytes) else value


def from_feel(value: Any) -> Any:
    """Return the plain value: whole numbers of 64 bits are Long, other numbers float, dates stay what they are."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, list):
        return [from_feel(item) for item in value]
    if isinstance(value, dict):
        return {key: from_feel(item) for key, item in value.items()}
    if isinstance(value, Failure):
        raise ExpressionFailed(value.message)
    return value


def _number(number: Decimal) -> Long | float:
    if number.adjusted() < _LONGEST_LONG and number == number.to_integral_value():
        whole = int(number)
        if -(2**63) <= whole < 2**63:
            return Long(whole)
    return float(number)


def is_temporal(value: Any) -> bool:
    """Tell whether a value is a date, a time or a duration, none of which a process variable holds."""
    return isinstance(value, date | time | timedelta | ZonedTime | Months | Range)


def java_text(value: Any) -> str:
    """Return the text that Java's `String.valueOf` makes of a plain value or of a date, a time, a duration."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(java_text, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={java_text(one)}' for key, one in value.items())}}}"
    if value is None:
        return "null"
    return _temporal_text(value) if is_temporal(value) else to_text(value)


def _temporal_text(value: Any) -> str:
    if isinstance(value, datetime):
        return java_date_time_text(value)
    if isinstance(value, time):
        return java_time_text(value)
    if isinstance(value, timedelta):
        return java_duration_text(value)
    if isinstance(value, ZonedTime):
        return java_time_text(value.time) + offset_text(value.offset)
    return _period_text(value) if isinstance(value, Months) else str(value)


def _period_text(value: Months) -> str:
    years, months = split(value.months, 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"P{parts or '0D'}"


def to_instant(value: datetime, zone: tzinfo) -> Instant:
    """Return the instant of a date and time, which is meant in the zone unless it has an offset."""
    aware = value if is_zoned(value) else value.replace(tzinfo=zone)
    return Instant((aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
