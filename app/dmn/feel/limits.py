"""How long, deep and large an expression, its numbers and its results may be."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, DivisionByZero, InvalidOperation, Overflow

MAX_EXPRESSION_LENGTH = 10_000
"""Characters of one cell or expression."""
MAX_DEPTH = 32
"""Expressions in one another."""
MAX_PARSER_STEPS = 50_000
"""Attempts of the parser at one expression, which goes back where an alternative does not fit."""
MAX_NUMBER_LENGTH = 400
"""Characters of a number."""
MAX_SCALE = 400
"""Decimal places to which a number can be rounded, and digits of a number before and behind the point."""
MAX_TEXT = 1_000_000
"""Characters of a text that an expression makes."""
MAX_ITEMS = 100_000
"""Items of a list that an expression makes."""

DECIMAL128 = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""The arithmetic of numbers: 34 digits, as java.math.MathContext.DECIMAL128 has."""
WIDE = Context(prec=2 * MAX_SCALE, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The arithmetic of rounding, which must not lose digits."""
