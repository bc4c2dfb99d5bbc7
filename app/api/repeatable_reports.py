"""Reports that a worker may repeat: the header `Idempotency-Key` gives a repeated one the first answer again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from app.api.components import components
from app.api.dialect import identity, no_content
from app.api.http.bodies import whole_body
from app.identity import Identity
from app.records.reports import Report
from app.services.idempotency import fingerprint, once

R = TypeVar("R", bound=Report)

HEADER = "HTTP_IDEMPOTENCY_KEY"
"""The header's name in WSGI's words: to miss one among Werkzeug's headers costs 5 µs."""


def apply(name: str, verb: Callable[[Identity, str, R], object], task_id: str, report: R) -> Response:
    """Let a verb of the service apply a report, unless this very report was applied before under its key, and answer
    204 either way.

    `name` tells the reports of one route from those of others. Raises IdempotencyConflict, InvalidInput and what the
    verb raises.
    """
    key = request.environ.get(HEADER)
    if key is None:
        verb(identity(), task_id, report)
    else:
        print_ = fingerprint(name, task_id, whole_body())
        once(components.database, identity(), key, print_, lambda: verb(identity(), task_id, report))
    return no_content()
