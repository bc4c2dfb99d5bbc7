"""Parts of JSON documents in expressions: plain values that know what they are.

A variable that gets one is Json again, as with Spin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


class JsonMap(dict[str, Any]):
    """A JSON object."""


class JsonList(list[Any]):
    """A JSON array."""


class JsonText(str):
    """A text in a JSON document."""

    __slots__ = ()


class JsonInteger(int):
    """A whole number in a JSON document."""


class JsonDecimal(float):
    """A number with a fraction in a JSON document."""

    __slots__ = ()


JSON_PARTS = (JsonMap, JsonList, JsonText, JsonInteger, JsonDecimal)
_PARTS: Mapping[type, Callable[[Any], Any]] = {
    dict: JsonMap,
    list: JsonList,
    str: JsonText,
    int: JsonInteger,
    float: JsonDecimal,
}


def part(value: Any) -> Any:
    """Return a value as a part of a JSON document; true, false and null stay what they are."""
    make = _PARTS.get(type(value))
    return value if make is None else make(value)


def parts(values: Any) -> list[Any]:
    """Return the list of values as parts of a JSON document."""
    return [part(value) for value in values]


def text_of(value: Any) -> str:
    """Return the JSON text of a part."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
