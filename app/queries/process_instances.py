"""Running process instances, called ones included."""

from __future__ import annotations

from typing import Any

from app.bpmn.states import JobKind, ProcessInstanceState
from app.models.activity_instance import ActivityInstance
from app.models.incident import Incident
from app.models.job import Job
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.queries.conditions import equals, like, none_of, nothing, one_of, only, tenants, text, texts
from app.queries.incidents import incident_filters
from app.queries.listing import Listing
from app.queries.variable_conditions import ignoring_case, variables_of


def _at_activities(ids: list[str]) -> Any:
    open_there = ActivityInstance.activity_id.in_(ids) & ActivityInstance.ended_at.is_null()
    waiting_before = Job.activity_id.in_(ids) & (Job.kind == JobKind.ASYNC_BEFORE)
    return ProcessInstance.id.in_(
        ActivityInstance.select(ActivityInstance.process_instance_id).where(open_there)
    ) | ProcessInstance.id.in_(Job.select(Job.process_instance_id).where(waiting_before))


def _of_deployment(id: str) -> Any:
    of_it = ProcessDefinition.select(ProcessDefinition.id).where(ProcessDefinition.deployment_id == id)
    return ProcessInstance.definition_id.in_(of_it)


def _calling(id: str) -> Any:
    called = ProcessInstance.alias()
    return ProcessInstance.id.in_(called.select(called.super_instance_id).where(called.id == id))


def _calls_none() -> Any:
    called = ProcessInstance.alias()
    running = called.super_instance_id.is_null(False) & called.ended_at.is_null()
    return ProcessInstance.id.not_in(called.select(called.super_instance_id).where(running))


PROCESS_INSTANCES = Listing(
    "process instance",
    ProcessInstance,
    filters={
        "ids": one_of(ProcessInstance.id),
        "business_key": equals(ProcessInstance.business_key),
        "business_key_like": like(ProcessInstance.business_key),
        "definition_id": equals(ProcessInstance.definition_id),
        "definition_key": equals(ProcessInstance.definition_key),
        "definition_keys": one_of(ProcessInstance.definition_key),
        "definition_keys_excluded": none_of(ProcessInstance.definition_key),
        "deployment_id": text(_of_deployment),
        "super_instance_id": equals(ProcessInstance.super_instance_id),
        "sub_instance_id": text(_calling),
        "root_instance_id": equals(ProcessInstance.root_id),
        "active": only(lambda: ProcessInstance.state == ProcessInstanceState.ACTIVE),
        "suspended": only(lambda: ProcessInstance.state == ProcessInstanceState.SUSPENDED),
        "roots": only(ProcessInstance.super_instance_id.is_null),
        "leaves": only(_calls_none),
        "activity_ids": texts(_at_activities),
        "definition_without_tenant": only(ProcessInstance.tenant_id.is_null),
        "case_instance_id": equals(ProcessInstance.case_instance_id),
        "super_case_instance_id": nothing(),
        "sub_case_instance_id": nothing(),
        "variables": variables_of(ProcessInstance.id),
        **ignoring_case(),
        **incident_filters(Incident.process_instance_id, ProcessInstance.id),
        **tenants(ProcessInstance.tenant_id),
    },
    orders={
        "id": ProcessInstance.id,
        "definition_key": ProcessInstance.definition_key,
        "definition_id": ProcessInstance.definition_id,
        "tenant_id": ProcessInstance.tenant_id,
        "business_key": ProcessInstance.business_key,
    },
    base=ProcessInstance.ended_at.is_null(),
)
