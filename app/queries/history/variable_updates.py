"""Every value that variables had, in the order in which they got them."""

from __future__ import annotations

from typing import Any

import peewee

from app.models.variable import VariableRow
from app.models.variable_update import VariableUpdate
from app.queries.conditions import equals, instant, like, modifier, nothing, one_of, only, tenants, text, texts
from app.queries.history.record import Records


def _variables() -> tuple[Any, Any]:
    """Return the variables of an update's scope and name, and the condition for that."""
    row = VariableRow.alias()
    same_place = (row.process_instance_id == VariableUpdate.process_instance_id) & (
        row.execution_id == VariableUpdate.execution_id
    )
    return row, same_place & (row.name == VariableUpdate.name)


def _variable_id() -> Any:
    """Return the query for the variable of an update: the newest that was there by then."""
    row, mine = _variables()
    newest = row.select(peewee.fn.MAX(row.id)).where(mine, row.id <= VariableUpdate.id)
    any_row, any_mine = _variables()
    return peewee.fn.COALESCE(newest, any_row.select(peewee.fn.MIN(any_row.id)).where(any_mine))


def _is_first() -> Any:
    row = VariableRow.alias()
    return peewee.fn.EXISTS(row.select(peewee.SQL("1")).where(row.id == VariableUpdate.id))


def _revision() -> Any:
    """Return the query for how many values the variable had before."""
    earlier = VariableUpdate.alias()
    same_place = (earlier.process_instance_id == VariableUpdate.process_instance_id) & (
        earlier.execution_id == VariableUpdate.execution_id
    )
    same_variable = same_place & (earlier.name == VariableUpdate.name)
    return earlier.select(peewee.fn.COUNT(earlier.id)).where(
        same_variable, earlier.id < VariableUpdate.id, earlier.id >= _variable_id()
    )


def _of_variable(id: str) -> Any:
    row = VariableRow.alias()
    instance = row.select(row.process_instance_id).where(row.id == id)
    return (VariableUpdate.process_instance_id == instance) & (_variable_id() == id)


def _of_types(names: list[str]) -> Any:
    return peewee.fn.LOWER(VariableUpdate.type).in_([str(name).lower() for name in names])  # JSON lists may hold null


def _user_task_id() -> Any:
    """Return the query for the user task whose own variable an update belongs to."""
    row, mine = _variables()
    return row.select(peewee.fn.MAX(row.user_task_id)).where(mine)


def _of_user_task(id: str) -> Any:
    row, mine = _variables()
    return peewee.fn.EXISTS(row.select(peewee.SQL("1")).where(mine, row.user_task_id == id))


def _not_of_user_tasks() -> Any:
    row, mine = _variables()
    return ~peewee.fn.EXISTS(row.select(peewee.SQL("1")).where(mine, row.user_task_id.is_null(False)))


VARIABLE_UPDATES = Records(
    "historic detail",
    VariableUpdate,
    filters={
        "id": equals(VariableUpdate.id),
        "name_like": like(VariableUpdate.name),
        "types": texts(_of_types),
        "variable_id": text(_of_variable),
        "process_instance_id": equals(VariableUpdate.process_instance_id),
        "process_instance_ids": one_of(VariableUpdate.process_instance_id),
        "execution_id": equals(VariableUpdate.execution_id),
        "activity_instance_id": equals(VariableUpdate.activity_instance_id),
        "user_task_id": text(_of_user_task),
        "without_user_tasks": only(_not_of_user_tasks),
        "case": nothing(),
        "case_execution": nothing(),
        "user_operation_id": nothing(),
        "form_fields": only(VariableUpdate.id.is_null),
        "variable_updates": modifier(),
        "first": only(_is_first),
        "before": instant(VariableUpdate.created_at, "lteq"),
        "after": instant(VariableUpdate.created_at, "gteq"),
        **tenants(VariableUpdate.tenant_id),
    },
    orders={
        "process_instance_id": VariableUpdate.process_instance_id,
        "name": VariableUpdate.name,
        "type": VariableUpdate.type,
        "revision": _revision(),
        "at": VariableUpdate.created_at,
        "occurrence": VariableUpdate.id,
        "tenant_id": VariableUpdate.tenant_id,
    },
    also={
        "variable_id": _variable_id(),
        "revision": _revision(),
        "is_first": _is_first(),
        "user_task_id": _user_task_id(),
    },
)
