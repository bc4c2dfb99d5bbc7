"""A process as a migration looks at it: its activities, each with the scope of its flow and the scope of its event.

A multi-instance activity is two: a body, and inside it the activity that each instance is. The process itself is the
outermost scope; its id is that of its definition. Source: Camunda's `ScopeImpl` and `ActivityImpl`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.execution.order import in_table
from app.bpmn.execution.state import BODY_SUFFIX
from app.bpmn.graph import Node, Process
from app.bpmn.vocabulary import Behaviour, EventType

_THROWS = (Behaviour.THROW, Behaviour.END)
_PARSED = {Behaviour.START: 0, Behaviour.CATCH: 2, Behaviour.END: 3, Behaviour.BOUNDARY: 4}


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One activity; `node` is None for the process itself. There is one object for each activity of a process."""

    id: str
    node: Node | None
    is_body: bool = False

    @property
    def flow_node(self) -> Node:
        """The node, for all but the process."""
        assert self.node is not None
        return self.node

    @property
    def has_trigger(self) -> bool:
        """Tell whether it is an event that waits with a job or a subscription."""
        event = None if self.node is None or self.is_body else self.node.event
        catches = self.node is not None and self.node.behaviour not in _THROWS
        return event is not None and catches and (event.timer is not None or event.type.subscribes)


