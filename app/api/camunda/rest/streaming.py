"""Lists of any length: sent while they are read, so that no list fills the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from flask import Response, g, stream_with_context

from app.api.dialect import JSON
from app.json_text import dump

AT_ONCE = 100
"""Items of one piece that is sent."""


def streamed(items: Iterable[dict[str, Any]]) -> Response:
    """Answer with a JSON array whose items are made one after the other, within the request's context."""
    body = stream_with_context(_pieces(iter(items)))
    return Response(body, content_type=g.get("content_type", JSON))


def _pieces(items: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    opening = b"["
    while written := [dump(item) for item in islice(items, AT_ONCE)]:
        yield opening + b",".join(written)
        opening = b","
    yield b"[]" if opening == b"[" else b"]"
