"""Open incidents, and the filters by incident that other nouns have."""

from __future__ import annotations

from typing import Any

from app.bpmn.states import IncidentState
from app.models.incident import Incident
from app.queries.conditions import Filter, equals, instant, like, one_of, only, tenants
from app.queries.listing import Listing

OPEN = Incident.state == IncidentState.OPEN

INCIDENTS = Listing(
    "incident",
    Incident,
    filters={
        "id": equals(Incident.id),
        "kind": equals(Incident.kind),
        "message": equals(Incident.message),
        "message_like": like(Incident.message),
        "definition_id": equals(Incident.definition_id),
        "definition_keys": one_of(Incident.definition_key),
        "process_instance_id": equals(Incident.process_instance_id),
        "process_instance_ids": one_of(Incident.process_instance_id),
        "execution_id": equals(Incident.execution_id),
        "created_before": instant(Incident.created_at, "lt"),
        "created_after": instant(Incident.created_at, "gt"),
        "activity_id": equals(Incident.activity_id),
        "failed_activity_id": equals(Incident.failed_activity_id),
        "cause_incident_id": equals(Incident.cause_incident_id),
        "root_cause_incident_id": equals(Incident.root_cause_incident_id),
        "configuration": equals(Incident.configuration),
        "job_definition_ids": one_of(Incident.job_definition_id),
        **tenants(Incident.tenant_id),
    },
    orders={
        "id": Incident.id,
        "message": Incident.message,
        "created_at": Incident.created_at,
        "kind": Incident.kind,
        "execution_id": Incident.execution_id,
        "activity_id": Incident.activity_id,
        "process_instance_id": Incident.process_instance_id,
        "definition_id": Incident.definition_id,
        "cause_incident_id": Incident.cause_incident_id,
        "root_cause_incident_id": Incident.root_cause_incident_id,
        "configuration": Incident.configuration,
        "tenant_id": Incident.tenant_id,
    },
    base=OPEN,
)


def incident_filters(owner: Any, column: Any) -> dict[str, Filter]:
    """Return the filters of a noun by its open incidents: the column `owner` of Incident names what `column` holds."""

    def having(inner: Filter) -> Filter:
        def condition(value: Any, criteria: Any) -> Any:
            matching = Incident.select(owner).where(OPEN & owner.is_null(False) & inner.condition(value, criteria))
            return column.in_(matching)

        return Filter(inner.kind, condition)

    return {
        "incident_id": having(equals(Incident.id)),
        "incident_kind": having(equals(Incident.kind)),
        "incident_message": having(equals(Incident.message)),
        "incident_message_like": having(like(Incident.message)),
        "with_incident": only(lambda: column.in_(Incident.select(owner).where(OPEN & owner.is_null(False)))),
    }
