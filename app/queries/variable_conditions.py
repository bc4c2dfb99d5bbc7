"""Conditions on the values of variables: `amount gteq 100`, for whatever has variables in its scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from app.bpmn.values import Variable
from app.errors import InvalidInput
from app.models.variable import VariableRow
from app.queries.conditions import COMPARISONS, Criteria, Filter, all_of, modifier

WORDS = {
    "gt": "greater than",
    "lt": "less than",
    "gteq": "greater than or equal",
    "lteq": "less than or equal",
    "like": "like",
    "notLike": "not like",
}
WHOLE_NUMBERS = ("Integer", "Long", "Short")
UNQUERYABLE = {
    "Bytes": "Variables of type ByteArray cannot be used to query",
    "File": "Variables of type File cannot be used to query",
    "Object": "Object values cannot be used to query",
}


@dataclass(frozen=True, slots=True)
class VariableCondition:
    """Want a variable called `name` whose value compares to `value`; `name` None means any."""

    name: str | None
    operator: str
    value: Variable


def variables_of(scope: Any) -> Filter:
    """Want variables in the scope whose execution id the column `scope` holds."""

    def condition(wanted: Sequence[VariableCondition], criteria: Criteria) -> Any:
        return all_of(has_variable(lambda row: row.execution_id == scope, each, criteria) for each in wanted)

    return Filter("variables", condition)


def ignoring_case() -> dict[str, Filter]:
    """Return the two filters that change how variable conditions compare texts."""
    return {"names_ignore_case": modifier(), "values_ignore_case": modifier()}


def has_variable(scope: Callable[[Any], Any], wanted: VariableCondition, criteria: Criteria) -> Any:
    """Return the condition that a living variable of the scope meets `wanted`. Raises InvalidInput."""
    row = VariableRow.alias()
    query = row.select(peewee.SQL("1")).where((row.live == 1) & scope(row))
    if wanted.name is not None:
        query = query.where(same_text(row.name, wanted.name, bool(criteria.get("names_ignore_case"))))
    query = query.where(compares(row, wanted.operator, wanted.value, bool(criteria.get("values_ignore_case"))))
    return peewee.fn.EXISTS(query)


def same_text(column: Any, text: str, ignore_case: bool) -> Any:
    """Return the condition that a column holds the text."""
    return peewee.fn.LOWER(column) == text.lower() if ignore_case else column == text


def compares(row: Any, operator: str, value: Variable, ignore_case: bool = False) -> Any:
    """Return the condition that the variable `row` compares to the value. Raises InvalidInput.

    Numbers of all types compare among each other, everything else within its type.
    """
    _check(operator, value)
    if operator == "neq":
        return ~_compares(row, "eq", value, ignore_case)
    return _compares(row, operator, value, ignore_case)


def _check(operator: str, value: Variable) -> None:
    if value.type in UNQUERYABLE:
        raise InvalidInput(UNQUERYABLE[value.type], field="variables", rule="type")
    if operator in WORDS and value.type in ("Boolean", "Null"):
        raise InvalidInput(
            f"Booleans and null cannot be used in '{WORDS[operator]}' condition", field="variables", rule="type"
        )


def _compares(row: Any, operator: str, value: Variable, ignore_case: bool) -> Any:
    compare = COMPARISONS[operator]
    if value.type == "Null":
        return row.type == "Null"
    if value.type in (*WHOLE_NUMBERS, "Double"):
        whole = row.type.in_(WHOLE_NUMBERS) & compare(row.integer, value.value)
        return whole | ((row.type == "Double") & compare(row.number, value.value))
    if value.type in ("Boolean", "Date"):
        return (row.type == value.type) & compare(row.integer, int(value.value))
    column, text = (peewee.fn.LOWER(row.text), value.value.lower()) if ignore_case else (row.text, value.value)
    return (row.type == value.type) & compare(column, text)
