"""The functions that expressions may call, by name.

registry     how they are declared
numbers      floor, round, modulo …
texts        substring, contains, matches …
lists        count, sum, list contains …
conditions   not, is defined, get or else, assert
conversions  date, time, number, string, duration
dates        now, today, day of week …
contexts     get value, context put …

Not offered: `sort` (it takes a function), `uuid` and `random number` (an evaluation gives the same each time), and
those of ranges (`before`, `overlaps` …).
"""

from __future__ import annotations

from app.dmn.feel.calls import Function
from app.dmn.feel.functions.conditions import CONDITION_FUNCTIONS
from app.dmn.feel.functions.contexts import CONTEXT_FUNCTIONS
from app.dmn.feel.functions.conversions import CONVERSIONS
from app.dmn.feel.functions.dates import DATE_FUNCTIONS
from app.dmn.feel.functions.lists import LIST_FUNCTIONS
from app.dmn.feel.functions.numbers import NUMBER_FUNCTIONS
from app.dmn.feel.functions.registry import Functions
from app.dmn.feel.functions.texts import TEXT_FUNCTIONS
from app.errors import ExpressionFailed

FUNCTIONS: Functions = {
    **NUMBER_FUNCTIONS,
    **TEXT_FUNCTIONS,
    **LIST_FUNCTIONS,
    **CONDITION_FUNCTIONS,
    **CONVERSIONS,
    **DATE_FUNCTIONS,
    **CONTEXT_FUNCTIONS,
}


def find_by_count(name: str, count: int) -> tuple[Function, ...]:
    """Return the functions of a name that take so many arguments. Raises ExpressionFailed when there is none."""
    found = tuple(function for function in _named(name) if function.takes(count))
    if not found:
        raise ExpressionFailed(f"the function '{name}' does not take {count} arguments")
    return found


def find_by_names(name: str, parameters: set[str]) -> tuple[Function, ...]:
    """Return the functions of a name that have such parameters. Raises ExpressionFailed when there is none."""
    found = next((function for function in _named(name) if parameters <= set(function.parameters)), None)
    if found is None:
        raise ExpressionFailed(f"the function '{name}' has no parameters {', '.join(sorted(parameters))}")
    return tuple(function for function in _named(name) if function.parameters == found.parameters)


def _named(name: str) -> tuple[Function, ...]:
    found = FUNCTIONS.get(name)
    if found is None:
        raise ExpressionFailed(f"the function '{name}' is not supported")
    return found
