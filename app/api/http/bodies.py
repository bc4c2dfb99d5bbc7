"""The bodies of requests: read whole, within the limit, once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from app.api.components import components

LONGEST_NUMBER = 18
"""Digits of a Content-Length that is believed."""


def whole_body() -> bytes:
    """Return the request's body, as often as it is asked for.

    Raises RequestEntityTooLarge, and BadRequest where it breaks off or its chunks are malformed.
    """
    environment = request.environ
    length = environment.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or len(length) > LONGEST_NUMBER or "HTTP_TRANSFER_ENCODING" in environment:
        return _body_of_unknown_length()
    if int(length) > components.settings.max_body_bytes:
        raise RequestEntityTooLarge
    # One read of what is announced: Werkzeug would read in pieces, through a stream of its own, and ask for the end.
    data = _read(environment["wsgi.input"], int(length))
    if len(data) < int(length):
        raise BadRequest
    environment["wsgi.input"] = BytesIO(data)
    return data


def _read(stream: Any, length: int) -> bytes:
    try:
        data: bytes = stream.read(length)
    except Exception:  # each WSGI server has errors of its own for this
        raise BadRequest from None
    return data


def _body_of_unknown_length() -> bytes:
    """Read a body without a length (chunked), which Werkzeug would cut off at the limit."""
    try:
        data = request.get_data()
    except HTTPException:
        raise
    except Exception:
        raise BadRequest from None
    if len(data) >= components.settings.max_body_bytes:
        raise RequestEntityTooLarge
    return data
