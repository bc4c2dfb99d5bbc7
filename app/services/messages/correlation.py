"""Who a message is for: the conditions of Camunda's correlation as queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from peewee import fn

from app.bpmn.states import ProcessInstanceState, SubscriptionKind
from app.bpmn.values import Variable, from_python
from app.engine.definitions import in_tenant
from app.engine.store_statements import LIVE
from app.errors import CorrelationMismatch, InvalidInput, InvalidVariable
from app.models import EventSubscription, ProcessInstance, VariableRow
from app.models.variable import to_row

MAX_KEYS = 50
UNCOMPARABLE = frozenset({"Bytes", "File"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the receiver of a message must be. Keys are variables or plain values."""

    name: str
    business_key: str | None
    keys: Mapping[str, Any]
    local_keys: Mapping[str, Any]
    process_instance_id: str | None
    tenant_id: str | None
    without_tenant: bool

    def mismatch(self, matches: int, what: Literal["execution", "process definition"]) -> CorrelationMismatch:
        """Return the refusal of a message that matches nothing, or more than one."""
        sought = {field.name: getattr(self, field.name) for field in fields(self)}
        return CorrelationMismatch(self.name, matches, what, sought)


def executions_waiting(wanted: Wanted) -> Any:
    """Return the query of the message subscriptions of active executions that match.

    Raises InvalidInput, InvalidVariable.
    """
    if len(wanted.keys) + len(wanted.local_keys) > MAX_KEYS:
        raise InvalidInput(
            f"A message may have {MAX_KEYS} correlation keys.", field="correlation_keys", rule="too_long"
        )
    conditions = [
        EventSubscription.kind == SubscriptionKind.MESSAGE,
        EventSubscription.name == wanted.name,
        ProcessInstance.state == ProcessInstanceState.ACTIVE,
        tenant_condition(ProcessInstance.tenant_id, wanted.tenant_id, wanted.without_tenant),
        *(_has(_ANYWHERE, name, value) for name, value in wanted.keys.items()),
        *(_has(_LOCAL, name, value) for name, value in wanted.local_keys.items()),
    ]
    if wanted.business_key is not None:
        conditions.append(ProcessInstance.business_key == wanted.business_key)
    if wanted.process_instance_id is not None:
        conditions.append(ProcessInstance.id == wanted.process_instance_id)
    join = EventSubscription.process_instance_id == ProcessInstance.id
    return EventSubscription.select().join(ProcessInstance, on=join).where(*conditions).order_by(EventSubscription.id)


def starts_waiting(wanted: Wanted) -> Any:
    """Return the query of the definitions' subscriptions that the message starts."""
    return EventSubscription.select().where(
        EventSubscription.kind == SubscriptionKind.MESSAGE,
        EventSubscription.name == wanted.name,
        EventSubscription.execution_id.is_null(),
        tenant_condition(EventSubscription.tenant_id, wanted.tenant_id, wanted.without_tenant),
    )


def tenant_condition(column: Any, tenant_id: str | None, without_tenant: bool) -> Any:
    """Return the condition that a row belongs to one tenant, to none, or (neither is asked for) to anyone."""
    if tenant_id is not None or without_tenant:
        return in_tenant(column, tenant_id)
    return True


_ANYWHERE = (VariableRow.process_instance_id == EventSubscription.process_instance_id) & (
    VariableRow.user_task_id.is_null()
)
"""The variables of any scope of the process instance, but for those that are a user task's own."""
_LOCAL = VariableRow.execution_id == EventSubscription.execution_id


def _has(scope: Any, name: str, value: Any) -> Any:
    """Return the condition that the scope has a variable of that name, type and value."""
    variable = value if isinstance(value, Variable) else from_python(value)
    if variable.type in UNCOMPARABLE:
        text = f"Variables of type {variable.type} cannot be used to correlate: '{name}'."
        raise InvalidVariable(text, field="correlation_keys", rule="type")
    columns = to_row(variable)
    same = [
        getattr(VariableRow, column) == columns[column]
        for column in ("text", "integer", "number")
        if columns[column] is not None
    ]
    if not same:
        same = [getattr(VariableRow, column).is_null() for column in ("text", "integer", "number", "bytes")]
    else:
        same.append(VariableRow.type == variable.type)
    return fn.EXISTS(VariableRow.select(VariableRow.id).where(scope, VariableRow.name == name, LIVE, *same))
