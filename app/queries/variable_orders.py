"""Orders by the value of a variable: nothing where there is none of that name and type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import peewee

from app.models.user_task import UserTask
from app.models.variable import VariableRow

COLUMNS = {
    "String": "text",
    "Integer": "integer",
    "Long": "integer",
    "Short": "integer",
    "Boolean": "integer",
    "Date": "integer",
    "Double": "number",
}
"""The types that have an order, and the column that has their values. Texts are sorted without regard to case."""

VariableOrder = Callable[[str, str], Any]
"""From the name and the type of a variable to what user tasks are sorted by."""


def of_process_instance(name: str, type: str) -> Any:
    """Return the value that the process instance of a user task has."""
    return _value(name, type, lambda row: row.execution_id == UserTask.process_instance_id)


def of_execution(name: str, type: str) -> Any:
    """Return the value that the execution of a user task has: its input parameters, among others."""
    return _value(name, type, lambda row: (row.execution_id == UserTask.execution_id) & row.user_task_id.is_null())


def of_user_task(name: str, type: str) -> Any:
    """Return the value that a user task has of its own."""
    return _value(
        name, type, lambda row: (row.execution_id == UserTask.execution_id) & (row.user_task_id == UserTask.id)
    )


def of_nothing(_name: str, _type: str) -> Any:
    """Return no value: cases have no variables here."""
    return no_value()


def no_value() -> Any:
    """Return what is null for every user task; a constant would be no order for Postgres."""
    return peewee.fn.NULLIF(UserTask.id, UserTask.id)


def _value(name: str, type: str, scope: Callable[[Any], Any]) -> Any:
    row = VariableRow.alias()
    column = getattr(row, COLUMNS[type])
    value = peewee.fn.LOWER(column) if type == "String" else column
    return row.select(value).where((row.live == 1) & scope(row) & (row.name == name) & (row.type == type))
