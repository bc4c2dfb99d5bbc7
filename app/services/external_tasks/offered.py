"""Tasks of a process engine elsewhere: it offers them here, and cancels them here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import peewee

from app import clock
from app.bpmn.values import Variables
from app.database.database import Database
from app.database.decorators import transaction
from app.database.statements import P, Statement, insert
from app.errors import InvalidInput, Refused
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import ExternalTask, VariableRow
from app.models.external_task_log import CREATED
from app.models.variable import to_row
from app.records.announcements import announce_tasks
from app.records.task_endings import end_tasks
from app.records.task_log import write_log
from app.services.external_tasks.locking import open_alone
from app.services.external_tasks.refusals import refuse_ended
from app.services.validation import not_blank, not_negative

_LONGEST = 255
_FORGET_VARIABLES = Statement(
    VariableRow.delete().where(VariableRow.execution_id == P("execution_id"), peewee.SQL("live = 1"))
)
_EXISTS = Statement(ExternalTask.select(ExternalTask.id).where(ExternalTask.id == P("id")))


@dataclass(frozen=True, slots=True)
class OfferedTask:
    """What the engine says of a task. Without an id it gets one; the id makes a repeated offer harmless."""

    topic: str
    process_instance_id: str
    activity_id: str
    definition_id: str
    definition_key: str
    id: str | None = None
    priority: int = 0
    retries: int | None = None
    activity_instance_id: str | None = None
    business_key: str | None = None
    tenant_id: str | None = None
    version_tag: str | None = None
    variables: Variables = field(default_factory=dict)


class OfferedTasks:
    """Offer and cancel tasks whose processes run elsewhere; `elsewhere` tells whether any do."""

    def __init__(self, database: Database, *, elsewhere: bool) -> None:
        self.database = database
        self._elsewhere = elsewhere

    @transaction
    def offer(self, identity: Identity, offered: OfferedTask) -> tuple[str, bool]:
        """Store a task for workers to fetch; return its id, and whether it is new.

        Raises Forbidden, InvalidInput, Refused without an engine elsewhere, TaskFinished for one that has ended.
        """
        self._check(identity)
        identity.require_topic(offered.topic)
        _check(offered)
        id = offered.id or new_id()
        if _EXISTS.one(self.database, id=id):
            return id, False
        refuse_ended(self.database, id)
        row = _task_row(id, offered)
        insert(self.database, ExternalTask, [row])
        variables = [_variable_row(row, name, value) for name, value in offered.variables.items()]
        if variables:
            insert(self.database, VariableRow, variables)
        write_log(self.database, [_log_row(row)])
        if row["ready"]:
            announce_tasks(self.database, {offered.topic: 1})
        return id, True

    @transaction
    def cancel(self, identity: Identity, task_id: str) -> None:
        """End a task because its process does not need it any more. Raises Forbidden, Refused, ExternalTaskNotFound,
        TaskFinished."""
        self._check(identity)
        task = open_alone(self.database, identity, task_id)
        end_tasks(self.database, [task.id])
        forget_variables(self.database, task.execution_id)

    def _check(self, identity: Identity) -> None:
        identity.require(MANAGE_PROCESS_INSTANCES)
        if not self._elsewhere:
            raise Refused("The processes run in this server, which offers and cancels their tasks by itself.")


def forget_variables(database: Database, execution_id: str) -> None:
    """Within a write: delete the variables that came with a task, once it has ended."""
    _FORGET_VARIABLES.send(database, execution_id=execution_id)


def _check(offered: OfferedTask) -> None:
    not_negative("retries", offered.retries)
    for name in ("topic", "process_instance_id", "activity_id", "definition_id", "definition_key", "id"):
        value = getattr(offered, name)
        not_blank(name, value)
        if value is not None and len(value) > _LONGEST:
            raise InvalidInput(f"{name} has at most {_LONGEST} characters.", field=name, rule="too_long")


def _task_row(id: str, offered: OfferedTask) -> dict[str, Any]:
    execution_id = new_id()
    return {
        "id": id,
        "topic": offered.topic,
        "priority": offered.priority,
        "ready": 0 if offered.retries == 0 else 1,
        "retries": offered.retries,
        "created_at": clock.now_ms(),
        "activity_id": offered.activity_id,
        "activity_instance_id": offered.activity_instance_id or new_id(),
        "execution_id": execution_id,
        "process_instance_id": offered.process_instance_id,
        "root_id": offered.process_instance_id,
        "definition_id": offered.definition_id,
        "definition_key": offered.definition_key,
        "definition_version_tag": offered.version_tag,
        "business_key": offered.business_key,
        "tenant_id": offered.tenant_id,
        "scopes": json.dumps([execution_id]),
    }


_PLACE = ("process_instance_id", "root_id", "definition_id", "definition_key", "tenant_id", "activity_instance_id")


def _variable_row(task: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "execution_id": task["execution_id"],
        "name": name,
        "created_at": task["created_at"],
        **{column: task[column] for column in _PLACE},
        **to_row(value),
    }


def _log_row(task: dict[str, Any]) -> dict[str, Any]:
    copied = ("topic", "priority", "retries", "activity_id", "execution_id", *_PLACE)
    columns = {name: task[name] for name in copied}
    return {"id": new_id(), "kind": CREATED, "at": task["created_at"], "external_task_id": task["id"], **columns}
