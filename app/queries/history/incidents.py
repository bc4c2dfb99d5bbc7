"""Incidents, open, resolved and deleted."""

from __future__ import annotations

from app.bpmn.states import IncidentState
from app.models.incident import Incident
from app.queries.conditions import equals, instant, only
from app.queries.history.record import Records
from app.queries.incidents import INCIDENTS

HISTORIC_INCIDENTS = Records(
    "historic incident",
    Incident,
    filters={
        **INCIDENTS.filters,
        "definition_key": equals(Incident.definition_key),
        "history_configuration": equals(Incident.history_configuration),
        "open": only(lambda: Incident.state == IncidentState.OPEN),
        "resolved": only(lambda: Incident.state == IncidentState.RESOLVED),
        "deleted": only(lambda: Incident.state == IncidentState.DELETED),
        "ended_before": instant(Incident.ended_at, "lt"),
        "ended_after": instant(Incident.ended_at, "gt"),
    },
    orders={
        **INCIDENTS.orders,
        "definition_key": Incident.definition_key,
        "history_configuration": Incident.history_configuration,
        "state": Incident.state,
        "ended_at": Incident.ended_at,
    },
)
