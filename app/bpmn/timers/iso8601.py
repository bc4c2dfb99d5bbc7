"""ISO 8601 dates and durations."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import gcd

from dateutil.parser import isoparser
from dateutil.relativedelta import relativedelta

from app.errors import EngineFailed

MAX_LENGTH = 200
"""Characters of the text of a timer."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATES = isoparser(sep="T")
_NUMBER = r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_MONTHS_OF_400_YEARS = 4_800
"""After which the calendar repeats."""
_SHORTEST_MONTH = 28
_UNIT_MS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1_000)


def to_ms(moment: datetime) -> int:
    """Return an aware datetime as milliseconds since 1970 UTC."""
    return (moment - EPOCH) // _MILLISECOND


def to_datetime(instant_ms: int) -> datetime:
    """Return milliseconds since 1970 as a datetime in UTC. Raises EngineFailed for years outside 1 to 9999."""
    try:
        return EPOCH + instant_ms * _MILLISECOND
    except OverflowError:
        raise EngineFailed(f"There is no date {instant_ms} ms after 1970") from None


def format_date(instant_ms: int) -> str:
    """Return an instant as `2026-01-31T09:30:00.000Z`."""
    return to_datetime(instant_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_date(text: str) -> int:
    """Return the instant of an ISO 8601 date, with or without time and zone. Raises EngineFailed naming the text."""
    try:
        moment = _DATES.isoparse(text) if len(text) <= MAX_LENGTH else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise EngineFailed(f"couldn't resolve duedate: '{text[:MAX_LENGTH]}' is no ISO 8601 date")
    instant_ms = to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    to_datetime(instant_ms)
    return instant_ms


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: whole calendar months (years are twelve), and milliseconds."""

    months: int
    milliseconds: int

    def after(self, instant_ms: int, times: int = 1) -> int:
        """Return the instant that lies so many durations after (`times` negative: before) another one.

        Raises EngineFailed when it leaves the years 1 to 9999.
        """
        if not self.months:
            moved = instant_ms + self.milliseconds * times
            to_datetime(moved)
            return moved
        try:
            moment = to_datetime(instant_ms) + relativedelta(months=self.months * times)
            return to_ms(moment + self.milliseconds * times * _MILLISECOND)
        except (OverflowError, ValueError):
            raise EngineFailed(f"A timer would be due outside the years 1 to 9999, {self.months} months away") from None

    def repeated(self, instant_ms: int, steps: int) -> int:
        """Return where one ends who goes this duration `steps` times, one after the other (negative: backwards).

        Months alone, or none: a month that is too short moves the day for good, as step by step (31 January, 28
        February, 28 March). Raises EngineFailed outside the years 1 to 9999.
        """
        if not self.months:
            return self.after(instant_ms, steps)
        moment = to_datetime(instant_ms)
        arrived = to_datetime(self.after(instant_ms, steps))
        return to_ms(arrived.replace(day=self._day_kept(moment, steps)))

    def _day_kept(self, moment: datetime, steps: int) -> int:
        """Return the day of the month that is left after so many steps: of the shortest month that was met."""
        day, month = moment.day, moment.year * 12 + moment.month - 1
        stride = self.months if steps > 0 else -self.months
        for _ in range(min(abs(steps), _MONTHS_OF_400_YEARS // gcd(self.months, _MONTHS_OF_400_YEARS))):
            if day <= _SHORTEST_MONTH:
                break
            month += stride
            day = min(day, monthrange(month // 12, month % 12 + 1)[1])
        return day


def is_duration(text: str) -> bool:
    """Tell whether a text means to be a duration."""
    return text.startswith("P")


def parse_duration(text: str) -> Duration:
    """Return the duration of a text as `P1Y2M10DT2H30M` or `P2W`; fractions may stand anywhere but before Y and M.

    Raises EngineFailed naming the text.
    """
    match = _DURATION.fullmatch(text) if len(text) <= MAX_LENGTH else None
    numbers = [Decimal(group.replace(",", ".")) if group else None for group in match.groups()] if match else []
    if all(number is None for number in numbers) or text.endswith("T"):
        raise EngineFailed(f"Cannot parse duration '{text[:MAX_LENGTH]}'")
    years, months, *rest = [number or Decimal(0) for number in numbers]
    calendar_months = years * 12 + months
    if calendar_months != int(calendar_months):
        raise EngineFailed(f"Cannot parse duration '{text}': part of a month has no length")
    milliseconds = sum(number * unit_ms for number, unit_ms in zip(rest, _UNIT_MS, strict=True))
    return Duration(int(calendar_months), int(milliseconds))
