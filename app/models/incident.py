"""Incidents: what needs a person, open (`ended_at` null), resolved or deleted."""

from __future__ import annotations

import peewee

from app.bpmn.states import IncidentState
from app.database.table import Id, Instant, Table


class Incident(Table):
    """One incident. `state` is an `IncidentState`; `configuration` is the id of its subject (task, job)."""

    id = Id(primary_key=True)
    kind = peewee.TextField()
    message = peewee.TextField(null=True)
    state = peewee.TextField(default=IncidentState.OPEN)
    created_at = Instant()
    ended_at = Instant(null=True)
    configuration = peewee.TextField(null=True)
    annotation = peewee.TextField(null=True)
    activity_id = peewee.TextField(null=True)
    failed_activity_id = peewee.TextField(null=True)
    execution_id = Id(null=True)
    process_instance_id = Id(null=True, index=True)
    root_id = Id(null=True)
    definition_id = Id(null=True)
    definition_key = peewee.TextField(null=True)
    cause_incident_id = Id()
    root_cause_incident_id = Id()
    job_definition_id = Id(null=True)
    history_configuration = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)

    class Meta:
        table_name = "incident"


Incident.add_index(peewee.SQL("CREATE INDEX incident_open ON incident (configuration) WHERE state = 'open'"))
Incident.add_index(
    peewee.SQL("CREATE INDEX incident_root_cause ON incident (root_cause_incident_id) WHERE state = 'open'")
)
