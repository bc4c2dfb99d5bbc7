"""How the functions of FEEL are declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.dmn.feel.calls import Function, Kinds
from app.dmn.feel.limits import MAX_ITEMS, MAX_TEXT
from app.dmn.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DURATION,
    LIST,
    LOCAL_DATE_TIME,
    LOCAL_TIME,
    MONTHS,
    NULL,
    NUMBER,
    STRING,
    TIME,
)  # fmt: skip
from app.errors import ExpressionFailed

Functions = dict[str, tuple[Function, ...]]

ANYTHING: Kinds = None
BOOLEANS: Kinds = frozenset((BOOLEAN,))
NUMBERS: Kinds = frozenset((NUMBER,))
TEXTS: Kinds = frozenset((STRING,))
TEXTS_OR_NULL: Kinds = frozenset((STRING, NULL))
LISTS: Kinds = frozenset((LIST,))
CONTEXTS: Kinds = frozenset((CONTEXT,))
DURATIONS: Kinds = frozenset((DURATION,))
MOMENTS: Kinds = frozenset((DATE_TIME, LOCAL_DATE_TIME))
DAYS: Kinds = frozenset((DATE, DATE_TIME, LOCAL_DATE_TIME))
TIMES: Kinds = frozenset((TIME, LOCAL_TIME))
SIZES: Kinds = frozenset((NUMBER, MONTHS, DURATION))


def function(calculate: Callable[..., Any], **parameters: Kinds) -> Function:
    """Declare a function by its parameters; an underscore in the name of one stands for a space."""
    names = tuple(name.replace("_", " ") for name in parameters)
    return Function(names, tuple(parameters.values()), calculate)


def over_list(calculate: Callable[..., Any], *parameters: str) -> Function:
    """Declare a function of a list, or of any number of values; its parameters are lists, named `list` by default."""
    names = parameters or ("list",)
    return Function(names, (LISTS,) * len(names), calculate, variadic=True)


def of_world(calculate: Callable[..., Any], **parameters: Kinds) -> Function:
    """Declare a function that asks the world (the clock)."""
    return Function(tuple(parameters), tuple(parameters.values()), calculate, asks_world=True)


def bounded_text(text: str) -> str:
    """Return a text that is not too long. Raises ExpressionFailed."""
    ensure_length(len(text))
    return text


def ensure_length(length: int) -> None:
    """Refuse a text of so many characters. Raises ExpressionFailed."""
    if length > MAX_TEXT:
        raise ExpressionFailed(f"The result is longer than {MAX_TEXT} characters")


def bounded_list(items: list[Any]) -> list[Any]:
    """Return a list that is not too long. Raises ExpressionFailed."""
    if len(items) > MAX_ITEMS:
        raise ExpressionFailed(f"A list has {MAX_ITEMS} items at most")
    return items
