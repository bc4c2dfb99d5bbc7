"""Timers are due when ISO 8601, Quartz and Camunda say so."""

from __future__ import annotations

import time
from typing import Any

import pytest
from dateutil.parser import isoparse

from app.bpmn.expressions import Instant
from app.bpmn.timers import Due, first_due, next_due, retry_delays
from app.bpmn.timers.due import TimerKind
from app.bpmn.timers.iso8601 import format_date
from app.errors import EngineFailed


def at(text: str) -> int:
    return round(isoparse(text).timestamp() * 1000)


NOW = "2026-01-31T10:00:00Z"
HOUR_MS = 3_600_000


def first(kind: TimerKind, value: Any, now: str = NOW) -> str:
    return format_date(first_due(kind, value, at(now)).due_at)


def firings(text: str, now: str, count: int) -> list[str]:
    """Fire a cycle `count` times, each exactly when it is due."""
    due: Due | None = first_due("timeCycle", text, at(now))
    fired: list[str] = []
    while due is not None and len(fired) < count:
        fired.append(format_date(due.due_at)[:16])
        due = None if due.repeat is None else next_due(due.repeat, due.due_at, due.due_at)
    return fired


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00.000Z"),
        ("2026-02-01T10:00:00", "2026-02-01T10:00:00.000Z"),
        ("2026-02-01T10:00:00.123+02:00", "2026-02-01T08:00:00.123Z"),
        ("2026-02-01T10:00:00+0200", "2026-02-01T08:00:00.000Z"),
        ("2026-02-01T10:00", "2026-02-01T10:00:00.000Z"),
        ("2026-02-01", "2026-02-01T00:00:00.000Z"),
        ("2026-02", "2026-02-01T00:00:00.000Z"),
        ("2026-W01-1", "2025-12-29T00:00:00.000Z"),
        ("  2026-02-01\n", "2026-02-01T00:00:00.000Z"),
        ("PT10M", "2026-01-31T10:10:00.000Z"),
        (Instant(at("2026-02-01T10:00:00Z")), "2026-02-01T10:00:00.000Z"),
    ],
)
def test_a_date_is_due_at_that_date(text: Any, expected: str) -> None:
    assert first("timeDate", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H", "2026-01-31T11:00:00.000Z"),
        ("PT0S", "2026-01-31T10:00:00.000Z"),
        ("P1M", "2026-02-28T10:00:00.000Z"),
        ("P1Y1M", "2027-02-28T10:00:00.000Z"),
        ("P0.5Y", "2026-07-31T10:00:00.000Z"),
        ("P2W", "2026-02-14T10:00:00.000Z"),
        ("P1DT2H30M0.5S", "2026-02-01T12:30:00.500Z"),
        ("PT1,5M", "2026-01-31T10:01:30.000Z"),
        ("P0.5D", "2026-01-31T22:00:00.000Z"),
        ("PT90000S", "2026-02-01T11:00:00.000Z"),
        ("R3/PT1H", "2026-01-31T11:00:00.000Z"),
    ],
)
def test_a_duration_follows_the_calendar(text: str, expected: str) -> None:
    assert first("timeDuration", text) == expected
    assert first_due("timeDuration", text, at(NOW)).repeat is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/PT1H", ["2026-01-31T11:00", "2026-01-31T12:00", "2026-01-31T13:00"]),
        ("R1/PT1H", ["2026-01-31T11:00"]),
        ("R/PT12H", ["2026-01-31T22:00", "2026-02-01T10:00", "2026-02-01T22:00", "2026-02-02T10:00"]),
        ("R2/2026-02-01T00:00:00Z/P1D", ["2026-02-01T00:00", "2026-02-02T00:00", "2026-02-03T00:00"]),
        (
            "R/2026-01-01T00:00:00Z/P1D",
            ["2026-02-01T00:00", "2026-02-02T00:00", "2026-02-03T00:00", "2026-02-04T00:00"],
        ),
        ("R2/2026-01-31T09:00:00Z/2026-01-31T10:30:00Z", ["2026-01-31T10:30", "2026-01-31T12:00"]),
        ("R/PT1H/2026-01-31T12:30:00Z", ["2026-01-31T10:30", "2026-01-31T11:30", "2026-01-31T12:30"]),
        ("R1/PT1H/2026-01-31T13:00:00Z", ["2026-01-31T12:00", "2026-01-31T13:00"]),
        ("R3/P1M", ["2026-02-28T10:00", "2026-03-28T10:00", "2026-04-28T10:00"]),
        ("R/P1M/2026-04-30T00:00:00Z", ["2026-02-28T00:00", "2026-03-30T00:00", "2026-04-30T00:00"]),
        ("PT1H", ["2026-01-31T11:00"]),
        ("R1/2020-01-01T00:00:00Z/P1D", ["2026-01-31T10:00"]),
    ],
)
def test_a_cycle_fires_at_its_instants(text: str, expected: list[str]) -> None:
    assert firings(text, NOW, 4) == expected


def test_a_late_firing_neither_shifts_nor_repeats_the_instants_missed() -> None:
    due = first_due("timeCycle", "R5/PT1H", at(NOW))
    assert due == Due(at(NOW) + HOUR_MS, "R5/2026-01-31T10:00:00.000Z/PT1H")
    late = at(NOW) + 3 * HOUR_MS + 5
    assert next_due(str(due.repeat), late, due.due_at) == Due(at(NOW) + 4 * HOUR_MS, due.repeat)
    assert next_due(str(due.repeat), at(NOW) + 6 * HOUR_MS, due.due_at) is None


