"""The operators of EL on plain Python values, with Java's coercions and signs, and bounded integers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from app.bpmn.expressions.coercion import kind_of, to_boolean, to_number, to_text
from app.bpmn.expressions.limits import bounded_integer
from app.bpmn.expressions.long import Long
from app.errors import ExpressionFailed

Operator = Callable[[Any, Any], Any]
_PLAIN = frozenset((str, int, float, bool))


def _bounded(number: int | float) -> int | float:
    if isinstance(number, int):
        return Long(bounded_integer(number))
    if math.isfinite(number):
        return number
    raise ExpressionFailed("Arithmetic overflow: the result is no finite number")


def _arithmetic(calculate: Callable[[Any, Any], Any]) -> Operator:
    def operate(left: Any, right: Any) -> int | float:
        return _bounded(calculate(to_number(left), to_number(right)))

    return operate


def _divide(left: int | float, right: int | float) -> float:
    if right == 0:
        raise ExpressionFailed("Division by zero")
    return left / right


def _remainder(left: int | float, right: int | float) -> int | float:
    """Take the sign of the dividend, as Java does."""
    if right == 0:
        raise ExpressionFailed("Division by zero")
    if isinstance(left, int) and isinstance(right, int):
        remainder = abs(left) % abs(right)
        return -remainder if left < 0 else remainder
    return math.fmod(left, right)


def negate(value: Any) -> int | float:
    """Return the negative number; of an Integer it is one. Raises ExpressionFailed."""
    negative = _bounded(-to_number(value))
    return int(negative) if type(value) is int else negative


def is_number(value: Any) -> bool:
    """Tell whether a value is a number (a boolean is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equals(left: Any, right: Any) -> bool:
    """Compare as EL's `==`: null equals null alone; a number, boolean or text pulls the other side to its kind."""
    if left is right:
        return True
    if left is None or right is None:
        return False
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return bool(left == right)
    if is_number(left) or is_number(right):
        return to_number(left) == to_number(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left) == to_text(right)
    return bool(left == right)


def differs(left: Any, right: Any) -> bool:
    """Compare as EL's `!=`."""
    return not equals(left, right)


def _ordered(compare: Callable[[Any, Any], Any], when_identical: bool) -> Operator:
    def operate(left: Any, right: Any) -> bool:
        kind = type(left)
        if kind is type(right) and kind in _PLAIN:
            return bool(compare(left, right))
        if left is right:
            return when_identical
        if left is None or right is None:
            return False
        if is_number(left) or is_number(right):
            return bool(compare(to_number(left), to_number(right)))
        if isinstance(left, str) or isinstance(right, str):
            return bool(compare(to_text(left), to_text(right)))
        raise ExpressionFailed(f"Cannot compare {kind_of(left)} with {kind_of(right)}")

    return operate


def is_empty(value: Any) -> bool:
    """Tell whether EL calls the value empty: null, an empty text, list or map."""
    return value is None or (isinstance(value, str | list | dict | tuple) and not value)


BINARY: dict[str, tuple[int, Operator]] = {
    "==": (3, equals),
    "!=": (3, differs),
    "<": (4, _ordered(operator.lt, False)),
    ">": (4, _ordered(operator.gt, False)),
    "<=": (4, _ordered(operator.le, True)),
    ">=": (4, _ordered(operator.ge, True)),
    "+": (5, _arithmetic(operator.add)),
    "-": (5, _arithmetic(operator.sub)),
    "*": (6, _arithmetic(operator.mul)),
    "/": (6, _arithmetic(_divide)),
    "%": (6, _arithmetic(_remainder)),
}
"""symbol → (binding power, function); `||` binds with 1, `&&` with 2."""
