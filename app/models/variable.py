"""Variables, one row each: those of running scopes, and the last value of those that are gone."""

from __future__ import annotations

import json
from typing import Any

import peewee

from app.bpmn.values import FIRST_INSTANT, INT64_MAX, LAST_INSTANT, Variable
from app.database.table import Id, Instant, JsonText
from app.errors import InvalidVariable
from app.json_text import MAX_DEPTH, TooDeep, may_be_deep, read
from app.models.place import Placed
from app.storable import is_storable, reason_against


class ValueOfScope(Placed):
    """What variables and their updates share: a value, and the scope (`execution_id`) that has it.

    The value stands in the column of its kind: `text` (String, Json, Xml, Object), `integer` (Integer, Long, Short,
    Boolean, Date in milliseconds), `number` (Double), `bytes` (Bytes, File); `info` is the type's JSON (null when
    empty).
    """

    id = Id(primary_key=True)
    name = peewee.TextField()
    type = peewee.TextField()
    text = peewee.TextField(null=True)
    integer = peewee.BigIntegerField(null=True)
    number = peewee.DoubleField(null=True)
    bytes = peewee.BlobField(null=True)
    info = JsonText(null=True)
    created_at = Instant()
    activity_instance_id = Id(null=True)


class VariableRow(ValueOfScope):
    """One variable of one scope (the process instance's own id for its variables), with its last value.

    `user_task_id` is the user task whose own variable it is; input parameters of the task belong to its execution.
    `live` is 1 while its scope runs, 0 afterwards: such a row is history. `deleted` is true only after a deletion on
    request.
    """

    user_task_id = Id(null=True)
    live = peewee.SmallIntegerField(default=1)
    deleted = peewee.BooleanField(default=False)

    class Meta:
        table_name = "variable"


VariableRow.add_index(peewee.SQL("CREATE UNIQUE INDEX variable_live ON variable (execution_id, name) WHERE live = 1"))
IN_ACTION = peewee.SQL("live = 1 AND NOT deleted")
"""The predicate of the index by root, as long as it is so that no other query can use it: one that asks for executions
would, as long as Postgres has no statistics and believes that few rows are alive, and read all of them."""
VariableRow.add_index(peewee.SQL(f"CREATE INDEX variable_live_root ON variable (root_id) WHERE {IN_ACTION.sql}"))


COLUMNS = (
    VariableRow.execution_id,
    VariableRow.name,
    VariableRow.type,
    VariableRow.text,
    VariableRow.integer,
    VariableRow.number,
    VariableRow.bytes,
    VariableRow.info,
)
"""What `from_columns` needs, in its order, for statements that load many variables."""

_JSON = frozenset({"Json", "Object"})
_INTEGERS = frozenset({"Integer", "Long", "Short", "Boolean", "Date"})


def to_row(variable: Variable) -> dict[str, Any]:
    """Return the columns of a variable's value: type, text, integer, number, bytes and info.

    Every variable that is kept passes here. Raises InvalidVariable for what could not be kept (a NUL character, half of
    a surrogate pair, a number beyond 64 bits) or not be written again (a date outside the years 1 to 9999, JSON that is
    too deep).
    """
    row: dict[str, Any] = {
        "type": variable.type,
        "text": None,
        "integer": None,
        "number": None,
        "bytes": None,
        "info": json.dumps(variable.info) if variable.info else None,
    }
    value = variable.value
    if value is None:
        return row
    if isinstance(value, bytes):
        row["bytes"] = value
    elif isinstance(value, str):
        row["text"] = _storable(value)
        if variable.type in _JSON and may_be_deep(value):
            _require_flat(value)
    elif variable.type in _INTEGERS:
        row["integer"] = _storable_instant(value) if variable.type == "Date" else _storable_integer(value)
    else:
        row["number"] = float(value)
    return row


def from_row(row: ValueOfScope) -> Variable:
    """Return the value of a row."""
    return from_columns(row.type, row.text, row.integer, row.number, row.bytes, row.info)


def from_columns(
    type: str, text: str | None, integer: int | None, number: float | None, bytes: bytes | None, info: str | None
) -> Variable:
    """Return the value that stands in the column of its kind."""
    value: Any = text
    if value is None:
        value = integer if integer is not None else number if number is not None else bytes
        if type == "Boolean" and value is not None:
            value = bool(value)
        elif isinstance(value, memoryview):
            value = value.tobytes()
    return Variable(type, value, json.loads(info) if info else {})


def _storable_integer(value: int) -> int:
    if not -INT64_MAX - 1 <= int(value) <= INT64_MAX:
        raise InvalidVariable("An integer must fit into 64 bits.", rule="type")
    return int(value)


def _storable_instant(value: int) -> int:
    if not FIRST_INSTANT <= int(value) <= LAST_INSTANT:
        raise InvalidVariable("A date must lie in the years 1 to 9999.", rule="type")
    return int(value)


def _require_flat(text: str) -> None:
    """Refuse JSON that is too deep; a text that is no JSON stays a text."""
    try:
        read(text)
    except TooDeep:
        message = f"JSON must not have more than {MAX_DEPTH} lists and objects in one another."
        raise InvalidVariable(message, rule="type") from None
    except ValueError:
        return


def _storable(text: str) -> str:
    if not is_storable(text):
        raise InvalidVariable(f"A text must not contain {reason_against(text)}.", rule="type")
    return text
