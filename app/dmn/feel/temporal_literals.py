"""Dates, times and durations that an expression writes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.dmn.feel.durations import parse_duration
from app.dmn.feel.temporal import parse_date, parse_date_time, parse_time


def _any_of_them(text: str) -> Any:
    """Read what stands behind `@`, whichever it is; null for what is none."""
    for read in (parse_date, parse_time, parse_date_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


READERS: Mapping[str, Callable[[str], Any]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
    "@": _any_of_them,
}
"""What is written before the text → how it is read; null is the value of a text that is none."""
