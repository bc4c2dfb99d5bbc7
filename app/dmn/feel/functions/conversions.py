"""Functions that make one kind of value of another."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from app.dmn.feel.calls import Kinds
from app.dmn.feel.durations import Months, parse_duration
from app.dmn.feel.functions.registry import (
    ANYTHING,
    DAYS,
    DURATIONS,
    MOMENTS,
    NUMBERS,
    TEXTS,
    TEXTS_OR_NULL,
    TIMES,
    Functions,
    bounded_text,
    function,
)  # fmt: skip
from app.dmn.feel.limits import MAX_NUMBER_LENGTH
from app.dmn.feel.temporal import (
    ZonedTime,
    is_zoned,
    named_zone,
    offset_of,
    parse_date,
    parse_date_time,
    parse_time,
    zone_name,
)  # fmt: skip
from app.dmn.feel.values import Failure, text_of
from app.errors import ExpressionFailed

_DAYS_AND_TEXTS: Kinds = (DAYS or frozenset()) | (TEXTS or frozenset())
_ILLEGAL = Failure("Illegal arguments")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def day_of(value: date) -> date:
    """Return the date of a date with or without a time."""
    return value.date() if isinstance(value, datetime) else value


def _date(value: Any) -> date | None:
    return parse_date(value) if isinstance(value, str) else day_of(value)


def _date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Any:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return _ILLEGAL


def _date_time_of_parts(day: date, moment: time | ZonedTime) -> datetime:
    if isinstance(moment, time):
        return datetime.combine(day_of(day), moment)
    zone = named_zone(moment.zone) if moment.zone else _offset(moment.offset)
    return datetime.combine(day_of(day), moment.time, zone)


def _offset(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _in_zone(moment: datetime, name: str) -> datetime:
    try:
        zone = named_zone(name)
    except ValueError as error:
        raise ExpressionFailed(str(error)) from None
    return moment.astimezone(zone) if is_zoned(moment) else moment.replace(tzinfo=zone)


def _time(value: Any) -> Any:
    if isinstance(value, str):
        return parse_time(value)
    if not isinstance(value, datetime):
        return ZonedTime(time(), 0)
    return ZonedTime(value.time(), offset_of(value), zone_name(value)) if is_zoned(value) else value.time()


def _time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> Any:
    try:
        moment = time(int(hour), int(minute), int(second), int(second % 1 * 1_000_000))
    except (ValueError, OverflowError):
        return _ILLEGAL
    return moment if offset is None else ZonedTime(moment, int(offset.total_seconds()))


def _number(text: str, grouping: str | None = None, decimal: str | None = None) -> Any:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or (grouping and grouping == decimal):
        return _ILLEGAL
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if len(plain) > MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(plain):
        return Failure(f"Can't parse '{text[:80]}' as a number")
    return Decimal(plain)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else bounded_text(text_of(value))


def _months_between(start: date, end: date) -> Months:
    first, last = day_of(start), day_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return Months(months)


_PARTS = {"hour": NUMBERS, "minute": NUMBERS, "second": NUMBERS}
CONVERSIONS: Functions = {
    "date": (
        function(_date, **{"from": _DAYS_AND_TEXTS}),
        function(_date_of_parts, year=NUMBERS, month=NUMBERS, day=NUMBERS),
    ),
    "date and time": (
        function(parse_date_time, **{"from": TEXTS}),
        function(_date_time_of_parts, date=DAYS, time=TIMES),
        function(_in_zone, date=MOMENTS, time=TEXTS),
    ),
    "time": (
        function(_time, **{"from": _DAYS_AND_TEXTS}),
        function(_time_of_parts, **_PARTS),
        function(_time_of_parts, **_PARTS, offset=DURATIONS),
    ),
    "number": (
        function(_number, **{"from": TEXTS}),
        function(_number, **{"from": TEXTS, "grouping separator": TEXTS}),
        function(_number, **{"from": TEXTS, "grouping separator": TEXTS_OR_NULL, "decimal separator": TEXTS_OR_NULL}),
    ),
    "string": (function(_text, **{"from": ANYTHING}),),
    "duration": (function(parse_duration, **{"from": TEXTS}),),
    "years and months duration": (function(_months_between, **{"from": DAYS, "to": DAYS}),),
}
