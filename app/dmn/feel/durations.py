"""Durations: of years and months, and of days and time (a timedelta)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_YEARS_MONTHS = re.compile(r"(-?)P(?:(-?\d{1,9})Y)?(?:(-?\d{1,9})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?:(-?\d{1,9})D)?(?:T(?:(-?\d{1,12})H)?(?:(-?\d{1,12})M)?(?:(-?)(\d{1,12})(?:\.(\d{0,9}))?S)?)?", re.ASCII
)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months, in months."""

    months: int

    def __str__(self) -> str:
        years, months = split(self.months, 12)
        if self.months == 0:
            return "P0Y"
        sign = "-" if self.months < 0 else ""
        return f"{sign}P{_part(abs(years), 'Y')}{_part(abs(months), 'M')}"


def split(number: int, size: int) -> tuple[int, int]:
    """Divide towards zero, as Java does; the remainder has the sign of the number."""
    quotient, remainder = divmod(abs(number), size)
    return (-quotient, -remainder) if number < 0 else (quotient, remainder)


def _part(amount: int, unit: str) -> str:
    return f"{amount}{unit}" if amount else ""


def whole_seconds(duration: timedelta) -> int:
    """Return the seconds of a duration, rounded down."""
    return duration // _SECOND


def milliseconds(duration: timedelta) -> int:
    """Return the milliseconds of a duration, rounded down."""
    return duration // timedelta(milliseconds=1)


def duration_text(duration: timedelta) -> str:
    """Return a duration as FEEL writes it: `P1DT2H`, `-PT5M`, `P0D`."""
    total = whole_seconds(duration)
    if total == 0:
        return "P0D"
    rest = abs(total)
    days, rest = divmod(rest, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    clock = _part(hours, "H") + _part(minutes, "M") + _part(seconds, "S")
    return f"{'-' if total < 0 else ''}P{_part(days, 'D')}{'T' + clock if clock else ''}"


def java_duration_text(duration: timedelta) -> str:
    """Return a duration as java.time.Duration writes it: `PT24H`, `PT0.5S`."""
    total = abs(duration)
    if not total:
        return "PT0S"
    minus = "-" if duration < timedelta() else ""
    hours, rest = divmod(whole_seconds(total), 3_600)
    minutes, seconds = divmod(rest, 60)
    fraction = f"{total.microseconds:06d}".rstrip("0")
    second = f"{seconds}{'.' + fraction if fraction else ''}"
    parts = [f"{minus}{hours}H" if hours else "", f"{minus}{minutes}M" if minutes else ""]
    return "PT" + "".join(parts) + (f"{minus}{second}S" if seconds or fraction else "")


def parse_duration(text: str) -> Months | timedelta | None:
    """Read a duration (`P1Y6M`, `P2DT3H`); None when the text is none."""
    found = _YEARS_MONTHS.fullmatch(text)
    if found:
        sign, years, months = found.groups()
        if years is None and months is None:
            return None
        total = int(years or 0) * 12 + int(months or 0)
        return Months(-total if sign else total)
    return _days_time(text)


def _days_time(text: str) -> timedelta | None:
    found = _DAYS_TIME.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return None
    sign, days, hours, minutes, minus, seconds, fraction = found.groups()
    micro = int((fraction or "")[:6].ljust(6, "0"))
    factor = -1 if minus else 1
    try:
        total = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=factor * int(seconds or 0),
            microseconds=factor * micro,
        )
    except OverflowError:
        return None
    return -total if sign else total
