"""How EL turns one kind of value into another (EL 2.2, section 1.18), on plain Python values."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.limits import MAX_NUMBER_LENGTH, bounded_integer, bounded_text
from app.bpmn.expressions.long import Long
from app.bpmn.expressions.scope import ELHost
from app.errors import ExpressionFailed

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_KINDS = {
    str: "String",
    int: "Long",
    Long: "Long",
    float: "Double",
    bool: "Boolean",
    list: "List",
    dict: "Map",
    tuple: "List",
}


def kind_of(value: Any) -> str:
    """Name the kind of a value in the words of messages."""
    if value is None:
        return "null"
    return "Date" if isinstance(value, Instant) else _KINDS.get(type(value), type(value).__name__)


def to_text(value: Any) -> str:
    """Return the value as EL prints it: null is empty, lists and maps are JSON. Raises ExpressionFailed if too long."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double_text(value)
    if isinstance(value, list | tuple | dict):
        return bounded_text(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=to_text))
    if isinstance(value, ELHost | bytes):
        raise ExpressionFailed(f"A {kind_of(value)} has no text")
    return str(value)


def _double_text(value: float) -> str:
    """Return a double as Java prints it: `2.5`, `100.0`, `1.0E10`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def to_boolean(value: Any) -> bool:
    """Return the truth of a value: null and "" are false, a text is true if it says so. Raises ExpressionFailed."""
    if value is True or value is False:
        return value
    if value is None or value == "":
        return False
    if isinstance(value, str):
        return len(value) == 4 and value.lower() == "true"
    raise ExpressionFailed(f"Cannot coerce from {kind_of(value)} to Boolean")


def to_number(value: Any) -> int | float:
    """Return the number: null and "" are 0, a text with `.` or an exponent is a double. Raises ExpressionFailed."""
    if isinstance(value, bool):
        raise ExpressionFailed("Cannot coerce from Boolean to number")
    if isinstance(value, int | float):
        return value
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        return _parsed_number(value)
    raise ExpressionFailed(f"Cannot coerce from {kind_of(value)} to number")


def _parsed_number(text: str) -> int | float:
    if len(text) <= MAX_NUMBER_LENGTH:
        if _INTEGER.fullmatch(text):
            return bounded_integer(int(text))
        if _DECIMAL.fullmatch(text.strip()) and math.isfinite(number := float(text)):
            return number
    raise ExpressionFailed(f"Cannot coerce from String '{text[:80]}' to number")


def to_integer(value: Any) -> int:
    """Return a whole number, as an index or a count needs it; fractions are cut off. Raises ExpressionFailed."""
    number = to_number(value)
    if isinstance(number, float) and not math.isfinite(number):
        raise ExpressionFailed(f"Cannot coerce {number} to an integer")
    return bounded_integer(int(number))
