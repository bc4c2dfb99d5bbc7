"""What a deployment has to say about a model that it took: in headers, since the bodies are those of the originals."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from app.errors import Problem

MAX_REMARKS = 10
MAX_LENGTH = 300


def with_remarks(response: Response, remarks: Iterable[Problem]) -> Response:
    """Add the first remarks as `Warning` headers (RFC 7234, code 299), each with the element that it is about."""
    for remark, _ in zip(remarks, range(MAX_REMARKS), strict=False):
        text = f"{remark.element_id}: {remark.message}" if remark.element_id else remark.message
        plain = text.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")
        response.headers.add("Warning", f'299 - "{" ".join(plain.split())[:MAX_LENGTH]}"')
    return response
