"""No decision exhausts the server: everything that it may ask for has a limit."""

from __future__ import annotations

import time

import pytest

from app.dmn.context import DecisionContext
from app.dmn.feel import compile_feel, compile_tests
from app.errors import EngineFailed, ExpressionFailed, StepLimitReached
from tests.dmn.builders import NOW_MS, evaluated, literal

A_SECOND = 1.0


@pytest.mark.parametrize(
    "text",
    [
        "(" * 40 + "1" + ")" * 40,
        "(" * 5000,
        "[" * 5000,
        "if " * 3000,
        "-" * 9000 + "1",
        "not(" * 2000,
        "/*" * 4000,
        '"' + "\\" * 9000,
        "1" * 401,
        "a" * 10_001,
        "for x in " * 1000,
        "a." * 4000,
        "{a:" * 2000,
        "[1.." * 2000,
        "x in (" * 1500,
    ],
)
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    started = time.thread_time()
    for compiled in (compile_feel, compile_tests):
        with pytest.raises(ExpressionFailed):
            compiled(text)

    assert time.thread_time() - started < 4 * A_SECOND


@pytest.mark.parametrize(
    "text",
    [
        "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
        "some a in 1..9000, b in 1..9000 satisfies false",
        "count(for a in 1..2000 return partial)",
        "every a in 1..1000 satisfies sum(for b in 1..10000 return b) > 0",
    ],
)
def test_an_endless_loop_ends(text: str) -> None:
    with pytest.raises(StepLimitReached, match="steps"):
        evaluated(literal(text), DecisionContext(NOW_MS, max_cost=100_000))


@pytest.mark.parametrize(
    "text",
    [
        "for a in 1..1000000000 return a",
        "10 ** 1000000",
        "10 ** 6000 ** 2",
        "decimal(1, 100000000)",
        'replace("' + "a" * 4900 + '", "a", "' + "b" * 4900 + '")',
        'duration("P999999999D") * 1000000000',
        'date("9999-12-31") + duration("P1D")',
        "exp(100000)",
        'matches("a", "(a")',
    ],
)
def test_what_would_be_too_large_fails_or_is_null(text: str) -> None:
    started = time.thread_time()
    try:
        value = evaluated(literal(text)).result.single_entry().value
    except EngineFailed:
        value = None

    assert value is None
    assert time.thread_time() - started < A_SECOND


def test_a_catastrophic_regular_expression_is_none() -> None:
    started = time.thread_time()
    text = 'matches("' + "a" * 5000 + '!", "^(a+)+$")'

    assert evaluated(literal(text)).result.single_entry().value is False
    assert time.thread_time() - started < A_SECOND


def test_an_evaluation_ends_when_its_time_is_up() -> None:
    context = DecisionContext(NOW_MS, out_of_time=lambda: True)

    with pytest.raises(StepLimitReached, match="longer than a step may"):
        evaluated(literal("for a in 1..5000 return a"), context)


def test_the_cost_counts_what_was_done() -> None:
    assert evaluated(literal("1")).cost == 1
    assert evaluated(literal("for a in 1..1000 return a")).cost > 1000
