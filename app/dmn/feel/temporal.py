"""Dates, times, and dates with times: read, written and moved as java.time does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.relativedelta import relativedelta

from app.dmn.feel.durations import Months

_DATE = r"(\d{4})-([01]\d)-([0-3]\d)"
_CLOCK = r"(\d{2}):(\d{2})(?::(\d{2}))?(?:\.(\d{1,9}))?"
_OFFSET = r"(Z|[+-]\d{2}:\d{2}(?::\d{2})?)?(?:@(.+))?"
_ONLY_DATE = re.compile(_DATE, re.ASCII)
_TIME = re.compile(rf"T?{_CLOCK}{_OFFSET}", re.ASCII)
_DATE_TIME = re.compile(rf"{_DATE}T{_CLOCK}{_OFFSET}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ZonedTime:
    """A time of day with its offset from UTC in seconds, and the zone that it was written with."""

    time: time
    offset: int
    zone: str | None = None

    @property
    def since_midnight(self) -> timedelta:
        """The time since midnight UTC, by which times compare."""
        return since_midnight(self.time) - timedelta(seconds=self.offset)

    def __str__(self) -> str:
        return time_text(self.time) + (f"@{self.zone}" if self.zone else offset_text(self.offset))


def since_midnight(moment: time) -> timedelta:
    """Return how long after midnight a time of day is."""
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def moved_time(moment: time, duration: timedelta) -> time:
    """Move a time of day; it goes round at midnight."""
    return (datetime.min + (since_midnight(moment) + duration) % timedelta(days=1)).time()


def parse_date(text: str) -> date | None:
    """Read `2026-03-15`; None when the text is no date of the years 1 to 9999."""
    found = _ONLY_DATE.fullmatch(text)
    try:
        return None if found is None else date(*map(int, found.groups()))
    except ValueError:
        return None


def parse_time(text: str) -> time | ZonedTime | None:
    """Read a time of day, with or without an offset or zone; None when the text is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        clock = _clock(*found.groups()[:4])
        if found[5] is None and found[6] is None:
            return clock
        if found[3] is None:
            return None
        zone = _zone(found[5], found[6])
    except ValueError:
        return None
    offset = zone.utcoffset(datetime(2026, 1, 1)) or timedelta()
    return ZonedTime(clock, int(offset.total_seconds()), found[6])


def parse_date_time(text: str) -> datetime | None:
    """Read a date with a time, with or without an offset or zone, or a date alone (midnight); None when it is none."""
    day = parse_date(text)
    if day is not None:
        return datetime(day.year, day.month, day.day)
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    try:
        clock = _clock(*found.groups()[3:7])
        local = datetime.combine(date(int(found[1]), int(found[2]), int(found[3])), clock)
        return local if found[8] is None and found[9] is None else local.replace(tzinfo=_zone(found[8], found[9]))
    except ValueError:
        return None


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> time:
    return time(int(hour), int(minute), int(second or 0), int((fraction or "")[:6].ljust(6, "0")))


def _zone(offset: str | None, zone: str | None) -> tzinfo:
    if zone is not None:
        return named_zone(zone)
    if offset is None or offset == "Z":
        return UTC
    hours, minutes, *seconds = (int(part) for part in offset[1:].split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-length if offset[0] == "-" else length)


def named_zone(name: str) -> tzinfo:
    """Return the time zone of a name (`Europe/Berlin`). Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"There is no time zone '{name}'") from None


def is_zoned(moment: datetime) -> bool:
    """Tell whether a date with a time knows its offset from UTC."""
    return moment.tzinfo is not None


def offset_of(moment: datetime) -> int:
    """Return the offset from UTC in seconds."""
    return int((moment.utcoffset() or timedelta()).total_seconds())


def zone_name(moment: datetime) -> str | None:
    """Return the name of the zone of a date with a time, None for a mere offset."""
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None


def moved(moment: datetime, duration: timedelta) -> datetime:
    """Move a date with a time; where it has a zone, along the time line and not along the clock on the wall."""
    if moment.tzinfo is None:
        return moment + duration
    return (moment.astimezone(UTC) + duration).astimezone(moment.tzinfo)


def moved_by_months(moment: date, months: Months) -> date:
    """Move a date (with or without a time) by the calendar; the last day of the month is the last that there is."""
    later: date = moment + relativedelta(months=months.months)
    return later


def between(earlier: datetime, later: datetime) -> timedelta:
    """Return how much later the second one is."""
    if earlier.tzinfo is None:
        return later - earlier
    return later.astimezone(UTC) - earlier.astimezone(UTC)


def sort_key(moment: datetime) -> tuple[datetime, datetime, str]:
    """Return what decides the order of dates with times that have an offset: the instant, the local time, the zone."""
    return moment.astimezone(UTC), moment.replace(tzinfo=None), zone_name(moment) or offset_text(offset_of(moment))


def offset_text(seconds: int) -> str:
    """Return an offset as `+01:00`, or `Z`."""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3_600)
    minutes, rest = divmod(rest, 60)
    tail = f":{rest:02d}" if rest else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}{tail}"


def time_text(moment: time) -> str:
    """Return a time of day as `10:00:00`, with a fraction where there is one."""
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%H:%M:%S}{fraction}"


def date_time_text(moment: datetime) -> str:
    """Return a date with a time as `2026-03-15T10:00:00+01:00`, with the name of its zone instead of the offset."""
    local = f"{moment.date().isoformat()}T{time_text(moment.time())}"
    if moment.tzinfo is None:
        return local
    zone = zone_name(moment)
    return f"{local}@{zone}" if zone else local + offset_text(offset_of(moment))


def java_date_time_text(moment: datetime) -> str:
    """Return a date with a time as java.time writes it: seconds only where they are not 0."""
    local = f"{moment.date().isoformat()}T{java_time_text(moment.time())}"
    if moment.tzinfo is None:
        return local
    zone = zone_name(moment)
    return local + offset_text(offset_of(moment)) + (f"[{zone}]" if zone else "")


def java_time_text(moment: time) -> str:
    """Return a time of day as java.time writes it: seconds only where they are not 0, fractions by three digits."""
    if not moment.second and not moment.microsecond:
        return f"{moment:%H:%M}"
    fraction = f"{moment.microsecond:06d}"
    if fraction.endswith("000"):
        fraction = fraction[:3]
    return f"{moment:%H:%M:%S}" + (f".{fraction}" if moment.microsecond else "")
