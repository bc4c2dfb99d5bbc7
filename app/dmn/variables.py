"""Values of decisions as process variables, with the names of types that Camunda gives them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from app.bpmn.expressions import Instant, Long
from app.bpmn.values import Variable, from_python
from app.dmn.feel import is_temporal, java_text, to_instant

_ROW = "java.util.HashMap<java.lang.Object,java.lang.Object>"
_EMPTY = "java.lang.Object"
_ITEMS: dict[type, str] = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    int: "java.lang.Integer",
    Long: "java.lang.Long",
    float: "java.lang.Double",
    Instant: "java.util.Date",
    dict: _ROW,
}


def result_variable(value: Any, *, collected: bool = False) -> Variable:
    """Return a mapped result as a variable; `collected`: it is a list of entries."""
    variable = from_python(value)
    if isinstance(value, list):
        empty = "java.util.Collections$EmptyList" if collected and not value else "java.util.ArrayList"
        variable.info["objectTypeName"] = f"{empty}<{_item_type(value)}>"
    elif isinstance(value, dict):
        variable.info["objectTypeName"] = _ROW
    return variable


def _item_type(items: list[Any]) -> str:
    first = items[0] if items else None
    if isinstance(first, list):
        return f"java.util.ArrayList<{_item_type(first)}>"
    return _ITEMS.get(type(first), _EMPTY)


def recorded(value: Any, zone: tzinfo) -> Variable:
    """Return a value as the history keeps it: a date and time is a Date, other dates and durations are texts."""
    if isinstance(value, datetime):
        return from_python(to_instant(value, zone))
    return from_python(java_text(value) if is_temporal(value) else _without_temporals(value))


def _without_temporals(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_temporals(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_temporals(item) for key, item in value.items()}
    return java_text(value) if is_temporal(value) else value
