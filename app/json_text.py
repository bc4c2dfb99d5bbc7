"""JSON, read only as deep as it can always be written again, whatever is put around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import orjson

MAX_DEPTH = 200
"""Lists and objects in one another. Orjson writes 254, and an answer has some of its own around what it hands out."""


MAX_BODY_DEPTH = MAX_DEPTH + 10
"""… in a request, which has some of its own around what it brings."""


class TooDeep(ValueError):
    """A document with more than `MAX_DEPTH` lists and objects in one another."""

    def __init__(self) -> None:
        super().__init__(f"more than {MAX_DEPTH} lists and objects in one another")


def read(text: str | bytes, *, parse_constant: Callable[[str], Any] | None = None, most: int = MAX_DEPTH) -> Any:
    """Return the value of a JSON text; whole numbers of any size stay whole.

    `parse_constant` makes what NaN and the infinities become. Raises ValueError, TooDeep.
    """
    try:
        document = json.loads(text, parse_constant=parse_constant)
    except RecursionError:
        if may_close(text):
            raise TooDeep from None
        raise ValueError("its lists and objects do not end") from None
    if may_be_deep(text) and is_deep(document, most):
        raise TooDeep
    return document


def may_be_deep(text: str | bytes) -> bool:
    """Tell whether a text has enough opening brackets to be too deep: few have, and only they need a closer look."""
    if isinstance(text, str):
        return text.count("[") + text.count("{") > MAX_DEPTH
    return text.count(b"[") + text.count(b"{") > MAX_DEPTH


def may_close(text: str | bytes) -> bool:
    """Tell whether as many brackets close as open: a text that is cut off is no document, however deep it went."""
    one = text if isinstance(text, bytes) else text.encode(errors="replace")
    return one.count(b"[") == one.count(b"]") and one.count(b"{") == one.count(b"}")


def is_deep(document: Any, most: int = MAX_DEPTH) -> bool:
    """Tell whether a document has more than `most` lists and objects in one another."""
    level = [document] if isinstance(document, list | dict) else []
    for _ in range(most):
        if not level:
            return False
        level = [part for container in level for part in _parts(container) if isinstance(part, list | dict)]
    return bool(level)


def _parts(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def dump(document: Any) -> bytes:
    """Write a document as UTF-8: always. Huge integers and lone surrogates are written by the standard library; what is
    too deep is cut off there, and what is no JSON (a fragment of Orjson's beside such a thing) is null."""
    try:
        return orjson.dumps(document)
    except TypeError:
        return json.dumps(
            _cut(document, MAX_DEPTH) if is_deep(document, MAX_BODY_DEPTH) else document, default=lambda _: None
        ).encode()


def _cut(value: Any, depth: int) -> Any:
    if not isinstance(value, list | dict):
        return value
    if not depth:
        return None
    if isinstance(value, dict):
        return {name: _cut(part, depth - 1) for name, part in value.items()}
    return [_cut(part, depth - 1) for part in value]
