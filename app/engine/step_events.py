"""What a run made happen, as events: instances and activities that began and ended, caught errors, incidents."""

from __future__ import annotations

from app.bpmn import delta as run
from app.bpmn.states import ProcessInstanceState
from app.database.database import Database
from app.engine.rows import incident_row
from app.engine.stored_step import Step
from app.records.events import Event, tell_incident, told

PROCESS_STARTED = "process_started"
PROCESS_MIGRATED = "process_migrated"
PROCESS_ENDED = "process_ended"
PROCESS_ERROR = "process_error"
PROCESS_TERMINATED = "process_terminated"
ACTIVITY_REACHED = "activity_reached"
ACTIVITY_FINISHED = "activity_finished"
BOUNDARY_EVENT_TRIGGERED = "boundary_event_triggered"

_PASSED = ("Event", "Gateway")
"""The ends of the types of flow nodes that say nothing while a token only passes them."""


def tell_begun(database: Database, step: Step, delta: run.Delta) -> None:
    """Tell which instances began and which activities were reached and finished."""
    events = told(database)
    if events is None:
        return
    for started in delta.instances_started:
        events.append(_of_instance(PROCESS_STARTED, step, started.id))
    for record in delta.activities:
        _tell_activity(events, step, record)


def tell_migrated(database: Database, step: Step, instance_id: str, source_id: str) -> None:
    """Tell that an instance is one of another definition from now on."""
    events = told(database)
    if events is not None:
        event = _of_instance(PROCESS_MIGRATED, step, instance_id)
        events.append({**event, "source_process_definition_id": source_id})


def tell_ended(database: Database, step: Step, delta: run.Delta) -> None:
    """Tell of incidents, and how instances ended."""
    events = told(database)
    if events is None:
        return
    for incident in delta.incidents:
        tell_incident(database, incident_row(step, incident))
    for ended in delta.instances_ended:
        events.append(_of_end(step, ended))


def _of_instance(type: str, step: Step, instance_id: str) -> Event:
    facts = step.facts(instance_id)
    return {
        "type": type,
        "at": step.now_ms,
        "process_instance_id": instance_id,
        "root_id": step.root_id,
        "definition_id": facts.definition.id,
        "definition_key": facts.definition.key,
        "business_key": facts.business_key,
    }


def _tell_activity(events: list[Event], step: Step, record: run.ActivityRecord) -> None:
    """Tell that a token came to an activity or left it, or that a boundary event was triggered."""
    is_over = record.ended_at is not None
    if record.activity_type.startswith("boundary"):
        if record.begun:
            events.append(_of_record(BOUNDARY_EVENT_TRIGGERED, step, record))
        return
    if record.begun:
        if is_over and record.activity_type.endswith(_PASSED):
            return
        events.append(_of_record(ACTIVITY_REACHED, step, record))
    if is_over:
        event = _of_record(ACTIVITY_FINISHED, step, record)
        event["canceled"] = record.canceled
        events.append(event)


def _of_record(type: str, step: Step, record: run.ActivityRecord) -> Event:
    event = _of_instance(type, step, record.instance_id)
    event["activity_id"] = record.activity_id
    event["activity_type"] = record.activity_type
    event["activity_instance_id"] = record.id
    return event


def _of_end(step: Step, ended: run.InstanceEnded) -> Event:
    if ended.error_code is not None:
        error = {"code": ended.error_code, "message": ended.reason}
        return {**_of_instance(PROCESS_ERROR, step, ended.id), "error": error}
    if ended.state == ProcessInstanceState.COMPLETED:
        return _of_instance(PROCESS_ENDED, step, ended.id)
    return {**_of_instance(PROCESS_TERMINATED, step, ended.id), "reason": ended.reason}
