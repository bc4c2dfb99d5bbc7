"""The types that a clause may have, and what becomes a value of each.

Source: Camunda 7.24's data type transformers, asked. An unknown type (`number`, `Any`) converts nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from app.bpmn.expressions import Instant, Long
from app.dmn.feel import is_temporal, java_text, to_instant
from app.errors import EngineFailed

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})")
_INT_MAX = 2**31 - 1
_LONG_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A plain value with the type that its clause gave it; None for no type. Null is `Null` always."""

    value: Any
    type: str | None = None

    def __str__(self) -> str:
        if self.type is None:
            return f"Untyped value '{java_text(self.value)}', isTransient = false"
        kind = f"PrimitiveValueType[{self.type.lower()}]"
        return f"Value '{java_text(self.value)}' of type '{kind}', isTransient=false"


NULL = TypedValue(None, "Null")


def converted(value: Any, type_name: str | None, zone: tzinfo) -> TypedValue:
    """Return the value as one of a clause's type. Raises EngineFailed for one that does not fit."""
    if value is None:
        return NULL
    known = None if type_name is None else _TYPES.get(type_name.lower())
    if known is None:
        return TypedValue(value)
    name, convert = known
    fitting = convert(value, zone)
    if fitting is None:
        raise EngineFailed(f"DMN-01005 Invalid value '{java_text(value)}' for clause with type '{type_name}'.")
    return TypedValue(fitting, name)


def _string(value: Any, zone: tzinfo) -> str:
    return java_text(value)


def _boolean(value: Any, zone: tzinfo) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool | Instant)


def _whole(value: Any, most: int) -> int | None:
    if isinstance(value, str):
        number = int(value) if _WHOLE.fullmatch(value) else None
    else:
        number = int(value) if _is_number(value) and math.isfinite(value) and value == int(value) else None
    return number if number is not None and -most - 1 <= number <= most else None


def _integer(value: Any, zone: tzinfo) -> int | None:
    return _whole(value, _INT_MAX)


def _long(value: Any, zone: tzinfo) -> Long | None:
    number = _whole(value, _LONG_MAX)
    return None if number is None else Long(number)


def _double(value: Any, zone: tzinfo) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        number = float(text.rstrip("dDfF")) if _DECIMAL.fullmatch(text) else math.nan
    else:
        number = float(value) if _is_number(value) else math.nan
    return number if math.isfinite(number) else None


def _date(value: Any, zone: tzinfo) -> Instant | None:
    if isinstance(value, Instant):
        return value
    if isinstance(value, str):
        found = _DATE.match(value)
        return None if found is None else _instant_of(found, zone)
    if isinstance(value, datetime):
        return to_instant(value, zone)
    if is_temporal(value):
        raise EngineFailed(f"Unsupported type: '{java_text(value)}' cannot be converted to 'java.util.Date'")
    return None


def _instant_of(found: re.Match[str], zone: tzinfo) -> Instant | None:
    try:
        return to_instant(datetime(*map(int, found.groups())), zone)  # type: ignore[arg-type]
    except ValueError:
        return None


_TYPES: Mapping[str, tuple[str, Callable[[Any, tzinfo], Any]]] = {
    "string": ("String", _string),
    "boolean": ("Boolean", _boolean),
    "integer": ("Integer", _integer),
    "long": ("Long", _long),
    "double": ("Double", _double),
    "date": ("Date", _date),
}
