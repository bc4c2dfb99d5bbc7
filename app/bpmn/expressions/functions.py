"""The functions that expressions may call by name alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.scope import CLOCK, Closure, Resolve
from app.bpmn.expressions.spin import read_any, read_json, read_xml
from app.errors import ExpressionFailed


def _now(resolve: Resolve) -> Instant:
    return Instant(resolve(CLOCK))


FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "now": (0, _now),
    "dateTime": (0, _now),
    "S": (1, lambda resolve, value: read_any(value)),
    "JSON": (1, lambda resolve, value: read_json(value)),
    "XML": (1, lambda resolve, value: read_xml(value)),
}
"""name → (number of arguments, function of the scope and the arguments)."""

INSTEAD = {
    "currentUser": "pass the user as a variable",
    "currentUserGroups": "pass the groups as a variable",
}


def function_call(name: str, arguments: list[Closure]) -> Closure:
    """Return the closure of a call. Raises ExpressionFailed for a function that is not offered."""
    known = FUNCTIONS.get(name)
    if known is None:
        advice = f"; {INSTEAD[name]}" if name in INSTEAD else ""
        raise ExpressionFailed(f"Could not resolve function '{name}'{advice}")
    count, function = known
    if len(arguments) != count:
        raise ExpressionFailed(f"Function '{name}' takes {count} arguments, not {len(arguments)}")
    return lambda resolve: function(resolve, *(argument(resolve) for argument in arguments))
