"""Flow node instances, running and ended, as process-engine.io and ProcessCube ask for them."""

from __future__ import annotations

import re
from typing import Any

from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance
from app.queries.conditions import Filter, any_of, matches, one_of, texts
from app.queries.listing import Listing
from app.queries.process_runs import correlates

WAITING_TYPES = ("userTask", "receiveTask", "serviceTask", "businessRuleTask", "sendTask")
"""Activities that a running instance of waits for somebody outside: `suspended` in the words of process-engine.io."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def bare_id(activity_instance_id: str) -> str:
    """Return the id without the activity's own in front of it, as 5Minds' clients know it: a UUID."""
    return activity_instance_id.rpartition(":")[2]


def by_bare_id(column: Any) -> Filter:
    """Want rows by the id of an activity instance, with or without the activity's own in front of it."""
    return texts(lambda ids: any_of(_has_id(column, id) for id in ids))


def _has_id(column: Any, id: str) -> Any:
    return (column == id) | matches(column, f"%:{id}") if _UUID.fullmatch(id) else column == id


def _of_instances(condition: Any) -> Any:
    return ActivityInstance.process_instance_id.in_(ProcessInstance.select(ProcessInstance.id).where(condition))


def _waits() -> Any:
    kind = ActivityInstance.activity_type
    return kind.in_(WAITING_TYPES) | kind.startswith("intermediate") | kind.startswith("boundary")


def _in_states(states: list[str]) -> Any:
    is_open = ActivityInstance.ended_at.is_null()
    conditions = {
        "running": is_open & ~_waits(),
        "suspended": is_open & _waits(),
        "finished": ~is_open & (ActivityInstance.canceled == False),  # noqa: E712
        "canceled": ~is_open & (ActivityInstance.canceled == True),  # noqa: E712
    }
    nothing = ActivityInstance.id.is_null()
    return any_of(conditions.get(state, nothing) for state in states)


def _of_bpmn_type(kind: str) -> Any:
    """Return the condition that an activity is of a BPMN type, `bpmn:EndEvent` say."""
    column = ActivityInstance.activity_type
    name = kind.removeprefix("bpmn:")
    patterns = {
        "StartEvent": ("%tartEvent",),
        "EndEvent": ("%EndEvent",),
        "BoundaryEvent": ("boundary%",),
        "IntermediateThrowEvent": ("intermediate%Throw%",),
        "IntermediateCatchEvent": ("intermediate%",),
    }
    if name in patterns:
        condition = any_of(matches(column, pattern) for pattern in patterns[name])
        return condition & ~matches(column, "%Throw%") if name == "IntermediateCatchEvent" else condition
    return column == name[:1].lower() + name[1:]


def _of_event_type(kind: str) -> Any:
    """Return the condition that an event is triggered by something, `messageEvent` say."""
    name = kind.removesuffix("Event").replace("%", "").replace("_", "")
    patterns = (f"{name}%Event", f"intermediate{name.capitalize()}%", f"boundary{name.capitalize()}%")
    return any_of(matches(ActivityInstance.activity_type, pattern) for pattern in patterns)


FLOW_NODES = Listing(
    "flow node instance",
    ActivityInstance,
    filters={
        "ids": by_bare_id(ActivityInstance.id),
        "activity_ids": one_of(ActivityInstance.activity_id),
        "activity_names": one_of(ActivityInstance.activity_name),
        "bpmn_types": texts(lambda kinds: any_of(_of_bpmn_type(kind) for kind in kinds)),
        "event_types": texts(lambda kinds: any_of(_of_event_type(kind) for kind in kinds)),
        "process_instance_ids": one_of(ActivityInstance.process_instance_id),
        "definition_ids": one_of(ActivityInstance.definition_id),
        "definition_keys": one_of(ActivityInstance.definition_key),
        "correlation_ids": texts(lambda ids: _of_instances(correlates(ids))),
        "user_ids": texts(lambda ids: _of_instances(ProcessInstance.start_user_id.in_(ids))),
        "super_instance_ids": texts(lambda ids: _of_instances(ProcessInstance.super_instance_id.in_(ids))),
        "states": texts(_in_states),
    },
    orders={
        "id": ActivityInstance.id,
        "activity_id": ActivityInstance.activity_id,
        "activity_name": ActivityInstance.activity_name,
        "activity_type": ActivityInstance.activity_type,
        "definition_id": ActivityInstance.definition_id,
        "definition_key": ActivityInstance.definition_key,
        "process_instance_id": ActivityInstance.process_instance_id,
        "started_at": ActivityInstance.started_at,
        "ended_at": ActivityInstance.ended_at,
    },
)


def state_of(row: ActivityInstance) -> str:
    """Return the state in the words of process-engine.io."""
    if row.ended_at is not None:
        return "canceled" if row.canceled else "finished"
    waits = row.activity_type in WAITING_TYPES or row.activity_type.startswith(("intermediate", "boundary"))
    return "suspended" if waits else "running"


def bpmn_type_of(activity_type: str) -> str:
    """Return the BPMN type of Camunda's activity type: `noneEndEvent` is a `bpmn:EndEvent`."""
    kinds = {"StartEvent": "bpmn:StartEvent", "EndEvent": "bpmn:EndEvent", "startEvent": "bpmn:StartEvent"}
    for ending, kind in kinds.items():
        if activity_type.endswith(ending):
            return kind
    if activity_type.startswith("boundary"):
        return "bpmn:BoundaryEvent"
    if activity_type.startswith("intermediate"):
        thrown = "Throw" in activity_type
        return "bpmn:IntermediateThrowEvent" if thrown else "bpmn:IntermediateCatchEvent"
    return f"bpmn:{activity_type[:1].upper()}{activity_type[1:]}"
