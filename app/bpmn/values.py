"""Process variables as values: what the engine, the tables and the dialects agree on.

A variable keeps the type that its sender named; the engine's expressions see plain Python values
(None, bool, int, float, str, list, dict). Nothing here knows JSON over HTTP: that is a dialect's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from app import json_text
from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.json_parts import JSON_PARTS, JsonList, JsonMap, text_of
from app.bpmn.expressions.long import Long

JSON_FORMAT = "application/json"
INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
FIRST_INSTANT = -62_135_596_800_000
LAST_INSTANT = 253_402_300_799_999
"""The years 1 to 9999 in milliseconds UTC: no instant outside of them is taken, for none could be written as a date."""


@dataclass(slots=True)
class Variable:
    """Hold one typed variable value. Nobody changes one, though it is not frozen: that costs four times as much.

    `type` is one of String, Integer, Long, Short, Double, Boolean, Date, Bytes, File, Null, Json, Xml, Object.
    `value` is None or: str (String, Json, Xml and Object: the text verbatim; Date: integer milliseconds UTC is
    *not* used, the value is the int itself under type Date), int, float, bool, or bytes (Bytes, File).
    `info` holds what belongs to the type: Object: `objectTypeName`, `serializationDataFormat`; File: `filename`,
    `mimeType`, `encoding`. A transient variable lives only inside the command that carries it and is never stored.
    """

    type: str
    value: Any = None
    info: dict[str, Any] = field(default_factory=dict)
    transient: bool = False


Variables = dict[str, Variable]


def from_python(value: Any) -> Variable:
    """Give a plain Python value the type that Camunda gives it: 32-bit integers are Integer, larger ones Long, as is
    what an expression calculated."""
    if value is None:
        return Variable("Null")
    if isinstance(value, bool):
        return Variable("Boolean", value)
    if isinstance(value, JSON_PARTS):
        return Variable("Json", text_of(value))
    if isinstance(value, Instant):
        return Variable("Date", int(value))
    if isinstance(value, Long):
        return Variable("Long", int(value))
    if isinstance(value, int):
        if -INT32_MAX - 1 <= value <= INT32_MAX:
            return Variable("Integer", value)
        if -INT64_MAX - 1 <= value <= INT64_MAX:
            return Variable("Long", value)
        return _object(value, "java.math.BigInteger")
    if isinstance(value, float):
        return Variable("Double", value)
    if isinstance(value, str):
        return Variable("String", value)
    if isinstance(value, bytes):
        return Variable("Bytes", value)
    name = "java.util.ArrayList" if isinstance(value, list | tuple) else "java.util.LinkedHashMap"
    return _object(value, name)


def _object(value: Any, class_name: str) -> Variable:
    info = {"objectTypeName": class_name, "serializationDataFormat": JSON_FORMAT}
    return Variable("Object", json.dumps(value, ensure_ascii=False, separators=(",", ":")), info)


def to_python(variable: Variable) -> Any:
    """Return what an expression sees: parsed JSON for Json and JSON-serialised Objects (the bare text where it is no
    JSON, or deeper than can be written), an Instant for a Date, the value itself otherwise."""
    if variable.type == "Date" and isinstance(variable.value, int):
        return Instant(variable.value)
    serialised = variable.type == "Json" or variable.info.get("serializationDataFormat") == JSON_FORMAT
    if not serialised or not isinstance(variable.value, str):
        return variable.value
    try:
        value = json_text.read(variable.value)
    except ValueError:
        return variable.value
    if variable.type == "Json" and isinstance(value, dict | list):
        return JsonMap(value) if isinstance(value, dict) else JsonList(value)
    return value


def written_instant(instant_ms: int) -> int:
    """Return an instant that can be written as a date: itself, or the nearest one that can."""
    return min(max(instant_ms, FIRST_INSTANT), LAST_INSTANT)
