"""Dates on the wire: `2015-10-06T16:34:42.000+0200`, exactly three digits of milliseconds, an offset without colon;
ours is UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from app.bpmn.values import FIRST_INSTANT, LAST_INSTANT, written_instant

_PATTERN = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)T(\d\d?):(\d\d?):(\d\d?)\.(\d{1,3})([+-])(\d\d)(\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def format_date(at_ms: int | None) -> str | None:
    """Write an instant (milliseconds UTC), None stays None."""
    if at_ms is None:
        return None
    second, millis = divmod(written_instant(at_ms), 1000)
    return f"{_second(second)}.{millis:03d}+0000"


@lru_cache(maxsize=1024)  # the dates of one answer lie close together, and each costs 2 µs
def _second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).replace(tzinfo=None).isoformat()  # strftime writes the year 1 as 1


def parse_date(text: str) -> int:
    """Read an instant as milliseconds UTC. Raises ValueError for every other form, as Camunda does, and outside the
    years 1 to 9999, where Camunda would write what it cannot read."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, millis = map(int, match.group(1, 2, 3, 4, 5, 6, 7))
    offset = timedelta(hours=int(match[9]), minutes=int(match[10]))
    zone = timezone(offset if match[8] == "+" else -offset)
    moment = datetime(year, month, day, hour, minute, second, millis * 1000, zone)
    instant_ms = (moment - _EPOCH) // timedelta(milliseconds=1)
    if not FIRST_INSTANT <= instant_ms <= LAST_INSTANT:
        raise ValueError(text)
    return instant_ms
