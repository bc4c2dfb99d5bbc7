"""Lists of values as array literals of Postgres: `{"a","b",NULL}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

_TYPES = {
    "TEXT": "text",
    "BIGINT": "bigint",
    "INT": "integer",
    "SMALLINT": "smallint",
    "BOOL": "boolean",
    "DOUBLE": "double precision",
    "BLOB": "bytea",
}


def array_type(field: peewee.Field) -> str:
    """Return the type of an array of the field's values."""
    return _TYPES[field.field_type] + "[]"


def array_of(values: Sequence[Any]) -> str | None:
    """Return the literal of an array, None for one of nulls only (`unnest` fills up what is too short)."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return _of_texts(values)
    if kinds == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {type(None)}:
        return None
    return "{" + ",".join(map(_element, values)) + "}"


def _of_texts(values: Sequence[str]) -> str:
    """Quote all texts at once, where none needs more than its quotes."""
    together = '","'.join(values)
    if "\\" in together or together.count('"') > 2 * (len(values) - 1):
        together = '","'.join(map(_escaped, values))
    return f'{{"{together}"}}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _element(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            return f'"{_escaped(value)}"'
        case bool():
            return "t" if value else "f"
        case bytes() | memoryview():
            return f'"\\\\x{value.hex()}"'
        case _:
            return str(value)
