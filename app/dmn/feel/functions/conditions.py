"""Functions of booleans and of null."""

from __future__ import annotations

from typing import Any

from app.dmn.feel.functions.registry import ANYTHING, Functions, function
from app.errors import ExpressionFailed


def _not(negand: Any) -> bool | None:
    return not negand if negand is True or negand is False else None


def _asserted(value: Any, condition: Any, cause: Any = "The condition is not fulfilled") -> Any:
    if condition is not True:
        raise ExpressionFailed(f"Assertion failure: {cause}")
    return value


def _or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


CONDITION_FUNCTIONS: Functions = {
    "not": (function(_not, negand=ANYTHING),),
    "is defined": (function(lambda value: value is not None, value=ANYTHING),),
    "get or else": (function(_or_else, value=ANYTHING, default=ANYTHING),),
    "assert": (
        function(_asserted, value=ANYTHING, condition=ANYTHING),
        function(_asserted, value=ANYTHING, condition=ANYTHING, cause=ANYTHING),
    ),
}
