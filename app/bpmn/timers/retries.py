"""How often a failed job is tried again, and when: `camunda:failedJobRetryTimeCycle`."""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.timers.cycles import parse_cycle
from app.bpmn.timers.iso8601 import Duration, parse_duration
from app.errors import EngineFailed

DEFAULT_ATTEMPTS = 3
MAX_INTERVALS = 100


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """`attempts` in all, the first one included; `delays` in order, of which the last one lasts. No delay: at once."""

    attempts: int = DEFAULT_ATTEMPTS
    delays: tuple[Duration, ...] = ()

    def retry_at(self, failures: int, now_ms: int) -> int | None:
        """Return when to try again after so many failures (1 after the first), None when no attempt is left."""
        if failures >= self.attempts:
            return None
        if not self.delays:
            return now_ms
        return self.delays[min(failures, len(self.delays)) - 1].after(now_ms)


def retry_delays(cycle_text: str | None) -> RetryPlan:
    """Read `R5/PT5M` (five attempts, five minutes apart) or `PT5M,PT10M,PT1H` (four attempts); nothing is the default.

    Raises EngineFailed naming the text.
    """
    if cycle_text is None or not cycle_text.strip():
        return RetryPlan()
    intervals = [interval.strip() for interval in cycle_text.split(",")]
    if len(intervals) > MAX_INTERVALS:
        raise EngineFailed(f"More than {MAX_INTERVALS} retry intervals: '{cycle_text[:80]}…'")
    if len(intervals) == 1 and intervals[0].startswith("R"):
        cycle = parse_cycle(intervals[0])
        return RetryPlan(cycle.times or 1, (cycle.period,))
    return RetryPlan(len(intervals) + 1, tuple(parse_duration(interval) for interval in intervals))
