"""One variable as JSON, both ways: `{"value", "type", "valueInfo"}`.

Source: `VariableValueDto` of Camunda 7 (conversions and texts): a value of another Java class is converted by way of
its text.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.api.camunda.rest.coercion import FALSE, TRUE
from app.api.camunda.rest.dates import format_date, parse_date
from app.api.camunda.rest.errors import CamundaRefusal, engine_exception, invalid_request, rest_exception
from app.bpmn.values import INT32_MAX, INT64_MAX, Variable, from_python, to_python

JAVA_FORMAT = "application/x-java-serialized-object"
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def variable_from_json(name: str, entry: Mapping[str, Any]) -> Variable:
    """Read one variable; `entry` has `value`, `type` and `valueInfo` (absent ones are None). Raises CamundaRefusal."""
    value, sent_type, info = entry.get("value"), entry.get("type"), entry.get("valueInfo")
    if sent_type is None:
        return _transient(from_python(value), bool(info) and info.get("transient") is True)  # type: ignore[union-attr]
    if sent_type == "":
        text = "begin 0, end 1, length 0"
        raise CamundaRefusal(500, "StringIndexOutOfBoundsException", text)
    kind = sent_type[0].upper() + sent_type[1:]
    if kind in CONVERSIONS:
        return _primitive(kind, sent_type, value, info)
    if kind in ("Json", "Xml", "Object"):
        return _serialized(name, kind, sent_type, value, info)
    if kind == "File":
        return _file(value, info)
    raise rest_exception(400, f"Unsupported value type '{sent_type}'")


def variable_to_json(variable: Variable, *, deserialize: bool = False, with_bytes: bool = True) -> dict[str, Any]:
    """Write one variable. `deserialize` gives the parsed value of a Json variable and of an Object kept as JSON.

    Without `with_bytes` the content of Bytes is left out, as that of a File is anyway.
    """
    value = variable.value
    if variable.type == "Date":
        value = format_date(value)
    elif variable.type == "Bytes" and value is not None:
        value = base64.b64encode(value).decode() if with_bytes else None
    elif variable.type == "File":
        value = None
    elif deserialize and variable.type in ("Json", "Object"):
        value = to_python(variable)
    return {"type": variable.type, "value": value, "valueInfo": variable.info}


def java_text(value: Any) -> str:
    """Write a JSON value as Java's string conversion does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(java_text, value)) + "]"
    if isinstance(value, float) and value and not 1e-3 <= abs(value) < 1e7:
        return _scientific(value)
    return str(value)


def _scientific(value: float) -> str:
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{int(exponent) + len(rest)}"


def _transient(variable: Variable, transient: bool) -> Variable:
    return Variable(variable.type, variable.value, variable.info, True) if transient else variable


def _primitive(kind: str, sent_type: str, value: Any, info: Mapping[str, Any] | None) -> Variable:
    java_class, convert = CONVERSIONS[kind]
    transient = (info or {}).get("transient", False)
    try:
        if not isinstance(transient, bool):
            raise ValueError(transient)
        converted = None if value is None else convert(value)
    except (ValueError, OverflowError):
        text = f"Cannot convert value '{java_text(value)}' of type '{sent_type}' to java type {java_class}"
        raise invalid_request(text) from None
    return Variable(kind, converted, {}, transient)


def _whole(bound: int) -> Callable[[Any], int | None]:
    def convert(value: Any) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            text = java_text(value).strip()
            if not text:
                return None
            if len(text) > 20 or "_" in text:
                raise ValueError(text)
            value = int(text)
        if not -bound - 1 <= value <= bound:
            raise ValueError(value)
        return int(value)

    return convert


def _double(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    if isinstance(value, str) and not value.strip():
        return None
    number = float(value)
    if not math.isfinite(number) or "_" in str(value):
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip() in (*TRUE, *FALSE, ""):
        return value.strip() in TRUE if value.strip() else None
    raise ValueError(value)


def _date(value: Any) -> int | None:
    if not isinstance(value, str):
        raise ValueError(value)
    return parse_date(value) if value.strip() else None


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError(value)
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError(value) from None


def _null(value: Any) -> None:
    raise ValueError(value)


CONVERSIONS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "String": ("java.lang.String", java_text),
    "Integer": ("java.lang.Integer", _whole(INT32_MAX)),
    "Long": ("java.lang.Long", _whole(INT64_MAX)),
    "Short": ("java.lang.Short", _whole(2**15 - 1)),
    "Double": ("java.lang.Double", _double),
    "Boolean": ("java.lang.Boolean", _boolean),
    "Date": ("java.util.Date", _date),
    "Bytes": ("[B", _bytes),
    "Null": ("javax.lang.model.type.NullType", _null),
}
"""Type → (Java class named in the refusal, conversion of a value that is not null; ValueError refuses it)."""


def _serialized(name: str, kind: str, sent_type: str, value: Any, info: Mapping[str, Any] | None) -> Variable:
    if value is not None and not isinstance(value, str):
        text = f"Must provide 'null' or String value for value of SerializableValue type '{sent_type}'."
        raise invalid_request(text)
    info = info or {}
    transient = _transient_flag(info)
    if kind != "Object":
        return Variable(kind, value, {}, transient)
    if info.get("serializationDataFormat", JAVA_FORMAT) in (None, JAVA_FORMAT):
        raise engine_exception(
            f"ENGINE-17007 Cannot set variable with name {name}. Java serialization format is prohibited"
        )
    kept = {key: info.get(key) for key in ("objectTypeName", "serializationDataFormat")}
    return Variable(kind, value, kept, transient)


def _file(value: Any, info: Mapping[str, Any] | None) -> Variable:
    if info is None:
        raise _illegal_argument("Cannot create file without valueInfo.")
    if info.get("filename") is None:
        text = "Cannot create file without filename! Please set a name into ValueInfo with key filename"
        raise _illegal_argument(text)
    if not isinstance(value, str | bytes):
        raise _illegal_argument("Provided value is not of File, InputStream or byte[] type.")
    kept = {"filename": java_text(info["filename"])}
    for key, word, shown in (("mimeType", "mime type", "filename"), ("encoding", "encoding", "encoding")):
        if key in info and info[key] is None:
            raise _illegal_argument(
                f"The provided {word} is null. Set a non-null value info property with key '{shown}'"
            )
        if key in info:
            kept[key] = java_text(info[key])
    content = lenient_base64(value) if isinstance(value, str) else value
    return Variable("File", content, kept, _transient_flag(info))


def lenient_base64(text: str) -> bytes:
    """Decode base64 as Camunda does for files: both alphabets, anything else is skipped, the padding may be missing."""
    letters = _NOT_BASE64.sub("", text.partition("=")[0].replace("-", "+").replace("_", "/"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def _transient_flag(info: Mapping[str, Any]) -> bool:
    transient = info.get("transient", False)
    if not isinstance(transient, bool):
        raise CamundaRefusal(500, "ClassCastException", "valueInfo.transient is not a java.lang.Boolean")
    return transient


def _illegal_argument(message: str) -> CamundaRefusal:
    return CamundaRefusal(500, "IllegalArgumentException", message)
