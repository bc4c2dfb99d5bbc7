"""The methods and properties that expressions may use, by the kind of the value: everything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.expressions.coercion import kind_of, to_boolean, to_integer, to_number, to_text
from app.bpmn.expressions.evaluation import Evaluation
from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.json_parts import JsonDecimal, JsonInteger, JsonList, JsonMap, JsonText, part, parts
from app.bpmn.expressions.json_path import json_path
from app.bpmn.expressions.limits import LONG_MAX, LONG_MIN
from app.bpmn.expressions.long import Long
from app.bpmn.expressions.operators import is_number
from app.bpmn.expressions.scope import ELHost, UnknownMember
from app.bpmn.expressions.text_methods import TEXT_METHODS
from app.errors import ExpressionFailed

Methods = Mapping[str, Callable[..., Any]]


def _same(left: Any, right: Any) -> bool:
    """Compare as Java's `equals`: without coercion, but any two numbers of one value are the same."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _holds(items: Any, wanted: Any) -> bool:
    return any(_same(item, wanted) for item in items)


def _holds_all(items: list[Any], wanted: Any) -> bool:
    held = {_key(item) for item in items}
    return all(_key(one) in held for one in wanted)


def _key(value: Any) -> Any:
    """Return what is the same, and hashes alike, for values that `_same` calls the same.

    A whole number beyond 64 bits stands as a text: whoever knows how Python hashes whole numbers could choose
    thousands of them with one hash.
    """
    if isinstance(value, dict):
        return dict, frozenset((name, _key(member)) for name, member in value.items())
    if isinstance(value, list | tuple):
        return list, tuple(_key(item) for item in value)
    if isinstance(value, int) and not LONG_MIN <= value <= LONG_MAX:
        return int, hex(value)
    return isinstance(value, bool), value


def _position(items: list[Any], wanted: Any) -> int:
    return next((index for index, item in enumerate(items) if _same(item, wanted)), -1)


def _item(items: list[Any], position: Any) -> Any:
    index = to_integer(position)
    if 0 <= index < len(items):
        return items[index]
    raise ExpressionFailed(f"Index {index} out of bounds for length {len(items)}")


def _sublist(items: list[Any], begin: Any, end: Any) -> list[Any]:
    first, last = to_integer(begin), to_integer(end)
    if 0 <= first <= last <= len(items):
        return list(items[first:last])
    raise ExpressionFailed(f"subList(): {first} to {last} out of bounds for length {len(items)}")


def _member(value: dict[str, Any], name: Any) -> Any:
    """Read a member of JSON as Spin does: it must be there."""
    if to_text(name) in value:
        return value[to_text(name)]
    raise ExpressionFailed(f"Unable to find '{to_text(name)}'")


def _compare(left: Any, right: Any) -> int:
    one, other = to_number(left), to_number(right)
    return (one > other) - (one < other)


def _shift(unit: str, sign: int) -> Callable[[Instant, Any], Instant]:
    return lambda instant, amount: instant.moved(unit, sign * to_integer(amount))


_UNITS = {"Years": "years", "Months": "months", "Weeks": "weeks", "Days": "days", "Hours": "hours"}
_UNITS |= {"Minutes": "minutes", "Seconds": "seconds", "Millis": "milliseconds"}

