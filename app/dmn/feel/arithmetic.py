"""Calculation with numbers, texts, dates, times and durations: by the kinds of both sides; anything else is null."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.dmn.feel.durations import Months, milliseconds, split
from app.dmn.feel.limits import DECIMAL128, MAX_TEXT
from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import Scope
from app.dmn.feel.temporal import ZonedTime, between, moved, moved_by_months, moved_time, since_midnight
from app.dmn.feel.values import (
    DATE,
    DATE_TIME,
    DURATION,
    LOCAL_DATE_TIME,
    LOCAL_TIME,
    MONTHS,
    NUMBER,
    STRING,
    TIME,
    kind_of,
    text_of,
)  # fmt: skip
from app.errors import ExpressionFailed

Calculate = Callable[[Any, Any], Any]
Table = Mapping[tuple[str, str], Calculate]


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_TEXT:
        raise ExpressionFailed(f"The result is longer than {MAX_TEXT} characters")
    return left + right


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _moved_day(day: date, duration: timedelta) -> date:
    return (_midnight(day) + duration).date()


def _moved_zoned(moment: ZonedTime, duration: timedelta) -> ZonedTime:
    return ZonedTime(moved_time(moment.time, duration), moment.offset, moment.zone)


_MOVES: Table = {
    (LOCAL_TIME, DURATION): moved_time,
    (TIME, DURATION): _moved_zoned,
    (LOCAL_DATE_TIME, DURATION): moved,
    (DATE_TIME, DURATION): moved,
    (DATE, DURATION): _moved_day,
    (LOCAL_DATE_TIME, MONTHS): moved_by_months,
    (DATE_TIME, MONTHS): moved_by_months,
    (DATE, MONTHS): moved_by_months,
}


def _swapped(calculate: Calculate) -> Calculate:
    return lambda left, right: calculate(right, left)


def _back(calculate: Calculate) -> Calculate:
    return lambda moment, amount: calculate(moment, Months(-amount.months) if type(amount) is Months else -amount)


_ADD: Table = {
    (NUMBER, NUMBER): DECIMAL128.add,
    (STRING, STRING): _joined,
    (MONTHS, MONTHS): lambda left, right: Months(left.months + right.months),
    (DURATION, DURATION): operator.add,
    **_MOVES,
    **{(amount, moment): _swapped(move) for (moment, amount), move in _MOVES.items()},
}
_SUBTRACT: Table = {
    (NUMBER, NUMBER): DECIMAL128.subtract,
    (LOCAL_TIME, LOCAL_TIME): lambda left, right: since_midnight(left) - since_midnight(right),
    (TIME, TIME): lambda left, right: abs(left.since_midnight - right.since_midnight),
    (LOCAL_DATE_TIME, LOCAL_DATE_TIME): lambda left, right: between(right, left),
    (DATE_TIME, DATE_TIME): lambda left, right: between(right, left),
    (DATE, DATE): operator.sub,
    (MONTHS, MONTHS): lambda left, right: Months(left.months - right.months),
    (DURATION, DURATION): operator.sub,
    **{kinds: _back(move) for kinds, move in _MOVES.items()},
}


def _times(duration: timedelta, number: Decimal) -> timedelta:
    return duration * int(number)


def _months_times(duration: Months, number: Decimal) -> Months:
    return Months(duration.months * int(number))


_MULTIPLY: Table = {
    (NUMBER, NUMBER): DECIMAL128.multiply,
    (MONTHS, NUMBER): _months_times,
    (NUMBER, MONTHS): _swapped(_months_times),
    (DURATION, NUMBER): _times,
    (NUMBER, DURATION): _swapped(_times),
}


def _split_duration(duration: timedelta, number: Decimal) -> timedelta:
    return timedelta(milliseconds=int(DECIMAL128.divide(Decimal(milliseconds(duration)), number)))


_DIVIDE: Table = {
    (NUMBER, NUMBER): DECIMAL128.divide,
    (MONTHS, NUMBER): lambda left, right: Months(int(DECIMAL128.divide(Decimal(left.months), right))),
    (MONTHS, MONTHS): lambda left, right: Decimal(split(left.months, right.months)[0]),
    (DURATION, NUMBER): _split_duration,
    (DURATION, DURATION): lambda left, right: Decimal(split(milliseconds(left), milliseconds(right))[0]),
}
_ZEROS = (Decimal(0), Months(0), timedelta())


def _power(left: Decimal, right: Decimal) -> Decimal:
    if right == right.to_integral_value():
        return DECIMAL128.power(left, right)
    return Decimal(repr(math.pow(left, right)))


OPERATIONS: Mapping[str, Table] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(NUMBER, NUMBER): _power},
}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b`, `-`, `*`, `/`, `**`."""

    symbol: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return the result, null when the kinds do not fit or the divisor is 0. Raises ExpressionFailed."""
        left, right = self.left.evaluate(scope), self.right.evaluate(scope)
        calculate = OPERATIONS[self.symbol].get((kind_of(left), kind_of(right)))
        if calculate is None or (self.symbol == "/" and _is_zero(right)):
            return None
        try:
            return calculate(left, right)
        except (ArithmeticError, ValueError) as error:
            raise ExpressionFailed(f"{text_of(left)} {self.symbol} {text_of(right)}: {error}") from None


def _is_zero(value: Any) -> bool:
    return any(type(value) is type(zero) and value == zero for zero in _ZEROS)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-a`."""

    operand: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return the negative number, null for anything else."""
        value = self.operand.evaluate(scope)
        return DECIMAL128.minus(value) if type(value) is Decimal else None
