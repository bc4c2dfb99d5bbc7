"""What a person does to incidents: create one by hand, remark on it, resolve it."""

from __future__ import annotations

from app import clock
from app.bpmn.states import IncidentKind, IncidentState
from app.database.database import Database
from app.errors import InvalidInput, NotFound, Refused
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Incident, ProcessInstance
from app.queries.executions import EXECUTIONS
from app.queries.incidents import INCIDENTS
from app.records.incidents import FAILED_EXTERNAL_TASK, Subject, open_incident
from app.storable import storable

MAX_TEXT = 4000
RESOLVED_BY_THEIR_SUBJECT = (FAILED_EXTERNAL_TASK, IncidentKind.FAILED_JOB)
"""Kinds that end with new retries of their task or job, and by nothing else."""


class Incidents:
    """Create, resolve and annotate incidents."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create(
        self, identity: Identity, execution_id: str, kind: str, configuration: str | None, message: str | None
    ) -> Incident:
        """Open an incident on an execution and on those that called it. Raises Forbidden, NotFound, InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        for name, text in (("kind", kind), ("configuration", configuration), ("message", message)):
            _check_length(name, text)

        def work() -> Incident:
            execution = EXECUTIONS.get(self.database, execution_id)
            instance = ProcessInstance.get_by_id(execution.process_instance_id)
            subject = Subject(
                configuration=configuration or "",
                activity_id=execution.activity_id,
                execution_id=execution_id,
                process_instance_id=instance.id,
                root_id=instance.root_id,
                definition_id=instance.definition_id,
                definition_key=instance.definition_key,
                tenant_id=instance.tenant_id,
            )
            return INCIDENTS.get(self.database, open_incident(self.database, kind, subject, message))

        return self.database.write(work)

    def resolve(self, identity: Identity, id: str) -> None:
        """Resolve an incident. Raises Forbidden, NotFound, Refused for one that belongs to a task or a job."""
        identity.require(MANAGE_PROCESS_INSTANCES)

        def work() -> None:
            incident = INCIDENTS.get(self.database, id)
            if incident.kind in RESOLVED_BY_THEIR_SUBJECT:
                raise Refused(f"Cannot resolve an incident of type {incident.kind}")
            caused = (Incident.root_cause_incident_id == id) & (Incident.state == IncidentState.OPEN)
            Incident.update(state=IncidentState.RESOLVED, ended_at=clock.now_ms()).where(
                caused | (Incident.id == id)
            ).execute()

        self.database.write(work)

    def annotate(self, identity: Identity, id: str, annotation: str | None) -> None:
        """Set the remark on an incident, None takes it off. Raises Forbidden, NotFound, InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        _check_length("annotation", annotation)
        kept = None if annotation is None else storable(annotation)
        changed = self.database.write(lambda: Incident.update(annotation=kept).where(Incident.id == id).execute())
        if not changed:
            raise NotFound(id, kind="incident")


def _check_length(name: str, text: str | None) -> None:
    if text is not None and len(text) > MAX_TEXT:
        raise InvalidInput(f"{name} may have {MAX_TEXT} characters at most.", field=name, rule="too_long")
