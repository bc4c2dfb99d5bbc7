"""Variables, one row each: those of running scopes, and the last value of those that are gone."""

from __future__ import annotations

import peewee

from app.models.base import Id, Instant, JsonText, Table


class VariableRow(Table):
    """One variable of one scope (`execution_id`; the process instance's own id for its variables).

    `live` is 1 while its scope runs, 0 afterwards: such a row is history. `deleted` is true only after a deletion on request. The
    value stands in the column of its kind: `text` (String, Json, Xml, Object), `integer` (Integer, Long, Short, Boolean, Date
    in milliseconds), `number` (Double), `bytes` (Bytes, File); `info` is the type's JSON (null when empty).
    """

    id = Id(primary_key=True)
    execution_id = Id()
    name = peewee.TextField()
    type = peewee.TextField()
    text = peewee.TextField(null=True)
    integer = peewee.BigIntegerField(null=True)
    number = peewee.DoubleField(null=True)
    bytes = peewee.BlobField(null=True)
    info = JsonText(null=True)
    live = peewee.SmallIntegerField(default=1)
    deleted = peewee.BooleanField(default=False)
    created_at = Instant()
    activity_instance_id = Id(null=True)
    process_instance_id = Id(index=True)
    root_id = Id(index=True)
    definition_id = Id()
    definition_key = peewee.TextField()
    tenant_id = peewee.TextField(null=True)

    class Meta:
        table_name = "variable"


VariableRow.add_index(peewee.SQL("CREATE UNIQUE INDEX variable_live ON variable (execution_id, name) WHERE live = 1"))
