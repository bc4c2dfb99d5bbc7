"""What happened to external tasks: created, failed, succeeded, deleted. Expiries of locks are for the task's story."""

from __future__ import annotations

from app.models.external_task_log import CREATED, DELETED, FAILED, SUCCESSFUL, ExternalTaskLog
from app.queries.conditions import Criteria, Filter, any_of, equals, number, one_of, tenants
from app.queries.history.record import Records

KINDS = {"created": CREATED, "failed": FAILED, "succeeded": SUCCESSFUL, "deleted": DELETED}


def _of_kind(name: str) -> Filter:
    """Want a kind of event; several wanted kinds are alternatives, which the first of them joins."""

    def condition(value: object, criteria: Criteria) -> object:
        wanted = [kind for kind in KINDS if criteria.get(kind)]
        if not value or wanted[0] != name:
            return None
        return any_of(ExternalTaskLog.kind == KINDS[kind] for kind in wanted)

    return Filter("flag", condition)


EXTERNAL_TASK_LOGS = Records(
    "historic external task log",
    ExternalTaskLog,
    base=ExternalTaskLog.kind.in_(tuple(KINDS.values())),
    filters={
        "id": equals(ExternalTaskLog.id),
        "external_task_id": equals(ExternalTaskLog.external_task_id),
        "topic": equals(ExternalTaskLog.topic),
        "worker_id": equals(ExternalTaskLog.worker_id),
        "error_message": equals(ExternalTaskLog.error_message),
        "activity_ids": one_of(ExternalTaskLog.activity_id),
        "activity_instance_ids": one_of(ExternalTaskLog.activity_instance_id),
        "execution_ids": one_of(ExternalTaskLog.execution_id),
        "process_instance_id": equals(ExternalTaskLog.process_instance_id),
        "definition_id": equals(ExternalTaskLog.definition_id),
        "definition_key": equals(ExternalTaskLog.definition_key),
        "priority_at_least": number(ExternalTaskLog.priority, "gteq"),
        "priority_at_most": number(ExternalTaskLog.priority, "lteq"),
        **{kind: _of_kind(kind) for kind in KINDS},
        **tenants(ExternalTaskLog.tenant_id),
    },
    orders={
        "at": ExternalTaskLog.at,
        "external_task_id": ExternalTaskLog.external_task_id,
        "retries": ExternalTaskLog.retries,
        "priority": ExternalTaskLog.priority,
        "topic": ExternalTaskLog.topic,
        "worker_id": ExternalTaskLog.worker_id,
        "activity_id": ExternalTaskLog.activity_id,
        "activity_instance_id": ExternalTaskLog.activity_instance_id,
        "execution_id": ExternalTaskLog.execution_id,
        "process_instance_id": ExternalTaskLog.process_instance_id,
        "definition_id": ExternalTaskLog.definition_id,
        "definition_key": ExternalTaskLog.definition_key,
        "tenant_id": ExternalTaskLog.tenant_id,
    },
)
