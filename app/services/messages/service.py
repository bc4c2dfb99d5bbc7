"""Messages: find the one execution or definition that waits for it, by Camunda's rules, and deliver it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.bpmn.commands import DeliverEvent
from app.bpmn.states import SubscriptionKind
from app.bpmn.values import Variables
from app.database.decorators import transaction
from app.engine.process_engine import ProcessEngine
from app.engine.starting import Start
from app.errors import Conflict, InvalidInput, NotSubscribed
from app.identity import MANAGE_PROCESS_INSTANCES, Identity, user_of
from app.models import EventSubscription, ProcessInstance
from app.services.messages.correlation import Wanted, executions_waiting, starts_waiting, tenant_condition
from app.services.process_instances.running import place_of, refuse_suspended
from app.services.validation import check_length

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Correlation:
    """Who got a message: a waiting execution, or a definition of which an instance was started.

    `instance` is the record of the process instance; `execution_id` None for one that was started.
    """

    kind: Literal["Execution", "ProcessDefinition"]
    execution_id: str | None
    instance: ProcessInstance


@dataclass(frozen=True, slots=True)
class Payload:
    """The variables that go with a message: outwards from the receiver, on it alone, in the scope that it starts."""

    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    triggered_variables: Variables = field(default_factory=dict)


class Messages:
    """Correlate messages and throw signals."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def correlate(  # noqa: PLR0913  # whom a message may be for, as Camunda asks it
        self,
        identity: Identity,
        name: str,
        *,
        business_key: str | None = None,
        correlation_keys: Mapping[str, Any] | None = None,
        local_correlation_keys: Mapping[str, Any] | None = None,
        process_instance_id: str | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
        variables: Variables | None = None,
        local_variables: Variables | None = None,
        triggered_variables: Variables | None = None,
        all: bool = False,
        start_only: bool = False,
    ) -> list[Correlation]:
        """Deliver a message to the one that waits for it; with `all` to everyone, who may be nobody.

        Executions are looked for first: by `business_key` and `correlation_keys` (variables of their process instance,
        equal in type and value), `local_correlation_keys` (their own variables), or within one instance.
        If none matches, a definition whose latest version starts with the message gets a new instance.

        Raises Forbidden, InvalidInput, Suspended, CorrelationMismatch (`matches` 0 or more than 1), EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        keys, local_keys = correlation_keys or {}, local_correlation_keys or {}
        wanted = Wanted(name, business_key, keys, local_keys, process_instance_id, tenant_id, without_tenant)
        _check(wanted)
        payload = Payload(variables or {}, local_variables or {}, triggered_variables or {})
        if start_only:
            return self._start(wanted, payload, user_of(identity), only_one=not all)
        return self._to_all(wanted, payload, identity) if all else self._to_one(wanted, payload, identity)

    def broadcast(
        self,
        identity: Identity,
        name: str,
        variables: Variables,
        *,
        process_instance_id: str | None = None,
        business_key: str | None = None,
    ) -> None:
        """Deliver a message to all who wait for it, in one process instance or in all; that nobody does is no error.

        Raises Forbidden, EngineFailed. Source: process-engine.io.
        """
        place = {"process_instance_id": process_instance_id, "business_key": business_key}
        self.correlate(identity, name, variables=variables, all=True, **place)  # type: ignore[arg-type]

    @transaction
    def throw_signal(
        self,
        identity: Identity,
        name: str,
        *,
        execution_id: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> None:
        """Deliver a signal to everybody who waits for it, or to one execution. Raises Forbidden, InvalidInput, Refused,
        Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        if not name:
            raise InvalidInput("No signal name given", field="name", rule="required")
        if execution_id is not None:
            self._trigger(execution_id, SubscriptionKind.SIGNAL, name, Payload(variables or {}))
            return
        condition = tenant_condition(EventSubscription.tenant_id, tenant_id, without_tenant)
        self.engine.broadcast.throw(name, variables or {}, condition)

    @transaction
    def deliver(
        self, identity: Identity, execution_id: str, message_name: str | None, variables: Variables | None = None
    ) -> None:
        """Deliver a message to one execution. Raises Forbidden, Refused, Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._trigger(execution_id, SubscriptionKind.MESSAGE, message_name, Payload(variables or {}))

    def _to_one(self, wanted: Wanted, payload: Payload, identity: Identity) -> list[Correlation]:
        for _ in range(ATTEMPTS):
            found = list(executions_waiting(wanted).limit(2))
            if len(found) > 1:
                raise wanted.mismatch(executions_waiting(wanted).count(), "execution")
            if not found:
                return self._start(wanted, payload, user_of(identity), only_one=True)
            delivered = self._deliver(found[0], payload)
            if delivered is not None:
                return [delivered]
        raise Conflict(f"The execution that waited for the message '{wanted.name}' moved on meanwhile.")

    def _to_all(self, wanted: Wanted, payload: Payload, identity: Identity) -> list[Correlation]:
        found = sorted(executions_waiting(wanted), key=lambda subscription: (subscription.root_id, subscription.id))
        delivered = [self._deliver(subscription, payload) for subscription in found]
        starts = self._start(wanted, payload, user_of(identity), only_one=False)
        return [correlation for correlation in delivered if correlation is not None] + starts

    def _deliver(self, subscription: EventSubscription, payload: Payload) -> Correlation | None:
        """Deliver to an execution unless it has moved on since it was found."""
        if not self.engine.lock(subscription.root_id):
            return None
        if EventSubscription.get_or_none(EventSubscription.id == subscription.id) is None:
            return None
        event = DeliverEvent(subscription.id, payload.variables, payload.local_variables, payload.triggered_variables)
        self.engine.apply(subscription.root_id, event)
        instance = ProcessInstance.get_by_id(subscription.process_instance_id)
        return Correlation("Execution", subscription.execution_id, instance)

    def _start(self, wanted: Wanted, payload: Payload, user_id: str | None, *, only_one: bool) -> list[Correlation]:
        found = [] if wanted.process_instance_id else list(starts_waiting(wanted))
        if only_one and len(found) != 1:
            raise wanted.mismatch(len(found), "process definition")
        merged = {**payload.variables, **payload.local_variables, **payload.triggered_variables}
        started = []
        for subscription in found:
            start = Start(wanted.business_key, merged, subscription.activity_id, user_id=user_id)
            definition = self.engine.definitions.now(subscription.definition_id)
            started.append(Correlation("ProcessDefinition", None, self.engine.begin(definition, start)))
        return started

    def _trigger(self, execution_id: str, kind: SubscriptionKind, name: str | None, payload: Payload) -> None:
        conditions = [EventSubscription.execution_id == execution_id, EventSubscription.kind == kind]
        if name is not None:
            conditions.append(EventSubscription.name == name)
        subscription = EventSubscription.get_or_none(*conditions)
        if subscription is None:
            place_of(execution_id)
            raise NotSubscribed(kind, execution_id, name)
        refuse_suspended(subscription.process_instance_id)
        if self._deliver(subscription, payload) is None:
            raise Conflict(f"Execution '{execution_id}' moved on meanwhile.")


def _check(wanted: Wanted) -> None:
    if not wanted.name:
        raise InvalidInput("No message name supplied", field="name", rule="required")
    check_length("business_key", wanted.business_key)
