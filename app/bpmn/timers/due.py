"""The first and the next instant at which a timer event is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.bpmn.timers.cron import next_cron
from app.bpmn.timers.cycles import parse_cycle
from app.bpmn.timers.iso8601 import MAX_LENGTH, format_date, is_duration, parse_date, parse_duration, to_datetime
from app.errors import EngineFailed

TimerKind = Literal["timeDate", "timeDuration", "timeCycle"]


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires; `repeat` is what `next_due` needs afterwards, None for a timer that fires once."""

    due_at: int
    repeat: str | None = None


def first_due(kind: TimerKind, value: Any, now_ms: int) -> Due:
    """Return when a timer is due that starts now.

    `value` is the evaluated text of the timer, or an integer (a Date variable): that instant. A date or a cycle that is
    over is due at once. Raises EngineFailed naming what is no timer, or lies outside the years 1 to 9999.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        to_datetime(value)
        return Due(int(value))
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_LENGTH:
        raise EngineFailed(f"{_shown(value)} is no valid duration or time: neither a date nor an ISO 8601 text")
    text = value.strip()
    try:
        return _FIRST[kind](text, now_ms)
    except EngineFailed as error:
        raise error if text in error.message else EngineFailed(f"'{text}' is no timer: {error.message}") from None


def next_due(repeat: str, now_ms: int, previous_due_at: int | None = None) -> Due | None:
    """Return when a repeating timer is due again after it has fired, None when that was the last time.

    `previous_due_at` is the instant for which it was planned: one that was run earlier by hand keeps that instant for
    its next time, as in Camunda. Raises EngineFailed.
    """
    due_at = parse_cycle(repeat).due_after(now_ms) if repeat.startswith("R") else next_cron(repeat, now_ms)
    if due_at is None or (previous_due_at is not None and due_at <= previous_due_at <= now_ms):
        return None
    return Due(due_at, repeat)


def _date(text: str, now_ms: int) -> Due:
    return Due(parse_duration(text).after(now_ms) if is_duration(text) else parse_date(text))


def _duration(text: str, now_ms: int) -> Due:
    return Due(_due_once(text, now_ms))


def _due_once(text: str, now_ms: int) -> int:
    if not text.startswith(("P", "R")):
        raise EngineFailed(f"Cannot parse duration '{text}'")
    due_at = parse_cycle(text).due_after(now_ms)
    return now_ms if due_at is None else due_at


def _cycle(text: str, now_ms: int) -> Due:
    if text.startswith("P"):
        return Due(_due_once(text, now_ms))
    repeat = _anchored(text, now_ms)
    due = next_due(repeat, now_ms)
    return Due(now_ms) if due is None else due


def _anchored(text: str, now_ms: int) -> str:
    """Put the start into a cycle that has none (`R3/PT1H`), so that later instants do not drift."""
    repeats, separator, rest = text.partition("/")
    if separator and "/" not in rest and repeats.startswith("R") and is_duration(rest):
        return f"{repeats}/{format_date(now_ms)}/{rest}"
    return text


_FIRST = {"timeDate": _date, "timeDuration": _duration, "timeCycle": _cycle}


def _shown(value: Any) -> str:
    return f"'{value[:80]}'" if isinstance(value, str) else "null" if value is None else f"A {type(value).__name__}"
