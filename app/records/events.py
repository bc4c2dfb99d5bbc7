"""Say what happened, inside the transaction in which it happens. Costs next to nothing while nobody records events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from app import clock, signals
from app.database.database import Database
from app.database.write import WritePart
from app.models.external_task import TaskRow
from app.models.external_task_log import CANCELLED, CREATED, DELETED, EXPIRED, FAILED, SUCCESSFUL

Event = dict[str, Any]

TASK_CREATED = "external_task_created"
TASK_LOCKED = "external_task_locked"
TASK_UNLOCKED = "external_task_unlocked"
TASK_EXPIRED = "external_task_expired"
TASK_FAILED = "external_task_failed"
TASK_FINISHED = "external_task_finished"
TASK_EVENTS = (TASK_CREATED, TASK_LOCKED, TASK_UNLOCKED, TASK_EXPIRED, TASK_FAILED, TASK_FINISHED)
INCIDENT_CREATED = "incident_created"

_OF_LOG = {
    CREATED: TASK_CREATED,
    FAILED: TASK_FAILED,
    SUCCESSFUL: TASK_FINISHED,
    DELETED: TASK_FINISHED,
    EXPIRED: TASK_EXPIRED,
}


class _Recording:
    __slots__ = ("began", "events")

    def __init__(self) -> None:
        self.began = False
        self.events: list[Event] | None = None


_RECORDING: WritePart[_Recording] = WritePart(_Recording)


def told(database: Database) -> list[Event] | None:
    """Return the events that this write has told, for more to be added; None while nobody records them.

    They are sent together right before the commit: a signal for each of them costs more than the events themselves.
    """
    write = database.writing
    assert write is not None, "what happens, happens in a write"
    recording = _RECORDING.of(write)
    if not recording.began:
        recording.began = True
        if signals.occurred.has_receivers_for(database):
            recording.events = []
            write.before_commit.append(partial(_send, database, recording.events))
    return recording.events


def _send(database: Database, events: Sequence[Event]) -> None:
    if events:
        signals.occurred.send(database, events=events)


def tell_log(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell what entries of the external tasks' log say. What a worker reports comes before what its process does."""
    events = told(database)
    if events is None:
        return
    for row in rows:
        if row["kind"] in (SUCCESSFUL, DELETED) and row.get("outcome") != CANCELLED:
            events.insert(0, _of_log(row))
        else:
            events.append(_of_log(row))


def tell_locked(database: Database, tasks: Sequence[TaskRow]) -> None:
    """Tell that workers have locked tasks."""
    if tasks and (events := told(database)) is not None:
        now = clock.now_ms()
        for task in tasks:
            events.append({**_of_task(TASK_LOCKED, task, now), "lock_expires_at": task.lock_expires_at})


def tell_unlocked(database: Database, tasks: Sequence[TaskRow]) -> None:
    """Tell that tasks were freed before their locks ended."""
    if tasks and (events := told(database)) is not None:
        now = clock.now_ms()
        events.extend(_of_task(TASK_UNLOCKED, task, now) for task in tasks)


def tell_incident(database: Database, row: Mapping[str, Any]) -> None:
    """Tell that something waits for a person."""
    if (events := told(database)) is not None:
        event = {
            "type": INCIDENT_CREATED,
            "at": row["created_at"],
            "incident_id": row["id"],
            "incident_type": row["kind"],
            "message": row["message"],
            "configuration": row["configuration"],
            "activity_id": row["activity_id"],
            "process_instance_id": row["process_instance_id"],
            "root_id": row["root_id"],
            "definition_id": row["definition_id"],
            "definition_key": row["definition_key"],
        }
        events.append(event)


def _of_task(type: str, task: TaskRow, now: int) -> Event:
    return {
        "type": type,
        "at": now,
        "external_task_id": task.id,
        "topic": task.topic,
        "worker_id": task.worker_id,
        "activity_id": task.activity_id,
        "activity_instance_id": task.activity_instance_id,
        "process_instance_id": task.process_instance_id,
        "root_id": task.root_id,
        "definition_id": task.definition_id,
        "definition_key": task.definition_key,
    }


def _of_log(row: Mapping[str, Any]) -> Event:
    kind = row["kind"]
    event = {
        "type": _OF_LOG[kind],
        "at": row["at"],
        "external_task_id": row["external_task_id"],
        "topic": row["topic"],
        "worker_id": row.get("worker_id"),
        "activity_id": row["activity_id"],
        "activity_instance_id": row["activity_instance_id"],
        "process_instance_id": row["process_instance_id"],
        "root_id": row["root_id"],
        "definition_id": row["definition_id"],
        "definition_key": row["definition_key"],
    }
    if kind in (SUCCESSFUL, DELETED):
        event["outcome"] = row.get("outcome")
    if kind in (FAILED, DELETED) and row.get("outcome") != CANCELLED:
        event["error"] = {
            "code": row.get("error_code"),
            "message": row.get("error_message"),
            "details": row.get("error_details"),
        }
    return event
