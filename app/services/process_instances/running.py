"""Where running process instances and their executions are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.bpmn.states import ProcessInstanceState
from app.database.chunks import chunks
from app.errors import NotFound, ProcessInstanceNotFound, Suspended
from app.models import ActivityInstance, EventSubscription, Job, ProcessInstance


def running(instance_id: str) -> ProcessInstance:
    """Return the record of a running instance. Raises ProcessInstanceNotFound."""
    found = ProcessInstance.get_or_none(ProcessInstance.id == instance_id, ProcessInstance.ended_at.is_null())
    if found is None:
        raise ProcessInstanceNotFound(instance_id)
    return found


def roots_of(instance_ids: Sequence[str]) -> dict[str, str]:
    """Within a transaction: return the roots of the trees to which those of the instances belong that run."""
    roots: dict[str, str] = {}
    for ids in chunks(instance_ids):
        running = ProcessInstance.id.in_(ids) & ProcessInstance.ended_at.is_null()
        query: Any = ProcessInstance.select(ProcessInstance.id, ProcessInstance.root_id).where(running).tuples()
        roots |= dict(list(query))
    return roots


def refuse_suspended(instance_id: str) -> None:
    """Raise Suspended if the process instance is."""
    state = ProcessInstance.select(ProcessInstance.state).where(ProcessInstance.id == instance_id).scalar()
    if state == ProcessInstanceState.SUSPENDED:
        raise Suspended("process instance", instance_id)


def place_of(execution_id: str) -> tuple[str, str]:
    """Return the root of the tree in which an execution runs, and its process instance. Raises NotFound."""
    running = ProcessInstance.select(ProcessInstance.root_id, ProcessInstance.id).where(
        ProcessInstance.id == execution_id, ProcessInstance.ended_at.is_null()
    )
    waiting = (
        table.select(table.root_id, table.process_instance_id).where(table.execution_id == execution_id)
        for table in (EventSubscription, Job)
    )
    active = ActivityInstance.select(ActivityInstance.root_id, ActivityInstance.process_instance_id).where(
        ActivityInstance.execution_id == execution_id, ActivityInstance.ended_at.is_null()
    )
    for query in (running, active, *waiting):
        found = query.tuples().first()
        if found is not None:
            return found[0], found[1]
    raise NotFound(execution_id, kind="execution")
