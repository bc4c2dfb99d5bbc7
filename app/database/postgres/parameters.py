"""Python values as Postgres' parameters. The usual types are written here, the others by psycopg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import pq
from psycopg.abc import Transformer
from psycopg.adapt import PyFormat

_TEXT, _BINARY = pq.Format.TEXT, pq.Format.BINARY
_UNKNOWN, _BOOL, _BYTEA, _INT8, _INT4, _FLOAT8 = 0, 16, 17, 20, 23, 701
_INT4_MAX = 2**31 - 1

Dumped = tuple[list[Any], tuple[int, ...], list[pq.Format]]


def dump(transformer: Transformer, params: Sequence[Any]) -> Dumped:
    """Return the values as bytes, their types, and their formats. Texts and nulls take the type of their place.

    Integers are of four bytes or, when they are too large, of eight: the fewer combinations of types, the fewer
    statements to prepare.
    """
    values: list[Any] = []
    types: list[int] = []
    formats: list[pq.Format] = []
    for param in params:
        kind, format = _UNKNOWN, _TEXT
        value: Any
        match param:
            case str():
                value = param.encode()
            case None:
                value = None
            case bool():
                value, kind = b"t" if param else b"f", _BOOL
            case int():
                value, kind = b"%d" % param, _INT4 if -_INT4_MAX <= param <= _INT4_MAX else _INT8
            case float():
                value, kind = repr(param).encode(), _FLOAT8
            case bytes():
                value, kind, format = param, _BYTEA, _BINARY
            case _:
                (value,) = transformer.dump_sequence((param,), (PyFormat.AUTO,))
                assert transformer.types is not None
                assert transformer.formats is not None
                kind, format = transformer.types[0], transformer.formats[0]
        values.append(value)
        types.append(kind)
        formats.append(format)
    return values, tuple(types), formats
