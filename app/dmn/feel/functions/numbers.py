"""Functions of numbers."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.dmn.feel.durations import Months
from app.dmn.feel.functions.registry import NUMBERS, SIZES, TEXTS, Functions, function
from app.dmn.feel.limits import DECIMAL128, MAX_SCALE, WIDE
from app.dmn.feel.values import Failure
from app.errors import ExpressionFailed

_MODES = {
    "UP": decimal.ROUND_UP,
    "DOWN": decimal.ROUND_DOWN,
    "CEILING": decimal.ROUND_CEILING,
    "FLOOR": decimal.ROUND_FLOOR,
    "HALF_UP": decimal.ROUND_HALF_UP,
    "HALF_DOWN": decimal.ROUND_HALF_DOWN,
    "HALF_EVEN": decimal.ROUND_HALF_EVEN,
}


def _rounded(number: Decimal, scale: Decimal, mode: str) -> Any:
    if abs(scale) > MAX_SCALE:
        return Failure(f"A number is rounded to {MAX_SCALE} places at most")
    try:
        return number.quantize(Decimal(1).scaleb(-int(scale)), mode, WIDE)
    except decimal.InvalidOperation:
        return Failure("The number has too many digits")


def _rounding(mode: str) -> Callable[[Decimal, Decimal], Any]:
    return lambda n, scale: _rounded(n, scale, mode)


def _whole(mode: str) -> Callable[[Decimal], Any]:
    return lambda n: _rounded(n, Decimal(0), mode)


def _decimal(n: Decimal, scale: Decimal, mode: str) -> Any:
    rounding = _MODES.get(mode.upper())
    if mode.upper() == "UNNECESSARY" and _rounded(n, scale, decimal.ROUND_DOWN) == n:
        rounding = decimal.ROUND_DOWN
    return Failure(f"Illegal argument '{mode}' for rounding mode") if rounding is None else _rounded(n, scale, rounding)


def _absolute(value: Any) -> Any:
    return Months(abs(value.months)) if isinstance(value, Months) else abs(value)


def _remainder(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the remainder with the sign of the divisor."""
    return DECIMAL128.remainder(DECIMAL128.add(DECIMAL128.remainder(dividend, divisor), divisor), divisor)


def _of_double(calculate: Callable[[float], float]) -> Callable[[Decimal], Decimal]:
    def calculated(number: Decimal) -> Decimal:
        try:
            return Decimal(repr(calculate(float(number))))
        except (ValueError, OverflowError) as error:
            raise ExpressionFailed(f"{number}: {error}") from None

    return calculated


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    try:
        return _remainder(dividend, divisor)
    except ArithmeticError:
        raise ExpressionFailed(f"modulo({dividend}, {divisor}) cannot be calculated") from None


_square_root = _of_double(math.sqrt)


def _is_odd(number: Decimal) -> bool:
    return abs(number) % 2 == 1


def _is_even(number: Decimal) -> bool:
    return number % 2 == 0


NUMBER_FUNCTIONS: Functions = {
    "decimal": (
        function(_rounding(decimal.ROUND_HALF_EVEN), n=NUMBERS, scale=NUMBERS),
        function(_decimal, n=NUMBERS, scale=NUMBERS, mode=TEXTS),
    ),
    "floor": (
        function(_whole(decimal.ROUND_FLOOR), n=NUMBERS),
        function(_rounding(decimal.ROUND_FLOOR), n=NUMBERS, scala=NUMBERS),
    ),
    "ceiling": (
        function(_whole(decimal.ROUND_CEILING), n=NUMBERS),
        function(_rounding(decimal.ROUND_CEILING), n=NUMBERS, scale=NUMBERS),
    ),
    "round up": (function(_rounding(decimal.ROUND_UP), n=NUMBERS, scale=NUMBERS),),
    "round down": (function(_rounding(decimal.ROUND_DOWN), n=NUMBERS, scale=NUMBERS),),
    "round half up": (function(_rounding(decimal.ROUND_HALF_UP), n=NUMBERS, scale=NUMBERS),),
    "round half down": (function(_rounding(decimal.ROUND_HALF_DOWN), n=NUMBERS, scala=NUMBERS),),
    "abs": (function(_absolute, number=SIZES), function(_absolute, n=SIZES)),
    "modulo": (function(_modulo, dividend=NUMBERS, divisor=NUMBERS),),
    "sqrt": (function(lambda number: None if number < 0 else _square_root(number), number=NUMBERS),),
    "log": (function(_of_double(math.log), number=NUMBERS),),
    "exp": (function(_of_double(math.exp), number=NUMBERS),),
    "odd": (function(_is_odd, number=NUMBERS),),
    "even": (function(_is_even, number=NUMBERS),),
}
