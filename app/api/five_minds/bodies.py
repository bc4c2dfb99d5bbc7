"""What request bodies of all 5Minds generations have in common."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema

from app.bpmn.values import Variable
from app.engine.awaited_runs import Until

MAX_WAIT_MS = 1_800_000
"""Half an hour: the longest poll."""

CALLBACKS: dict[int, Until] = {1: "created", 2: "finished", 3: "end_event"}
"""When a start is answered: the numbers that clients send."""


class Body(Schema):
    """A request body that may hold more than it must."""

    class Meta:
        unknown = EXCLUDE


def error_token(code: str, message: str | None) -> dict[str, Variable]:
    """Return the variables `errorCode` and `errorMessage`, the token of the path that caught the error."""
    return {"errorCode": Variable("String", code), "errorMessage": Variable("String", message or "")}
