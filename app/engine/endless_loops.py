"""An endless loop is stopped and rolled back; afterwards an incident says where it was."""

from __future__ import annotations

from app import clock
from app.bpmn.states import IncidentKind, IncidentState
from app.database.database import Database
from app.errors import StepLimitReached
from app.models import Incident, ProcessInstance
from app.records.incidents import Subject, open_incident

ENDLESS_LOOP = IncidentKind.ENDLESS_LOOP


def report_loop(database: Database, root_id: str, error: StepLimitReached) -> None:
    """Open an incident on the instance that looped, or renew the one that is open since an earlier try."""
    database.write(lambda: _report(database, root_id, error))


def _report(database: Database, root_id: str, error: StepLimitReached) -> None:
    instance = ProcessInstance.get_or_none(ProcessInstance.id == error.details.get("instance_id", root_id))
    instance = instance or ProcessInstance.get_or_none(ProcessInstance.id == root_id)
    if instance is None or instance.ended_at is not None:
        return
    known = (
        (Incident.kind == ENDLESS_LOOP)
        & (Incident.process_instance_id == instance.id)
        & (Incident.state == IncidentState.OPEN)
    )
    if Incident.update(message=error.message, created_at=clock.now_ms()).where(known).execute():
        return
    subject = Subject(
        configuration=instance.id,
        activity_id=error.details.get("activity_id"),
        execution_id=instance.id,
        process_instance_id=instance.id,
        root_id=instance.root_id,
        definition_id=instance.definition_id,
        definition_key=instance.definition_key,
        tenant_id=instance.tenant_id,
    )
    open_incident(database, ENDLESS_LOOP, subject, error.message)
