"""The functions that expressions may call by name alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.expressions.evaluation import Evaluation
from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.scope import CLOCK, USER, Closure, UnknownIdentifier
from app.bpmn.expressions.spin import read_any, read_json, read_xml
from app.errors import ExpressionFailed


def _now(evaluation: Evaluation) -> Instant:
    return Instant(evaluation.resolve(CLOCK))


def _current_user(evaluation: Evaluation) -> Any:
    try:
        return evaluation.resolve(USER)
    except UnknownIdentifier:
        return None


def _reader(read: Callable[[Any], Any]) -> Callable[[Evaluation, Any], Any]:
    def function(evaluation: Evaluation, value: Any) -> Any:
        evaluation.spend_on(value)
        return evaluation.received(read(value))

    return function


FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "now": (0, _now),
    "dateTime": (0, _now),
    "currentUser": (0, _current_user),
    "S": (1, _reader(read_any)),
    "JSON": (1, _reader(read_json)),
    "XML": (1, _reader(read_xml)),
}
"""name → (number of arguments, function of the evaluation and the arguments)."""

INSTEAD = {
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
    return lambda evaluation: function(evaluation, *(argument(evaluation) for argument in arguments))
