"""Forget process instances: every row of every table that belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

from app.database.chunks import chunks
from app.database.database import Database
from app.errors import ProcessInstanceNotFound, Refused
from app.models import (
    ActivityInstance,
    Attachment,
    Comment,
    DecisionInstance,
    EventSubscription,
    ExternalTask,
    ExternalTaskLog,
    Incident,
    InstanceState,
    Job,
    ProcessInstance,
    UserTask,
    VariableRow,
    VariableUpdate,
)
from app.models.process_instance import lock_trees

_OF_INSTANCES = (
    ExternalTask,
    ExternalTaskLog,
    ActivityInstance,
    VariableRow,
    VariableUpdate,
    Job,
    EventSubscription,
    UserTask,
    Incident,
    DecisionInstance,
    Comment,
    Attachment,
)


def forget_instances(database: Database, instance_ids: Sequence[str]) -> None:
    """Within a transaction: delete all rows of these instances, whatever their state."""
    for ids in chunks(list(instance_ids)):
        for table in _OF_INSTANCES:
            table.delete().where(table.process_instance_id.in_(ids)).execute()
        InstanceState.delete().where(InstanceState.id.in_(ids)).execute()
        ProcessInstance.delete().where(ProcessInstance.id.in_(ids)).execute()


def forget_trees(database: Database, root_ids: Sequence[str]) -> None:
    """Within a transaction: delete all rows of whole trees. Trees that run are locked first."""
    for ids in chunks(sorted(root_ids)):
        lock_trees(database, ids)
        members = ProcessInstance.select(ProcessInstance.id).where(ProcessInstance.root_id.in_(ids))
        forget_instances(database, [row.id for row in members])


def forget_ended(database: Database, instance_ids: Sequence[str], *, must_be_there: bool = True) -> None:
    """Within a transaction: delete ended instances and what they had called.

    Raises Refused for one that still runs, and (`must_be_there`) ProcessInstanceNotFound for one that is forgotten.
    """
    found = {
        row.id: row
        for ids in chunks(list(instance_ids))
        for row in ProcessInstance.select().where(ProcessInstance.id.in_(ids))
    }
    for id in instance_ids:
        if id not in found and must_be_there:
            raise ProcessInstanceNotFound(id)
        if id in found and found[id].ended_at is None:
            raise Refused(f"Process instance '{id}' is still running, cannot delete historic process instance.")
    forget_instances(database, _with_called(list(found)))


def forget_values(condition: Any) -> None:
    """Within a transaction: delete the variables that meet the condition, unless they live, and all their values."""
    places: Any = VariableRow.select(
        VariableRow.id, VariableRow.process_instance_id, VariableRow.execution_id, VariableRow.name
    ).where(condition)
    for id, instance_id, execution_id, name in list(places.tuples()):
        newer = _next_variable(id, execution_id, name)
        mine = (
            (VariableUpdate.process_instance_id == instance_id)
            & (VariableUpdate.execution_id == execution_id)
            & (VariableUpdate.name == name)
            & (VariableUpdate.id >= id)
        )
        VariableUpdate.delete().where(mine if newer is None else mine & (VariableUpdate.id < newer)).execute()
    VariableRow.delete().where(condition, VariableRow.live == 0).execute()


def _next_variable(id: str, execution_id: str, name: str) -> str | None:
    """Return the variable that came after one was deleted: it has the same place."""
    same_place = (VariableRow.execution_id == execution_id) & (VariableRow.name == name)
    newest: str | None = (
        VariableRow.select(peewee.fn.MIN(VariableRow.id)).where(same_place, VariableRow.id > id).scalar()
    )
    return newest


def _with_called(instance_ids: list[str]) -> list[str]:
    """Return the instances and all that they called, directly or not."""
    found, pending = list(instance_ids), list(instance_ids)
    while pending:
        pending = [
            row.id
            for ids in chunks(pending)
            for row in ProcessInstance.select(ProcessInstance.id).where(ProcessInstance.super_instance_id.in_(ids))
        ]
        found += pending
    return found
