"""Process instances, running and ended."""

from __future__ import annotations

from typing import Any

from app.bpmn.states import ProcessInstanceState
from app.models.activity_instance import ActivityInstance
from app.models.incident import Incident
from app.models.job import Job
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.queries.conditions import (
    Criteria,
    Filter,
    all_of,
    equals,
    instant,
    like,
    none_of,
    nothing,
    one_of,
    only,
    tenants,
    text,
)
from app.queries.history.record import Records, name_of, of_definition
from app.queries.variable_conditions import ignoring_case, past_variables_of_instance

RUNNING = ProcessInstance.ended_at.is_null()


def _in_state(state: str) -> Filter:
    return only(lambda: ProcessInstance.state == state)


def _having_activity(inner: Filter, *conditions: Any) -> Filter:
    def condition(value: Any, criteria: Criteria) -> Any:
        wanted = all_of([inner.condition(value, criteria), *conditions])
        return ProcessInstance.id.in_(ActivityInstance.select(ActivityInstance.process_instance_id).where(wanted))

    return Filter(inner.kind, condition)


def _having_incident(inner: Filter, *conditions: Any) -> Filter:
    def condition(value: Any, criteria: Criteria) -> Any:
        wanted = all_of([inner.condition(value, criteria), *conditions])
        if wanted is None:
            return None
        return ProcessInstance.id.in_(Incident.select(Incident.process_instance_id).where(wanted))

    return Filter(inner.kind, condition)


def _calling(id: str) -> Any:
    called = ProcessInstance.alias()
    return ProcessInstance.id.in_(called.select(called.super_instance_id).where(called.id == id))


def _by_incident_status(status: str) -> Any:
    wanted = Incident.state == status
    return ProcessInstance.id.in_(Incident.select(Incident.process_instance_id).where(wanted))


def _retrying() -> Any:
    """Return the condition that a job of the instance has failed and will be tried again."""
    failed = Job.exception_message.is_null(False) | Job.exception_details.is_null(False)
    return ProcessInstance.id.in_(Job.select(Job.process_instance_id).where(failed & (Job.retries > 0)))


def _version() -> Any:
    mine = ProcessDefinition.id == ProcessInstance.definition_id
    return ProcessDefinition.select(ProcessDefinition.version).where(mine)


def _definition(inner: Filter) -> Filter:
    return of_definition(ProcessInstance.definition_id, inner)


HISTORIC_PROCESS_INSTANCES = Records(
    "historic process instance",
    ProcessInstance,
    filters={
        "id": equals(ProcessInstance.id),
        "ids": one_of(ProcessInstance.id),
        "ids_excluded": none_of(ProcessInstance.id),
        "definition_id": equals(ProcessInstance.definition_id),
        "definition_key": equals(ProcessInstance.definition_key),
        "definition_keys": one_of(ProcessInstance.definition_key),
        "definition_keys_excluded": none_of(ProcessInstance.definition_key),
        "definition_name": _definition(equals(ProcessDefinition.name)),
        "definition_name_like": _definition(like(ProcessDefinition.name)),
        "business_key": equals(ProcessInstance.business_key),
        "business_keys": one_of(ProcessInstance.business_key),
        "business_key_like": like(ProcessInstance.business_key),
        "roots": only(ProcessInstance.super_instance_id.is_null),
        "root_instance_id": equals(ProcessInstance.root_id),
        "super_instance_id": equals(ProcessInstance.super_instance_id),
        "sub_instance_id": text(_calling),
        "case_instance_id": equals(ProcessInstance.case_instance_id),
        "super_case_instance_id": nothing(),
        "sub_case_instance_id": nothing(),
        "finished": only(lambda: ~RUNNING),
        "unfinished": only(lambda: RUNNING),
        "active": _in_state(ProcessInstanceState.ACTIVE),
        "suspended": _in_state(ProcessInstanceState.SUSPENDED),
        "completed": _in_state(ProcessInstanceState.COMPLETED),
        "externally_terminated": _in_state(ProcessInstanceState.EXTERNALLY_TERMINATED),
        "internally_terminated": _in_state(ProcessInstanceState.INTERNALLY_TERMINATED),
        "with_incidents": _having_incident(only(lambda: Incident.id.is_null(False))),
        "with_root_incidents": _having_incident(only(lambda: Incident.id == Incident.root_cause_incident_id)),
        "incident_kind": _having_incident(equals(Incident.kind)),
        "incident_ids": _having_incident(one_of(Incident.id)),
        "incident_status": text(_by_incident_status),
        "incident_message": _having_incident(equals(Incident.message)),
        "incident_message_like": _having_incident(like(Incident.message)),
        "with_jobs_retrying": only(_retrying),
        "started_before": instant(ProcessInstance.started_at, "lteq"),
        "started_after": instant(ProcessInstance.started_at, "gteq"),
        "finished_before": instant(ProcessInstance.ended_at, "lteq"),
        "finished_after": instant(ProcessInstance.ended_at, "gteq"),
        "started_by": equals(ProcessInstance.start_user_id),
        "activity_executed_before": _having_activity(instant(ActivityInstance.started_at, "lteq")),
        "activity_executed_after": _having_activity(instant(ActivityInstance.started_at, "gteq")),
        "executed_activity_ids": _having_activity(
            one_of(ActivityInstance.activity_id), ActivityInstance.ended_at.is_null(False)
        ),
        "active_activity_ids": _having_activity(
            one_of(ActivityInstance.activity_id), ActivityInstance.ended_at.is_null()
        ),
        "activity_ids": _having_activity(one_of(ActivityInstance.activity_id)),
        "variables": past_variables_of_instance(ProcessInstance.id),
        **ignoring_case(),
        **tenants(ProcessInstance.tenant_id),
    },
    orders={
        "id": ProcessInstance.id,
        "definition_id": ProcessInstance.definition_id,
        "definition_key": ProcessInstance.definition_key,
        "definition_name": name_of(ProcessInstance.definition_id),
        "definition_version": _version(),
        "business_key": ProcessInstance.business_key,
        "started_at": ProcessInstance.started_at,
        "ended_at": ProcessInstance.ended_at,
        "duration": ProcessInstance.ended_at - ProcessInstance.started_at,
        "tenant_id": ProcessInstance.tenant_id,
    },
    also={
        "definition_name": name_of(ProcessInstance.definition_id),
        "definition_version": _version(),
    },
)
