"""How long, deep and large an expression and its results may be: nothing in a model can exhaust the server."""

from __future__ import annotations

from app.errors import ExpressionFailed

MAX_TEXT_LENGTH = 64_000
"""Characters of a whole text with expressions in it."""
MAX_EXPRESSION_LENGTH = 4_000
"""Characters between `${` and `}`."""
MAX_TOKENS = 600
MAX_DEPTH = 64
MAX_RESULT_LENGTH = 1_000_000
"""Characters of a text that an expression makes."""
MAX_RESULT_ITEMS = 100_000
"""Items of a list that an expression makes."""
MAX_NUMBER_LENGTH = 400
"""Characters of a text that is taken for a number."""
MAX_WORK = 40_000_000
"""Characters that one evaluation may make and go through: some tenths of a second at most."""
ITEM_WORK = 100
"""What an item of a list or map counts for, in characters."""
MAX_XML_ATTRIBUTES = 500
"""Attributes of one element of XML: libxml2 looks for each one among all."""
MAX_XML_NAMESPACES = 500
"""Namespaces that a text of XML may declare: libxml2 looks for each one among all."""
LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)


def bounded_text(text: str) -> str:
    """Return the text if it is not too long. Raises ExpressionFailed."""
    ensure_length(len(text))
    return text


def ensure_length(length: int) -> None:
    """Refuse a text of so many characters before it is made. Raises ExpressionFailed."""
    if length > MAX_RESULT_LENGTH:
        raise ExpressionFailed(f"The result is longer than {MAX_RESULT_LENGTH} characters")


def bounded_integer(number: int) -> int:
    """Return the number if it fits into a Java long; Java would wrap silently. Raises ExpressionFailed."""
    if LONG_MIN <= number <= LONG_MAX:
        return number
    raise ExpressionFailed("Integer overflow: the result does not fit into 64 bits")
