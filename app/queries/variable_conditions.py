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

Scope = Callable[[Any], Any]
"""From the table of variables to the condition that one is among those that are looked at."""

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


def variables_of(execution_id: Any) -> Filter:
    """Want variables of the execution alone whose id the column holds, those of its user task included."""
    return _variables(lambda row: _lives(row) & (row.execution_id == execution_id))


def variables_within(instance_id: Any) -> Filter:
    """Want variables of any scope of the process instance whose id the column holds, but for user tasks' own."""
    return _variables(lambda row: _lives(row) & _in_instance(row, instance_id) & row.user_task_id.is_null())


def variables_of_user_task(task: Any) -> Filter:
    """Want a user task's own variables; `task` is its table."""
    own = _own_of(task)
    return _variables(lambda row: _lives(row) & (row.execution_id == task.execution_id) & own(row))


def past_variables_of_instance(instance_id: Any) -> Filter:
    """Want variables that any scope of the process instance has or had at its end."""
    return _variables(lambda row: _is_remembered(row) & _in_instance(row, instance_id))


def past_variables_within(instance_id: Any) -> Filter:
    """Want variables that any scope of the process instance has or had, but for user tasks' own."""
    return _variables(lambda row: _is_remembered(row) & _in_instance(row, instance_id) & row.user_task_id.is_null())


def past_variables_of_user_task(task: Any) -> Filter:
    """Want variables that a user task has or had of its own; `task` is its table."""
    own = _own_of(task)
    return _variables(lambda row: _is_remembered(row) & _in_instance(row, task.process_instance_id) & own(row))


def _lives(row: Any) -> Any:
    return row.live == 1


def _is_remembered(row: Any) -> Any:
    return ~row.deleted


def _in_instance(row: Any, instance_id: Any) -> Any:
    return row.process_instance_id == instance_id


def _own_of(task: Any) -> Scope:
    return lambda row: row.user_task_id == task.id


def _variables(scope: Scope) -> Filter:
    def condition(wanted: Sequence[VariableCondition], criteria: Criteria) -> Any:
        return all_of(has_variable(scope, each, criteria) for each in wanted)

    return Filter("variables", condition)


def ignoring_case() -> dict[str, Filter]:
    """Return the two filters that change how variable conditions compare texts."""
    return {"names_ignore_case": modifier(), "values_ignore_case": modifier()}


def has_variable(scope: Scope, wanted: VariableCondition, criteria: Criteria) -> Any:
    """Return the condition that a variable of the scope meets `wanted`. Raises InvalidInput."""
    row = VariableRow.alias()
    query = row.select(peewee.SQL("1")).where(scope(row))
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
