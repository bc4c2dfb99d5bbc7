"""A signal goes to everybody who waits for it, and starts every process that begins with it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Protocol

from app.bpmn.commands import Command, DeliverEvent
from app.bpmn.delta import Delta, SignalThrown
from app.bpmn.states import ProcessInstanceState, SubscriptionKind
from app.bpmn.values import Variables
from app.database.database import Database
from app.database.write import WritePart
from app.engine.definitions import DefinitionCache, DefinitionNow
from app.engine.starting import Start
from app.errors import StepLimitReached
from app.models import EventSubscription, ProcessInstance

MAX_DELIVERIES = 10_000
"""Deliveries and starts that one transaction may cause by signals: beyond it processes play ping-pong."""
_DELIVERIES: WritePart[Iterator[int]] = WritePart(lambda: count(1))


class Trees(Protocol):
    """What a broadcast needs of the engine: the verbs on trees of process instances."""

    database: Database
    definitions: DefinitionCache

    def lock(self, root_id: str) -> bool:
        """Lock a tree and tell whether it runs."""

    def apply(self, root_id: str, command: Command) -> Delta:
        """Apply a command to a tree."""

    def begin(self, definition: DefinitionNow, start: Start) -> ProcessInstance:
        """Start a tree."""


class SignalBroadcast:
    """Deliver signals; those thrown while one is delivered queue up behind it."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees

    def throw(self, name: str, variables: Variables, subscribers: Any, except_root: str | None = None) -> None:
        """Within a transaction: deliver the signal to the subscribers that match the condition `subscribers`.

        `except_root` is the tree that threw it, whose own subscribers have been served. Suspended instances are passed
        over. Raises EngineFailed.
        """
        waiting = EventSubscription.select().where(
            EventSubscription.kind == SubscriptionKind.SIGNAL, EventSubscription.name == name, subscribers
        )
        found = [s for s in waiting if s.root_id is None or s.root_id != except_root]
        # Trees are locked in the order of their ids, so that two broadcasts do not wait for each other.
        for subscription in sorted(found, key=lambda s: (s.root_id or "", s.id)):
            self._count()
            if subscription.execution_id is None:
                self._start(subscription, variables)
            else:
                self._deliver(subscription, variables)

    def throw_from(self, root_id: str, tenant_id: str | None, thrown: SignalThrown) -> None:
        """Within a transaction: let a signal of a process out, to its tenant and to those without one."""
        of_nobody = EventSubscription.tenant_id.is_null()
        subscribers = of_nobody if tenant_id is None else of_nobody | (EventSubscription.tenant_id == tenant_id)
        self.throw(thrown.name, thrown.variables, subscribers, except_root=root_id)

    def _deliver(self, subscription: EventSubscription, variables: Variables) -> None:
        """An earlier delivery may have ended the subscription, or the whole instance."""
        if not self._trees.lock(subscription.root_id):
            return
        still = EventSubscription.get_or_none(EventSubscription.id == subscription.id)
        instance = ProcessInstance.get_or_none(ProcessInstance.id == subscription.process_instance_id)
        if still is not None and instance is not None and instance.state == ProcessInstanceState.ACTIVE:
            self._trees.apply(subscription.root_id, DeliverEvent(subscription.id, variables))

    def _start(self, subscription: EventSubscription, variables: Variables) -> None:
        definition = self._trees.definitions.now(subscription.definition_id)
        if not definition.suspended:
            start = Start(variables=variables, activity_id=subscription.activity_id)
            self._trees.begin(definition, start)

    def _count(self) -> None:
        """Count for the whole transaction."""
        write = self._trees.database.writing
        if write is None:
            raise RuntimeError("a signal is thrown outside of a transaction")
        if next(_DELIVERIES.of(write)) > MAX_DELIVERIES:
            raise StepLimitReached(
                f"Signals caused more than {MAX_DELIVERIES} further steps; they seem to answer each other."
            )
