"""No expression and no cycle computes for long, whatever the texts: each method is linear, and its work is paid for."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.bpmn.expressions import compile_expression, mapping_scope
from app.bpmn.expressions.text_methods import TEXT_METHODS
from app.bpmn.timers.cron import next_cron
from app.bpmn.timers.cycles import Cycle, parse_cycle
from app.bpmn.timers.iso8601 import Duration, format_date, parse_date
from app.errors import EngineFailed, ExpressionFailed

LONGEST_S = 2.0
"""Of processor time: what is quadratic takes ten to a hundred times as long."""
N = 500_000
VALUES: dict[str, Any] = {
    "long": "a" * N + "b",
    "turned": "b" + "a" * N,
    "pairs": "ab" * (N // 2),
    "half": "a" * (N // 2) + "b",
    "turnedHalf": "b" + "a" * (N // 2),
    "short": "a" * 99 + "b",
    "blank": "",
    "ones": [1] * 40_000,
    "numbers": list(range(40_000)),
    "alike": [number * (2**61 - 1) * 8 for number in range(1, 30_000)],
    "lists": [[number] for number in range(30_000)],
}
TOO_MUCH = "The expression works on too much: more than 40 million characters, or 400000 items of lists and maps"


def evaluated(text: str) -> Any:
    """Return the value, or the message of the failure, and see that it took no time."""
    expression, began = compile_expression(text), time.thread_time()
    try:
        value = expression.evaluate(mapping_scope(VALUES, 0))
    except ExpressionFailed as error:
        value = error.message
    assert time.thread_time() - began < LONGEST_S
    return value


@pytest.mark.parametrize("method", sorted(TEXT_METHODS))
@pytest.mark.parametrize("base", ["long", "turned", "pairs"])
def test_every_method_of_a_text_takes_time_in_proportion(base: str, method: str) -> None:
    texts = ["long", "turned", "pairs", "half", "turnedHalf", "short", "blank"]
    for arguments in ["", *texts, "short, long", "half, blank", "blank, short"]:
        evaluated(f"${{{base}.{method}({arguments})}}")


@pytest.mark.parametrize("method", ["containsAll", "contains", "indexOf", "equals"])
def test_every_method_of_a_list_takes_time_in_proportion(method: str) -> None:
    lists = ["ones", "numbers", "alike", "lists"]
    for base in lists:
        for argument in lists:
            evaluated(f"${{{base}.{method}({argument})}}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${'abcabc'.lastIndexOf('bc')}", 4),
        ("${'abcabc'.lastIndexOf('x')}", -1),
        ("${'abc'.lastIndexOf('')}", 3),
        ("${''.lastIndexOf('a')}", -1),
        ("${JSON('[1, 2, true, [1], {\"a\": null}]').containsAll(JSON('[[1], true, 1.0]'))}", True),
        ("${JSON('[1, 2, {\"a\": null}]').containsAll(JSON('[{\"a\": null}]'))}", True),
        ("${JSON('[1, 2]').containsAll(JSON('[true]'))}", False),
        ("${JSON('[1, 2]').containsAll(JSON('[]'))}", True),
        ("${JSON('[100000000000000000000000]').containsAll(JSON('[100000000000000000000000]'))}", True),
        ("${' ab '.trim()}", "ab"),
    ],
)
def test_what_is_linear_gives_what_it_should(text: str, expected: Any) -> None:
    assert compile_expression(text).evaluate(mapping_scope({})) == expected


@pytest.mark.parametrize(
    "text",
    [
        "${" + "&&".join(["numbers.contains(-1) == false"] * 60) + "}",
        "${" + "&&".join(["numbers != ones"] * 60) + "}",
        "${" + "&&".join(["long.toUpperCase() != 'b'"] * 60) + "}",
        "${" + "&&".join(["JSON('['.concat('1,'.repeat(90000)).concat('1]')).size() != 0"] * 10) + "}",
    ],
)
def test_an_expression_that_works_on_too_much_is_told_so(text: str) -> None:
    with pytest.raises(ExpressionFailed, match=TOO_MUCH):
        compile_expression(text).evaluate(mapping_scope(VALUES))
    evaluated(text)


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (
            "<a " + " ".join(f'a{number}=""' for number in range(501)) + "/>",
            "An element of the XML has more than 500 attributes",
        ),
        (
            "<a " + " ".join(f'xmlns:a{number}="u{number}"' for number in range(501)) + "/>",
            "The XML declares more than 500 namespaces",
        ),
    ],
)
def test_xml_of_which_libxml2_would_be_quadratic_is_refused(xml: str, message: str) -> None:
    with pytest.raises(ExpressionFailed, match=message):
        compile_expression("${XML(text).attrs()}").evaluate(mapping_scope({"text": xml}))


def step_by_step(period: Duration, instant: int, sign: int, now: int, times: int) -> int:
    """Go month by month, as the instants of a cycle are defined."""
    if sign < 0:
        for _ in range(times):
            earlier = period.after(instant, -1)
            if earlier <= now:
                break
            instant = earlier
        return instant
    for _ in range(times):
        if instant > now:
            break
        instant = period.after(instant)
    return instant


@pytest.mark.parametrize("text", ["P1M", "P2M", "P3M", "P6M", "P1Y", "P4Y", "P1Y1M", "P1MT1H", "P1M3D"])
@pytest.mark.parametrize("times", [1, 2, 7, 2000])
@pytest.mark.parametrize("day", ["01-31", "02-28", "03-30", "12-31"])
def test_a_cycle_of_months_comes_where_step_by_step_comes(text: str, times: int, day: str) -> None:
    period = parse_cycle(text).period
    for year in ("1896", "1999", "2024", "2025", "2026", "2051", "2099"):
        anchor = parse_date(f"{year}-{day}T12:00:00Z")
        for now in (parse_date("2026-01-31T12:00:00Z"), parse_date("2026-02-28T11:00:00Z")):
            due = step_by_step(period, anchor, 1, now, times)
            assert Cycle(times, period, anchor, None).due_after(now) == (None if due < now else due)
            due = step_by_step(period, anchor, -1, now, times)
            assert Cycle(times, period, None, anchor).due_after(now) == (None if due < now else due)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R/P1M/9999-12-31T23:59:59Z", "2026-01-28T23:59:59.000Z"),
        ("R/P1Y/9999-12-31T00:00:00Z", "2026-12-31T00:00:00.000Z"),
        ("R/0001-01-31T00:00:00Z/P2M", "2026-01-30T00:00:00.000Z"),
        ("R/PT1S/9999-12-31T00:00:00Z", "2026-01-01T00:00:01.000Z"),
    ],
)
def test_a_cycle_that_is_far_away_is_calculated_at_once(text: str, expected: str) -> None:
    began = time.thread_time()
    due = None
    for _ in range(30):
        due = parse_cycle(text).due_after(parse_date("2026-01-01T00:00:00Z"))
    assert due is not None
    assert format_date(due) == expected
    assert time.thread_time() - began < LONGEST_S


def test_a_cycle_that_follows_no_formula_is_not_walked_for_ever() -> None:
    with pytest.raises(EngineFailed, match="at most 2400 repeats away from now"):
        parse_cycle("R/P1MT1H/9999-12-31T00:00:00Z").due_after(parse_date("2026-01-01T00:00:00Z"))


def test_a_year_of_cron_beyond_the_calendar_is_told() -> None:
    with pytest.raises(EngineFailed, match="Exception while parsing cycle expression"):
        next_cron("0 0 0 29 2 ? 2001,2103,9998", parse_date("2026-01-01T00:00:00Z"))
