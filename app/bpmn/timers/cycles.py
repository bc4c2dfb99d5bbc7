"""Repeating intervals of ISO 8601, read and counted as Camunda does.

    R3/PT1H                            three times, every hour from now
    R/2026-01-01T00:00:00Z/P1D         for ever, daily, from that date
    R5/2026-01-01/2026-01-02           five times, the distance between the dates
    R/PT1H/2030-01-01T00:00:00Z        every hour until that date
    PT1H                               without R: once

The instants of a cycle are fixed when it starts: a late firing does not shift those after it, and those missed
meanwhile are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.bpmn.timers.iso8601 import Duration, is_duration, parse_date, parse_duration, to_datetime
from app.errors import EngineFailed

FOR_EVER = 2**62
MAX_STEPS = 2_400
"""Repeats that are calculated one by one: of two hundred years, if it is months."""
_REPEATS = re.compile(r"R([0-9]{0,10})")


@dataclass(frozen=True, slots=True)
class Cycle:
    """`times` repeats of `period`, counted from `start` or, without one, backwards from `end`; `times` None: once."""

    times: int | None
    period: Duration
    start: int | None
    end: int | None

    def due_after(self, now_ms: int) -> int | None:
        """Return the first instant of the cycle after `now_ms`, None when it is over."""
        if self.times is None:
            return self.end if self.end is not None else self.period.after(self._start(now_ms))
        if self.start is None and self.end is not None:
            return self._due_before_end(self.end, now_ms)
        due = self._advanced(self._start(now_ms), now_ms, self.times)
        return None if due < now_ms else due

    def _start(self, now_ms: int) -> int:
        return now_ms if self.start is None else self.start

    def _advanced(self, start: int, now_ms: int, times: int) -> int:
        """Return the first instant after `now_ms`, or the last of `times`; month by month: 31 January drifts to 28."""
        if self.period.months and self.period.milliseconds:
            return self._walked(start, 1, times, lambda due: due > now_ms)[0]
        if self.period.months:
            needed = max(0, (_month(now_ms) - _month(start)) // self.period.months)
            needed += self.period.repeated(start, needed) <= now_ms if needed < times else 0
        else:
            needed = max(0, (now_ms - start) // self.period.milliseconds + 1)
        return self.period.repeated(start, min(times, needed))

    def _due_before_end(self, end: int, now_ms: int) -> int | None:
        times = self.times or 0
        if self.period.months and self.period.milliseconds:
            _, due = self._walked(end, -1, times + 1, lambda earlier: earlier <= now_ms)
            return None if due < now_ms else due
        if self.period.months:
            steps = max(0, (_month(end) - _month(now_ms)) // self.period.months)
            steps -= 0 < steps <= times and self.period.repeated(end, -steps) <= now_ms
        else:
            steps = max(0, (end - now_ms - 1) // self.period.milliseconds) if times else 0
        due = self.period.repeated(end, -min(times, steps))
        return None if due < now_ms else due

    def _walked(self, instant: int, sign: int, times: int, is_there: Callable[[int], bool]) -> tuple[int, int]:
        """Go by the period until `is_there`, `times` times at most; return the last instant and the one before it.

        For months together with shorter units, whose instants follow no formula. Raises EngineFailed when `MAX_STEPS`
        do not suffice.
        """
        before = instant
        for _ in range(min(times, MAX_STEPS + 1)):
            if is_there(instant):
                return instant, before
            before, instant = instant, self.period.after(instant, sign)
        if times > MAX_STEPS:
            raise EngineFailed(
                f"A cycle of months and shorter units together may be at most {MAX_STEPS} repeats away from now; "
                "begin it later, end it earlier, or make it of months alone"
            )
        return instant, before


def _month(instant_ms: int) -> int:
    moment = to_datetime(instant_ms)
    return moment.year * 12 + moment.month


def parse_cycle(text: str) -> Cycle:
    """Read a cycle; without `R` it happens once. Raises EngineFailed naming the text."""
    parts = text.split("/")
    times: int | None = None
    if parts[0].startswith("R"):
        times = _parse_times(parts.pop(0), text)
    if not 1 <= len(parts) <= 2:
        raise EngineFailed(f"Cannot parse cycle '{text}'")
    if is_duration(parts[0]):
        end = parse_date(parts[1]) if len(parts) == 2 else None
        return _checked(Cycle(times, parse_duration(parts[0]), None, end), text)
    if len(parts) == 1:
        raise EngineFailed(f"Cannot parse cycle '{text}': it has no duration")
    start = parse_date(parts[0])
    if is_duration(parts[1]):
        return _checked(Cycle(times, parse_duration(parts[1]), start, None), text)
    end = parse_date(parts[1])
    return _checked(Cycle(times, Duration(0, end - start), start, end), text)


def _parse_times(part: str, text: str) -> int:
    match = _REPEATS.fullmatch(part)
    if match is None:
        raise EngineFailed(f"Cannot parse cycle '{text}': '{part}' is no number of repeats")
    return min(int(match.group(1) or FOR_EVER), FOR_EVER)


def _checked(cycle: Cycle, text: str) -> Cycle:
    if cycle.times is not None and (cycle.period.months, cycle.period.milliseconds) <= (0, 0):
        raise EngineFailed(f"Cannot parse cycle '{text}': it would never move on")
    return cycle
