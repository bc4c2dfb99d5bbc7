"""The functions that expressions may call by name alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.scope import CLOCK, Closure, Resolve
from app.errors import ExpressionFailed


def _now(resolve: Resolve) -> Instant:
    return Instant(resolve(CLOCK))


FUNCTIONS: Mapping[str, tuple[int, Callable[[Resolve], Any]]] = {"now": (0, _now), "dateTime": (0, _now)}
"""name → (number of arguments, function of the scope)."""

INSTEAD = {
    "S": "a JSON variable is a map or list already: ${order.customer.name}",
    "JSON": "a JSON variable is a map or list already: ${order.customer.name}",
    "XML": "let a worker read the XML and set variables",
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
    return function
