"""Variables as the guest's JSON, and back: a bare JSON value, or a list of a letter and what belongs to it.

| letter | value |
|---|---|
| `i`, `l`, `d` | Integer, Long (its text), Double (its text, so that NaN and Infinity pass) |
| `t` | Date, milliseconds UTC |
| `o`, `j` | Object and Json, their JSON text |
| `r` | to the guest: what a decision gave, the JSON text of its rows |
| `y`, `x` | to the guest: Bytes as base64; what a script can only pass on (File, Xml, Objects that are no JSON) |
| `v` | from the guest: the value of that variable as it is |
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.decisions import RESULT_TYPE
from app.bpmn.scripts import ScriptFailed
from app.bpmn.values import INT32_MAX, INT64_MAX, JSON_FORMAT, Variable

_SAFE = 2**53


def to_guest(variable: Variable) -> Any:
    """Return a variable as the guest reads it."""
    value = variable.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if variable.type == "Date":
            return ["t", value]
        return value if -INT32_MAX <= value <= INT32_MAX else ["l", str(value)]
    if isinstance(value, float):
        return value if math.isfinite(value) else ["d", _double_text(value)]
    if isinstance(value, bytes):
        return ["y", base64.b64encode(value).decode()] if variable.type == "Bytes" else ["x"]
    if variable.type == "String":
        return value
    return _serialised(variable)


def _serialised(variable: Variable) -> list[Any]:
    if variable.type != "Json" and variable.info.get("serializationDataFormat") != JSON_FORMAT:
        return ["x"]
    try:
        json.loads(variable.value)
    except (ValueError, RecursionError):
        return ["x"]
    if variable.type == "Json":
        return ["j", variable.value]
    return ["r" if variable.info.get("objectTypeName") == RESULT_TYPE else "o", variable.value]


def _double_text(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def from_guest(value: Any, find: Callable[[str], Variable | None]) -> Variable:
    """Return the variable that a script's value is. Raises ScriptFailed for what no prelude has written."""
    if value is None:
        return Variable("Null")
    if isinstance(value, bool):
        return Variable("Boolean", value)
    if isinstance(value, str):
        return Variable("String", value)
    try:
        letter, content = value
        return _READERS[letter](content, find)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise unreadable() from None


def unreadable() -> ScriptFailed:
    """Return the error for an outcome that no prelude has written: the script has meddled with it."""
    return ScriptFailed("The script's result cannot be read: it has changed what results are made with.")


def _integer(content: Any, _find: Any) -> Variable:
    if not -INT32_MAX - 1 <= int(content) <= INT32_MAX:
        raise ValueError(content)
    return Variable("Integer", int(content))


def _long(content: Any, _find: Any) -> Variable:
    number = int(str(content)[:40])
    if not -INT64_MAX - 1 <= number <= INT64_MAX:
        raise ScriptFailed(f"The number {number} does not fit into 64 bits.")
    return Variable("Long", number)


def _date(content: Any, _find: Any) -> Variable:
    return Variable("Null") if content is None else Variable("Date", int(content))


def _object(content: Any, _find: Any) -> Variable:
    text = str(content)
    name = "java.util.ArrayList" if isinstance(json.loads(text), list) else "java.util.LinkedHashMap"
    return Variable("Object", text, {"objectTypeName": name, "serializationDataFormat": JSON_FORMAT})


def _json(content: Any, _find: Any) -> Variable:
    json.loads(str(content))
    return Variable("Json", str(content))


def _passed_on(content: Any, find: Callable[[str], Variable | None]) -> Variable:
    found = find(str(content))
    if found is None:
        raise ValueError(content)
    return Variable(found.type, found.value, found.info)


_READERS: Mapping[str, Callable[[Any, Callable[[str], Variable | None]], Variable]] = {
    "i": _integer,
    "l": _long,
    "d": lambda content, _find: Variable("Double", float(content)),
    "t": _date,
    "o": _object,
    "j": _json,
    "v": _passed_on,
}