def test_a_timer_that_was_run_by_hand_keeps_its_next_instant() -> None:
    due = first_due("timeCycle", "R5/PT1H", at(NOW))
    assert next_due(str(due.repeat), at(NOW) + 5, due.due_at) == due


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0/5 * * * ?", ["2026-01-31T10:05", "2026-01-31T10:10"]),
        ("0 0 12 ? * MON-FRI", ["2026-02-02T12:00", "2026-02-03T12:00"]),
        ("0 15 10 ? * 6L", ["2026-02-27T10:15", "2026-03-27T10:15"]),
        ("0 15 10 ? * 6#3", ["2026-02-20T10:15", "2026-03-20T10:15"]),
        ("0 0 12 L * ?", ["2026-01-31T12:00", "2026-02-28T12:00"]),
        ("0 0 0 ? * 1", ["2026-02-01T00:00", "2026-02-08T00:00"]),
        ("0 0 12 1 1 ? 2028,2030", ["2028-01-01T12:00", "2030-01-01T12:00"]),
        ("0 0 12 1 1 ? 2028", ["2028-01-01T12:00"]),
        ("*/20 * * * *", ["2026-01-31T10:20", "2026-01-31T10:40"]),
        ("0 0 * * 1", ["2026-02-02T00:00", "2026-02-09T00:00"]),
    ],
)
def test_a_cron_expression_fires_at_its_instants(text: str, expected: list[str]) -> None:
    assert firings(text, NOW, 2) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("timeDate", "tomorrow"),
        ("timeDate", "2026-13-01"),
        ("timeDate", "2026-01-01x10:00"),
        ("timeDate", "9" * 300),
        ("timeDate", "0001-01-01T00:00+14:00"),
        ("timeDuration", "P"),
        ("timeDuration", "PT"),
        ("timeDuration", "P1DT"),
        ("timeDuration", "1H"),
        ("timeDuration", "P1.5M"),
        ("timeDuration", "PT-1H"),
        ("timeDuration", "2026-01-01"),
        ("timeDuration", "P999999Y"),
        ("timeDuration", "P999999999D"),
        ("timeDuration", "PT1H/x"),
        ("timeCycle", "R"),
        ("timeCycle", "R3"),
        ("timeCycle", "Rx/PT1H"),
        ("timeCycle", "R3/"),
        ("timeCycle", "R3/PT0S"),
        ("timeCycle", "R3/2026-01-01"),
        ("timeCycle", "R/2026-01-02/2026-01-01"),
        ("timeCycle", "R/a/b/c/d"),
        ("timeCycle", "* * *"),
        ("timeCycle", "0 0 0 ? * 9"),
        ("timeCycle", "0 0 0 30 2 ?"),
        ("timeCycle", "99 * * * * ?"),
        ("timeCycle", "0 0 0 15W * ?"),
        ("timeCycle", "* * * * * * * *"),
        ("timeCycle", "0 0 0 1 1 ? next"),
        ("timeDuration", ""),
        ("timeDuration", None),
        ("timeDuration", True),
        ("timeDuration", [1]),
    ],
)
def test_what_is_no_timer_is_refused_by_name(kind: TimerKind, value: Any) -> None:
    with pytest.raises(EngineFailed) as caught:
        first_due(kind, value, at(NOW))
    if isinstance(value, str) and value:
        assert value[:80] in caught.value.message


def test_an_old_start_with_a_short_period_costs_no_time() -> None:
    started = time.perf_counter()
    assert first("timeCycle", "R/0002-01-01T00:00:00Z/PT0.001S") == "2026-01-31T10:00:00.001Z"
    assert first("timeCycle", "R/PT0.001S/9998-01-01T00:00:00Z") == "2026-01-31T10:00:00.001Z"
    assert first("timeCycle", "R/1900-01-31T00:00:00Z/P1M")[:10] == "2026-02-28"
    assert time.perf_counter() - started < 1


def test_retry_cycles_tell_attempts_and_delays() -> None:
    now = at(NOW)
    plans = {
        text: [
            None if due is None else due - now for due in (retry_delays(text).retry_at(n, now) for n in (1, 2, 3, 4))
        ]
        for text in (None, "R3/PT5M", "PT5M,PT10M,PT1H", "PT5M", "R/PT1M", "R1/PT1M")
    }
    assert plans == {
        None: [0, 0, None, None],
        "R3/PT5M": [300_000, 300_000, None, None],
        "PT5M,PT10M,PT1H": [300_000, 600_000, 3_600_000, None],
        "PT5M": [300_000, None, None, None],
        "R/PT1M": [60_000, 60_000, 60_000, 60_000],
        "R1/PT1M": [None, None, None, None],
    }
    assert [retry_delays(text).attempts for text in (None, "R3/PT5M", "PT5M,PT10M,PT1H")] == [3, 3, 4]


@pytest.mark.parametrize("text", ["R3", "five", "PT5M,,PT1M", "PT1S," * 200])
def test_a_bad_retry_cycle_is_refused_by_name(text: str) -> None:
    with pytest.raises(EngineFailed):
        retry_delays(text)
