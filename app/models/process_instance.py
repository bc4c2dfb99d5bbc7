"""Process instances: a lasting record of each, and the state of those that run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import peewee

from app.bpmn.states import ProcessInstanceState
from app.database.chunks import chunks
from app.database.database import Database
from app.database.statements import P, Statement
from app.database.table import Id, Instant, JsonText, Table
from app.database.write import WritePart


class ProcessInstance(Table):
    """The record of an instance, running (`ended_at` null) or ended; it stays for the history's time to live.

    `root_id` names the top of the tree of called processes (its own id at the top): the unit of locking and of state.
    `case_instance_id` is what the start named, and means nothing here.
    `state` is ACTIVE, SUSPENDED, COMPLETED, EXTERNALLY_TERMINATED or INTERNALLY_TERMINATED.
    """

    id = Id(primary_key=True)
    root_id = Id(index=True)
    super_instance_id = Id(null=True)
    super_execution_id = Id(null=True)
    definition_id = Id(index=True)
    definition_key = peewee.TextField()
    business_key = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    state = peewee.TextField(default=ProcessInstanceState.ACTIVE)
    started_at = Instant(index=True)
    ended_at = Instant(null=True)
    start_user_id = peewee.TextField(null=True)
    start_activity_id = peewee.TextField(null=True)
    delete_reason = peewee.TextField(null=True)
    error_code = peewee.TextField(null=True)
    removal_at = Instant(null=True)
    restarted_instance_id = Id(null=True)
    case_instance_id = peewee.TextField(null=True)

    class Meta:
        table_name = "process_instance"


ProcessInstance.add_index(
    peewee.SQL("CREATE INDEX process_instance_running ON process_instance (definition_key, id) WHERE ended_at IS NULL")
)
ProcessInstance.add_index(
    peewee.SQL(
        "CREATE INDEX process_instance_business_key ON process_instance (business_key) WHERE business_key IS NOT NULL"
    )
)
ProcessInstance.add_index(
    peewee.SQL(
        "CREATE INDEX process_instance_case ON process_instance (case_instance_id) WHERE case_instance_id IS NOT NULL"
    )
)
ProcessInstance.add_index(
    peewee.SQL(
        "CREATE INDEX process_instance_super ON process_instance (super_instance_id)"
        " WHERE super_instance_id IS NOT NULL"
    )
)
ProcessInstance.add_index(
    peewee.SQL("CREATE INDEX process_instance_removal ON process_instance (removal_at) WHERE removal_at IS NOT NULL")
)


class InstanceState(Table):
    """The token state of one running root instance: what is active now. Locked first by every change.

    `revision` grows by one with every step; `body` is the JSON of `app.bpmn.execution.state`; `suspended` tells whether
    any instance of the tree is.
    """

    id = Id(primary_key=True)
    definition_id = Id()
    revision = peewee.IntegerField(default=1)
    body = JsonText()
    suspended = peewee.BooleanField(default=False)

    class Meta:
        table_name = "instance_state"


class StateRow(NamedTuple):
    """One row of `instance_state`."""

    id: str
    definition_id: str
    revision: int
    body: str
    suspended: bool


STATE_COLUMNS = tuple(getattr(InstanceState, name) for name in StateRow._fields)

_LOCK = Statement(
    lambda database: database.for_update(InstanceState.select(*STATE_COLUMNS).where(InstanceState.id == P("id")))
)

_LOCKED: WritePart[dict[str, StateRow]] = WritePart(dict)
"""The states that another statement has locked and read."""


def lock_state(database: Database, root_id: str) -> StateRow | None:
    """Lock the state of a root instance until the end of this write and return it; None when it runs no more."""
    assert database.writing is not None, "a state is locked inside a write"
    remembered = _LOCKED.of(database.writing).pop(root_id, None)
    if remembered is not None:
        return remembered
    database.writing.pending.prepared.pop(root_id, None)  # whoever was to begin with it must read it again
    row = _LOCK.one(database, id=root_id)
    return StateRow(*row) if row else None


def lock_trees(database: Database, root_ids: Iterable[str]) -> set[str]:
    """Lock trees until the end of this write, in the order of their ids, and return those that run."""
    running: set[str] = set()
    for ids in chunks(sorted(set(root_ids))):
        states = InstanceState.select(InstanceState.id).where(InstanceState.id.in_(ids)).order_by(InstanceState.id)
        running |= {row.id for row in database.for_update(states)}
    return running


def remember_locked_state(database: Database, row: StateRow) -> None:
    """Give the next `lock_state` of this write a row that another statement has just locked and read."""
    assert database.writing is not None, "a state is locked inside a write"
    _LOCKED.of(database.writing)[row.id] = row