ANY_METHODS: Methods = {
    "equals": _same,
    "toString": to_text,
    "value": lambda value: value,
    "isNull": lambda value: value is None,
    "isObject": lambda value: isinstance(value, dict),
    "isArray": lambda value: isinstance(value, list | tuple),
    "isString": lambda value: isinstance(value, str),
    "isNumber": is_number,
    "isBoolean": lambda value: isinstance(value, bool),
}
LIST_METHODS: Methods = {
    "size": len,
    "isEmpty": lambda items: not items,
    "contains": _holds,
    "containsAll": _holds_all,
    "get": _item,
    "indexOf": _position,
    "subList": _sublist,
    "elements": list,
    "jsonPath": json_path,
}
MAP_METHODS: Methods = {
    "size": len,
    "isEmpty": lambda value: not value,
    "get": lambda value, key: value.get(to_text(key)),
    "getOrDefault": lambda value, key, other: value.get(to_text(key), other),
    "containsKey": lambda value, key: to_text(key) in value,
    "containsValue": lambda value, wanted: _holds(value.values(), wanted),
    "keySet": list,
    "values": lambda value: list(value.values()),
    "prop": _member,
    "hasProp": lambda value, name: to_text(name) in value,
    "fieldNames": list,
    "jsonPath": json_path,
}
NUMBER_METHODS: Methods = {
    "intValue": to_integer,
    "longValue": lambda value: Long(to_integer(value)),
    "doubleValue": float,
    "compareTo": _compare,
    "numberValue": lambda value: value,
}
BOOLEAN_METHODS: Methods = {"booleanValue": to_boolean, "boolValue": to_boolean}
INSTANT_METHODS: Methods = {
    "getTime": Long,
    "getMillis": Long,
    "toDate": lambda instant: instant,
    "before": lambda instant, other: instant < to_number(other),
    "after": lambda instant, other: instant > to_number(other),
    "isBefore": lambda instant, other: instant < to_number(other),
    "isAfter": lambda instant, other: instant > to_number(other),
    "compareTo": _compare,
    **{f"plus{name}": _shift(unit, 1) for name, unit in _UNITS.items()},
    **{f"minus{name}": _shift(unit, -1) for name, unit in _UNITS.items()},
}
_JSON: Methods = {
    "value": lambda value: _PLAIN[type(value)](value),
    "toString": lambda value: str(to_text(value)),
    "stringValue": str,
    "numberValue": lambda value: _PLAIN[type(value)](value),
}
"""What makes a plain value of a part of a JSON document."""
_PLAIN: dict[type, Callable[[Any], Any]] = {
    JsonMap: dict,
    JsonList: list,
    JsonText: str,
    JsonInteger: int,
    JsonDecimal: float,
}
_JSON_MAP: Methods = {"prop": lambda value, name: part(_member(value, name))}
_JSON_LIST: Methods = {"elements": parts, "get": lambda items, index: part(_item(items, index))}
_SPIN_TEXT: Methods = {"stringValue": lambda text: text}

_METHODS: dict[type, Methods] = {
    str: {**ANY_METHODS, **_SPIN_TEXT, **TEXT_METHODS},
    list: {**ANY_METHODS, **LIST_METHODS},
    tuple: {**ANY_METHODS, **LIST_METHODS},
    dict: {**ANY_METHODS, **MAP_METHODS},
    int: {**ANY_METHODS, **NUMBER_METHODS},
    Long: {**ANY_METHODS, **NUMBER_METHODS},
    float: {**ANY_METHODS, **NUMBER_METHODS},
    bool: {**ANY_METHODS, **BOOLEAN_METHODS},
    Instant: {**ANY_METHODS, **INSTANT_METHODS},
    JsonMap: {**ANY_METHODS, **MAP_METHODS, **_JSON_MAP},
    JsonList: {**ANY_METHODS, **LIST_METHODS, **_JSON_LIST},
    JsonText: {**ANY_METHODS, **_SPIN_TEXT, **TEXT_METHODS, **_JSON},
    JsonInteger: {**ANY_METHODS, **NUMBER_METHODS, **_JSON},
    JsonDecimal: {**ANY_METHODS, **NUMBER_METHODS, **_JSON},
    type(None): {"isNull": lambda value: True},
}
VALUE_METHODS = frozenset(name for methods in _METHODS.values() for name in methods)
"""The methods that any value has."""
_NONE: Methods = {}


def call_method(evaluation: Evaluation, base: Any, name: str, arguments: list[Any]) -> Any:
    """Call a listed method of a value; the evaluation pays for it. Raises ExpressionFailed, UnknownMember."""
    methods = type(base).el_methods if isinstance(base, ELHost) else _METHODS.get(type(base), _NONE)
    method = methods.get(name)
    if method is None:
        raise UnknownMember("method", f"Cannot find method '{name}' on {kind_of(base)}")
    evaluation.spend_on(base, *arguments)
    try:
        result = method(base, *arguments)
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        raise ExpressionFailed(f"{name}(): {error}") from error
    if isinstance(base, ELHost):
        return evaluation.received(result)
    evaluation.spend_on(result)
    return result


def get_property(evaluation: Evaluation, base: Any, name: Any) -> Any:
    """Read `base.name` or `base[name]`: an entry of a map, an item of a list, a listed property; null of null."""
    if base is None or name is None:
        return None
    if isinstance(base, dict):
        return base.get(to_text(name))
    if isinstance(base, list | tuple):
        index = to_integer(name)
        return base[index] if 0 <= index < len(base) else None
    if isinstance(base, Instant) and name == "time":
        return Long(base)
    if isinstance(base, ELHost):
        read = type(base).el_properties.get(to_text(name))
        if read is not None:
            return evaluation.received(read(base))
        if (items := base.el_items()) is not None:
            return get_property(evaluation, evaluation.received(items), name)
    raise UnknownMember("property", f"Cannot find property '{to_text(name)}' on {kind_of(base)}")
