"""Activity instances, open and ended."""

from __future__ import annotations

import peewee

from app.models.activity_instance import ActivityInstance
from app.models.process_definition import ProcessDefinition
from app.queries.conditions import equals, instant, like, one_of, only, tenants
from app.queries.history.record import Records, name_of, of_definition

# The UUID at the end of `activity:uuid`: its order is the order of making.
_made_in_order = peewee.fn.SUBSTR(ActivityInstance.id, peewee.fn.LENGTH(ActivityInstance.id) - 35)

HISTORIC_ACTIVITY_INSTANCES = Records(
    "historic activity instance",
    ActivityInstance,
    filters={
        "id": equals(ActivityInstance.id),
        "process_instance_id": equals(ActivityInstance.process_instance_id),
        "process_instance_ids": one_of(ActivityInstance.process_instance_id),
        "definition_id": equals(ActivityInstance.definition_id),
        "definition_key": equals(ActivityInstance.definition_key),
        "definition_name": of_definition(ActivityInstance.definition_id, equals(ProcessDefinition.name)),
        "execution_id": equals(ActivityInstance.execution_id),
        "activity_id": equals(ActivityInstance.activity_id),
        "activity_name": equals(ActivityInstance.activity_name),
        "activity_name_like": like(ActivityInstance.activity_name),
        "activity_type": equals(ActivityInstance.activity_type),
        "assignee": equals(ActivityInstance.assignee),
        "finished": only(lambda: ActivityInstance.ended_at.is_null(False)),
        "unfinished": only(ActivityInstance.ended_at.is_null),
        "canceled": only(lambda: ActivityInstance.canceled),
        "complete_scope": only(lambda: ActivityInstance.complete_scope),
        "started_before": instant(ActivityInstance.started_at, "lteq"),
        "started_after": instant(ActivityInstance.started_at, "gteq"),
        "finished_before": instant(ActivityInstance.ended_at, "lteq"),
        "finished_after": instant(ActivityInstance.ended_at, "gteq"),
        **tenants(ActivityInstance.tenant_id),
    },
    orders={
        "id": ActivityInstance.id,
        "occurrence": _made_in_order,
        "process_instance_id": ActivityInstance.process_instance_id,
        "execution_id": ActivityInstance.execution_id,
        "activity_id": ActivityInstance.activity_id,
        "activity_name": ActivityInstance.activity_name,
        "activity_type": ActivityInstance.activity_type,
        "started_at": ActivityInstance.started_at,
        "ended_at": ActivityInstance.ended_at,
        "duration": ActivityInstance.ended_at - ActivityInstance.started_at,
        "definition_id": ActivityInstance.definition_id,
        "definition_name": name_of(ActivityInstance.definition_id),
        "tenant_id": ActivityInstance.tenant_id,
    },
)
