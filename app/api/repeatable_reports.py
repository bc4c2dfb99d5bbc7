"""Reports that a worker may repeat: the header `Idempotency-Key` gives a repeated one the first answer again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.api.components import components
from app.api.dialect import identity, no_content
from app.api.http.bodies import whole_body
from app.services.idempotency import fingerprint, once

HEADER = "HTTP_IDEMPOTENCY_KEY"
"""The header's name in WSGI's words: to miss one among Werkzeug's headers costs 5 µs."""


def report(verb: str, task_id: str, work: Callable[[], object]) -> Response:
    """Do the work, unless this very report was done before under its key, and answer 204 either way.

    Raises IdempotencyConflict, InvalidInput and what `work` raises.
    """
    key = request.environ.get(HEADER)
    if key is None:
        work()
    else:
        once(components.database, identity(), key, fingerprint(verb, task_id, whole_body()), work)
    return no_content()