class Activities:
    """All activities of one process definition, by id and by scope."""

    def __init__(self, process: Process, definition_id: str) -> None:
        self.process = process
        self.definition_id = definition_id
        self.root = Activity(definition_id, None)
        self._by_id: dict[str, Activity] = {}
        self._gateways: dict[str, str] = {}
        self._triggers: dict[str, str] = {}
        for node in process.nodes.values():
            self._by_id[node.id] = Activity(node.id, node)
            if node.multi_instance is not None:
                self._by_id[node.id + BODY_SUFFIX] = Activity(node.id + BODY_SUFFIX, node, True)
            for trigger in node.triggers:
                self._gateways.setdefault(trigger, node.id)
            if node.handler is not None:
                self._triggers[node.handler] = node.id
        self._inside: dict[Activity, list[Activity]] = {}
        self._listening: dict[Activity, list[Activity]] = {}
        for activity in self._by_id.values():
            self._file(activity)

    def _file(self, activity: Activity) -> None:
        around, listens_in = self.flow_scope(activity), self.event_scope(activity)
        if around is not None:
            self._inside.setdefault(around, []).append(activity)
        if listens_in is not None:
            self._listening.setdefault(listens_in, []).append(activity)

    def get(self, id: str | None) -> Activity | None:
        """Return an activity by its id, or None."""
        return None if id is None else self._by_id.get(id)

    def of(self, node: Node, *, body: bool = False) -> Activity:
        """Return the activity of a node; its multi-instance `body`, if that is meant."""
        return self._by_id[node.id + BODY_SUFFIX if body else node.id]

    def outermost(self, node: Node) -> Activity:
        """Return the activity that a token enters at a node: the body, if the node has one."""
        return self.of(node, body=node.multi_instance is not None)

    def flow_scope(self, activity: Activity) -> Activity | None:
        """Return the activity or process around an activity; None for the process."""
        node = activity.node
        if node is None:
            return None
        if node.multi_instance is not None and not activity.is_body:
            return self.of(node, body=True)
        compensated = self._compensated_by(node)
        if compensated is not None and compensated.multi_instance is not None:
            return self.of(compensated, body=True)
        return self.root if node.scope_id == self.process.key else self._by_id[node.scope_id]

    def _compensated_by(self, handler: Node) -> Node | None:
        """Return the activity that a handler compensates by a boundary event."""
        trigger = self._triggers.get(handler.id)
        host = None if trigger is None else self.process.nodes[trigger].attached_to
        return None if host is None else self.process.nodes[host]

    def event_scope(self, activity: Activity) -> Activity | None:
        """Return the scope in which an event listens; None for what waits for no event."""
        node = activity.node
        if node is None or activity.is_body:
            return None
        if node.attached_to is not None:
            host = self.process.nodes[node.attached_to]
            return self.of(host) if node.event.type is EventType.COMPENSATE else self.outermost(host)
        if node.behaviour is Behaviour.START:
            return self._start_event_scope(activity, node)
        if node.behaviour.by_event:
            return self.flow_scope(activity)
        if node.behaviour is Behaviour.CATCH:
            return self._by_id[self._gateways.get(node.id, node.id)]
        return activity if node.behaviour is Behaviour.RECEIVE and node.event.type is EventType.MESSAGE else None

    def _start_event_scope(self, activity: Activity, node: Node) -> Activity | None:
        scope = self.flow_scope(activity)
        if scope is not None and scope.node is not None and scope.node.behaviour.by_event:
            return self.flow_scope(scope)
        return self.root if scope is self.root and node.event.type is EventType.SIGNAL else None

    def inside(self, scope: Activity) -> list[Activity]:
        """Return the activities whose flow lies in a scope, in the order in which Camunda parses them."""
        found = self._inside.get(scope, [])
        catches = in_table([activity.id for activity in found if activity.flow_node.behaviour is Behaviour.CATCH])
        return sorted(found, key=lambda activity: (_parsed(activity), _position(activity, catches)))

    def listening(self, scope: Activity) -> list[Activity]:
        """Return the events that listen in a scope, in document order."""
        return self._listening.get(scope, [])

    def waited_for(self, scope: Activity) -> list[Node]:
        """Return the events for which an instance of a scope has jobs and subscriptions; none starts the process."""
        found = (activity for activity in self.listening(scope) if activity.has_trigger)
        return [activity.flow_node for activity in found if not self._starts_the_process(activity)]

    def _starts_the_process(self, activity: Activity) -> bool:
        return activity.flow_node.behaviour is Behaviour.START and self.flow_scope(activity) is self.root

    def is_around(self, scope: Activity, activity: Activity) -> bool:
        """Tell whether a scope is the flow scope of an activity, or around it."""
        current = self.flow_scope(activity)
        while current is not None and current is not scope:
            current = self.flow_scope(current)
        return current is not None

    def compensation_handler(self, activity: Activity | None) -> Activity | None:
        """Return the activity that compensates another, or None."""
        node = None if activity is None or activity.is_body else activity.node
        return None if node is None else self.get(node.compensated_by)

    def compensation_trigger(self, handler: Activity) -> Activity:
        """Return what calls a handler: its boundary event, the start event of an event subprocess, else itself."""
        node = handler.node
        if node is not None and not handler.is_body:
            trigger = self._triggers.get(node.id)
            if trigger is None and self.is_compensation_handler(handler) and node.scope is not None:
                trigger = node.scope.start
            return self._by_id[trigger] if trigger is not None else handler
        return handler

    def is_compensation_handler(self, activity: Activity) -> bool:
        """Tell whether an activity compensates another: a task or subprocess for it, or an event subprocess."""
        node = activity.node
        if node is None or activity.is_body:
            return False
        start = None if node.scope is None else self.get(node.scope.start)
        called = start is not None and start.flow_node.event.type is EventType.COMPENSATE
        return node.is_for_compensation or (node.behaviour.by_event and called)


def _parsed(activity: Activity) -> int:
    """Return when Camunda parses an activity: start events, activities, catching, end and boundary events, handlers."""
    node = activity.flow_node
    if node.is_for_compensation:
        return 5
    if node.after_event_gateway:
        return 1
    return _PARSED.get(node.behaviour, 1)


def _position(activity: Activity, catches: list[str]) -> int:
    is_catch = activity.flow_node.behaviour is Behaviour.CATCH and not activity.flow_node.after_event_gateway
    return catches.index(activity.id) if is_catch else 0
