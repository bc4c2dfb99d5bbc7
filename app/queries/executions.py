"""Executions: each running process instance, and the execution of each open activity in it.

They have no table: the engine's state is one document a tree. What can be asked of them stands in the rows of process
instances and open activity instances.
"""

from __future__ import annotations

from typing import Any

import peewee

from app.bpmn.states import JobKind, ProcessInstanceState, SubscriptionKind
from app.database.table import Id, Table
from app.models.activity_instance import ActivityInstance
from app.models.event_subscription import EventSubscription
from app.models.incident import Incident
from app.models.job import Job
from app.models.process_instance import ProcessInstance
from app.queries.conditions import Filter, equals, only, tenants
from app.queries.incidents import incident_filters
from app.queries.listing import Listing
from app.queries.variable_conditions import ignoring_case, variables_of, variables_within


class Execution(Table):
    """One execution. `activity_id` is null for that of the process instance itself."""

    id = Id(primary_key=True)
    process_instance_id = Id()
    activity_id = peewee.TextField(null=True)
    definition_id = Id()
    definition_key = peewee.TextField()
    business_key = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    state = peewee.TextField()

    class Meta:
        table_name = "execution"


def _executions() -> Any:
    instance = ProcessInstance.alias()
    of_instances = instance.select(
        instance.id,
        instance.id.alias("process_instance_id"),
        peewee.SQL("NULL").alias("activity_id"),
        instance.definition_id,
        instance.definition_key,
        instance.business_key,
        instance.tenant_id,
        instance.state,
    ).where(instance.ended_at.is_null())
    owner, activity = ProcessInstance.alias(), ActivityInstance.alias()
    columns = (
        owner.definition_id,
        owner.definition_key,
        owner.business_key,
        owner.tenant_id,
        owner.state,
    )
    of_activities = (
        activity.select(
            activity.execution_id,
            activity.process_instance_id,
            peewee.fn.MAX(activity.activity_id),
            *columns,
        )
        .join(owner, on=owner.id == activity.process_instance_id)
        .where(activity.ended_at.is_null() & (activity.execution_id != activity.process_instance_id))
        .group_by(activity.execution_id, activity.process_instance_id, *columns)
    )
    job, of_job = Job.alias(), ProcessInstance.alias()
    of_continuations = (
        job.select(
            job.execution_id,
            job.process_instance_id,
            job.activity_id,
            of_job.definition_id,
            of_job.definition_key,
            of_job.business_key,
            of_job.tenant_id,
            of_job.state,
        )
        .join(of_job, on=of_job.id == job.process_instance_id)
        .where(job.kind.in_((JobKind.ASYNC_BEFORE, JobKind.ASYNC_AFTER)))
    )
    names = [field.name for field in Execution._meta.sorted_fields]
    return of_instances.union_all(of_activities).union_all(of_continuations).cte("execution", columns=names)


def _waiting_for(kind: str) -> Filter:
    def condition(name: str, _: Any) -> Any:
        waiting = EventSubscription.select(EventSubscription.execution_id)
        return Execution.id.in_(waiting.where((EventSubscription.kind == kind) & (EventSubscription.name == name)))

    return Filter("text", condition)


EXECUTIONS = Listing(
    "execution",
    Execution,
    filters={
        "business_key": equals(Execution.business_key),
        "definition_id": equals(Execution.definition_id),
        "definition_key": equals(Execution.definition_key),
        "process_instance_id": equals(Execution.process_instance_id),
        "activity_id": equals(Execution.activity_id),
        "signal_name": _waiting_for(SubscriptionKind.SIGNAL),
        "message_name": _waiting_for(SubscriptionKind.MESSAGE),
        "active": only(lambda: Execution.state == ProcessInstanceState.ACTIVE),
        "suspended": only(lambda: Execution.state == ProcessInstanceState.SUSPENDED),
        "variables": variables_of(Execution.id),
        "process_variables": variables_within(Execution.process_instance_id),
        **ignoring_case(),
        **incident_filters(Incident.execution_id, Execution.id),
        **tenants(Execution.tenant_id),
    },
    orders={
        "process_instance_id": Execution.process_instance_id,
        "definition_key": Execution.definition_key,
        "definition_id": Execution.definition_id,
        "tenant_id": Execution.tenant_id,
    },
    rows=_executions,
)
