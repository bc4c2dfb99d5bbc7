"""Cron expressions: Quartz's six or seven fields (`0 0/5 * * * ?`, days of week from 1 = Sunday), or Unix's five."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError

from app.bpmn.timers.iso8601 import MAX_LENGTH, to_datetime, to_ms
from app.errors import EngineFailed

_DAY_NUMBER = re.compile(r"(?<![#/0-9])[0-9]+")
_YEARS = range(1970, 2100)
_YEAR_TERM = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")


def next_cron(text: str, now_ms: int) -> int | None:
    """Return the first instant after `now_ms`, None if there is none any more. Raises EngineFailed naming the text."""
    fields = text.upper().split() if len(text) <= MAX_LENGTH else []
    if not 5 <= len(fields) <= 7:
        raise _unreadable(text, "it has not 5, 6 or 7 fields")
    years = _years(fields.pop(), text) if len(fields) == 7 else _YEARS
    try:
        return _first_in_years(_for_cronsim(fields), to_datetime(now_ms), years)
    except (CronSimError, ValueError, OverflowError, AssertionError) as error:
        raise _unreadable(text, str(error)) from None


def _unreadable(text: str, reason: str) -> EngineFailed:
    return EngineFailed(f"Exception while parsing cycle expression: '{text[:MAX_LENGTH]}': {reason}")


def _for_cronsim(fields: list[str]) -> str:
    """Translate Quartz's `?` and its days of the week to those of Unix."""
    translated = ["*" if field == "?" else field for field in fields]
    if len(fields) == 6:
        translated[5] = "6" if fields[5] == "L" else _DAY_NUMBER.sub(_unix_day, translated[5])
    return " ".join(translated)


def _unix_day(match: re.Match[str]) -> str:
    day = int(match.group())
    if not 1 <= day <= 7:
        raise CronSimError("Bad day-of-week")
    return str(day - 1)


def _years(field: str, text: str) -> range | frozenset[int]:
    if field in ("*", "?"):
        return _YEARS
    years: set[int] = set()
    for term in field.split(","):
        match = _YEAR_TERM.fullmatch(term)
        if match is None:
            raise _unreadable(text, "Bad year")
        years.update(range(int(match.group(1)), int(match.group(2) or match.group(1)) + 1))
    return frozenset(years)


def _first_in_years(expression: str, moment: datetime, years: range | frozenset[int]) -> int | None:
    while True:
        due = next(CronSim(expression, moment), None)
        if due is None or due.year > max(years, default=0):
            return None
        if due.year in years:
            return to_ms(due)
        next_year = min(year for year in years if year > due.year)
        moment = datetime(next_year, 1, 1, tzinfo=moment.tzinfo) - timedelta(seconds=1)
