"""Start events of the latest version of each process: who waits for messages, signals, conditions and timers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.bpmn.expressions import mapping_scope, to_text
from app.bpmn.graph import Node
from app.bpmn.limits import NAME_LENGTH
from app.bpmn.states import JobKind, SubscriptionKind
from app.bpmn.timers import first_due
from app.database.database import Database
from app.database.statements import insert
from app.engine.definitions import Definition, DefinitionCache, in_tenant, versions
from app.errors import EngineFailed, ModelRefused, Problem
from app.ids import new_id
from app.models import EventSubscription, Job, ProcessDefinition
from app.records.announcements import announce_jobs

Row = dict[str, Any]


class StartEvents:
    """Subscribe the start events of a definition, and take them away when another version is the latest."""

    def __init__(self, database: Database, definitions: DefinitionCache) -> None:
        self.database = database
        self.definitions = definitions

    def take_over(self, definition: Definition, previous: ProcessDefinition | None) -> None:
        """Let the start events of a new version replace those of the version before. Raises ModelRefused."""
        if previous is not None:
            self.remove([previous.id])
        self.subscribe(definition, suspended=False)

    def remove(self, definition_ids: list[str]) -> None:
        """Take the start events of definitions away; what their instances wait for stays."""
        EventSubscription.delete().where(
            EventSubscription.definition_id.in_(definition_ids), EventSubscription.execution_id.is_null()
        ).execute()
        Job.delete().where(Job.definition_id.in_(definition_ids), Job.kind == JobKind.TIMER_START).execute()

    def restore(self, key: str, tenant_id: str | None) -> None:
        """Give the latest version that is left of a process its start events back."""
        latest = versions(key, tenant_id or "").first()
        if latest is not None:
            self.remove([latest.id])
            self.subscribe(self.definitions.definition(latest.id), latest.suspended)

    def subscribe(self, definition: Definition, suspended: bool) -> None:
        """Subscribe every start event of a definition. Raises ModelRefused for one that cannot be."""
        process = definition.process
        for kind, ids in (
            (SubscriptionKind.MESSAGE, process.message_starts),
            (SubscriptionKind.SIGNAL, process.signal_starts),
        ):
            nodes = [process.nodes[id] for id in ids]
            self._subscribe([(node, kind, _name(node)) for node in nodes], definition)
        conditions = [(process.nodes[id], SubscriptionKind.CONDITIONAL, None) for id in process.conditional_starts]
        self._subscribe(conditions, definition)
        timers = [process.nodes[id] for id in process.timer_starts]
        insert(self.database, Job, [_timer_row(node, definition, suspended) for node in timers])
        if timers:
            announce_jobs(self.database)

    def _subscribe(self, events: Sequence[tuple[Node, str, str | None]], definition: Definition) -> None:
        rows = []
        for node, kind, name in events:
            if kind == SubscriptionKind.MESSAGE:
                self._refuse_taken(node, name, definition)
            rows.append(
                {
                    "id": new_id(),
                    "kind": kind,
                    "name": name,
                    "activity_id": node.id,
                    "definition_id": definition.id,
                    "tenant_id": definition.tenant_id,
                    "created_at": clock.now_ms(),
                }
            )
        insert(self.database, EventSubscription, rows)

    def _refuse_taken(self, node: Node, name: str | None, definition: Definition) -> None:
        """A message may start one process only, or nobody could say which."""
        taken = EventSubscription.get_or_none(
            EventSubscription.kind == SubscriptionKind.MESSAGE,
            EventSubscription.name == name,
            EventSubscription.execution_id.is_null(),
            in_tenant(EventSubscription.tenant_id, definition.tenant_id),
        )
        if taken is not None:
            raise _refused(
                node,
                f"Cannot deploy process definition '{definition.id}': there already is a message event subscription "
                f"for the message with name '{name}'.",
            )


def _name(node: Node) -> str | None:
    """Return the name of the message or signal; an expression there sees nothing yet."""
    if node.event.name is None:
        return None
    try:
        name = to_text(node.event.name.evaluate(mapping_scope({}, clock.now_ms())))
    except EngineFailed as error:
        raise _refused(node, error.message) from error
    if len(name) > NAME_LENGTH:
        raise _refused(node, f"The name of a message or signal has {NAME_LENGTH} characters at most")
    return name


def _timer_row(node: Node, definition: Definition, suspended: bool) -> Row:
    now = clock.now_ms()
    assert node.event.timer is not None
    try:
        value = node.event.timer.expression.evaluate(mapping_scope({}, now))
        due = first_due(node.event.timer.kind, value, now)
    except EngineFailed as error:
        raise _refused(node, error.message) from error
    return {
        "id": new_id(),
        "kind": JobKind.TIMER_START,
        "due_at": due.due_at,
        "repeat": due.repeat,
        "retry_cycle": node.retry_cycle.text if node.retry_cycle and node.retry_cycle.is_literal else None,
        "suspended": suspended,
        "created_at": now,
        "activity_id": node.id,
        "definition_id": definition.id,
        "definition_key": definition.key,
        "deployment_id": definition.deployment_id,
        "tenant_id": definition.tenant_id,
    }


def _refused(node: Node, text: str) -> ModelRefused:
    return ModelRefused([Problem(text, element_id=node.id, construct="startEvent", line=node.line)])
