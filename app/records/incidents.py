"""Incidents: what needs a person. One of a called process shows on every process that called it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from app import clock
from app.bpmn.states import IncidentKind, IncidentState
from app.database.database import Database
from app.database.statements import P, Statement, insert, one_of
from app.ids import new_id
from app.models import ActivityInstance, Incident, ProcessInstance
from app.models.external_task import TaskRow
from app.records.events import tell_incident
from app.storable import storable

FAILED_EXTERNAL_TASK = IncidentKind.FAILED_EXTERNAL_TASK
UNHANDLED = IncidentKind.UNHANDLED_BPMN_ERROR
"""Kind of an incident that outlives its task and its process instance: it is the only trace of the error."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an incident is about; `configuration` is the id of the task or job."""

    configuration: str
    activity_id: str | None
    execution_id: str | None
    process_instance_id: str | None
    root_id: str | None
    definition_id: str | None
    definition_key: str | None
    tenant_id: str | None = None
    failed_activity_id: str | None = None
    job_definition_id: str | None = None


_CALLER = Statement(
    ProcessInstance.select(
        ProcessInstance.super_instance_id,
        ProcessInstance.super_execution_id,
        ActivityInstance.activity_id,
    )
    .join(
        ActivityInstance,
        peewee.JOIN.LEFT_OUTER,
        on=(
            (ActivityInstance.process_instance_id == ProcessInstance.super_instance_id)
            & (ActivityInstance.called_instance_id == ProcessInstance.id)
        ),
    )
    .where(ProcessInstance.id == P("id"))
)
_INSTANCE = Statement(
    ProcessInstance.select(
        ProcessInstance.definition_id, ProcessInstance.definition_key, ProcessInstance.tenant_id
    ).where(ProcessInstance.id == P("id"))
)
_CAUSES = Statement(
    Incident.select(Incident.id).where(
        one_of(Incident.configuration, "configurations"), peewee.SQL("state = 'open'"), Incident.kind != UNHANDLED
    )
)
_CLOSE = Statement(
    Incident.update(state=P("state"), ended_at=P("now")).where(one_of(Incident.root_cause_incident_id, "causes"))
)


def open_incident(
    database: Database, kind: str, subject: Subject, message: str | None, history_configuration: str | None = None
) -> str:
    """Create an incident, and one on each calling process, and return its id. To be called inside a write."""
    cause = new_id()
    row = {
        "id": cause,
        "kind": kind,
        "message": None if message is None else storable(message),
        "created_at": clock.now_ms(),
        "configuration": subject.configuration,
        "activity_id": subject.activity_id,
        "failed_activity_id": subject.failed_activity_id,
        "execution_id": subject.execution_id,
        "process_instance_id": subject.process_instance_id,
        "root_id": subject.root_id,
        "definition_id": subject.definition_id,
        "definition_key": subject.definition_key,
        "cause_incident_id": cause,
        "root_cause_incident_id": cause,
        "job_definition_id": subject.job_definition_id,
        "history_configuration": history_configuration,
        "tenant_id": subject.tenant_id,
    }
    insert(database, Incident, [row, *_on_callers(database, row)])
    tell_incident(database, row)
    return cause


def _on_callers(database: Database, row: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    while row["process_instance_id"] is not None and row["process_instance_id"] != row["root_id"]:
        caller = _CALLER.one(database, id=row["process_instance_id"])
        if caller is None or caller[0] is None:
            break
        instance_id, execution_id, activity_id = caller
        definition_id, definition_key, tenant_id = _INSTANCE.one(database, id=instance_id) or (None, None, None)
        row = {
            **row,
            "id": new_id(),
            "cause_incident_id": row["id"],
            "message": None,
            "configuration": None,
            "activity_id": activity_id,
            "failed_activity_id": activity_id,
            "execution_id": execution_id,
            "process_instance_id": instance_id,
            "definition_id": definition_id,
            "definition_key": definition_key,
            "job_definition_id": None,
            "history_configuration": None,
            "tenant_id": tenant_id,
        }
        rows.append(row)
    return rows


def close_incidents(database: Database, configurations: Sequence[str], state: str) -> None:
    """Mark the open incidents of these tasks or jobs, and those they caused, as `resolved` or `deleted`.

    That an error was not caught stays open, for a person to look at.
    """
    if configurations:
        close_causes(database, open_causes(database, configurations), state)


def open_causes(database: Database, configurations: Sequence[str]) -> list[str]:
    """Return the ids of the open incidents of these tasks or jobs."""
    return [row[0] for row in _CAUSES.all(database, configurations=configurations)]


def close_causes(database: Database, causes: Sequence[str], state: str) -> None:
    """Mark these incidents, and those they caused, as `resolved` or `deleted`, also when their process has just taken
    them along."""
    if causes:
        _CLOSE.count(database, causes=causes, state=state, now=clock.now_ms())


def task_subject(task: TaskRow) -> Subject:
    """Return an external task as the subject of an incident."""
    return Subject(
        configuration=task.id,
        activity_id=task.activity_id,
        execution_id=task.execution_id,
        process_instance_id=task.process_instance_id,
        root_id=task.root_id,
        definition_id=task.definition_id,
        definition_key=task.definition_key,
        tenant_id=task.tenant_id,
    )


def change_retries(
    database: Database, task: TaskRow, retries: int, message: str | None, log_id: str | None = None
) -> None:
    """Open an incident when the task has just lost its last retry, resolve its incidents when it has some again."""
    had_none = task.retries == 0
    if retries == 0 and not had_none:
        open_incident(database, FAILED_EXTERNAL_TASK, task_subject(task), message, log_id)
    elif retries > 0 and had_none:
        close_incidents(database, [task.id], IncidentState.RESOLVED)
