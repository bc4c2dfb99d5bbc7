"""Join the nodes, flows and scopes of one process."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from app.bpmn.graph import Code, Flow, Node, Process, Scope, TakeListeners
from app.bpmn.parsing.events import event_element, event_type
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.kinds import kind_of, nodes_in
from app.bpmn.parsing.listeners import read_codes, read_listeners
from app.bpmn.parsing.nodes import read_node
from app.bpmn.parsing.scripts import read_code, script_text
from app.bpmn.parsing.xml import Element, attribute, child, child_text, children, flag
from app.bpmn.vocabulary import EVENT_SUBPROCESS, START_EVENT, SUBPROCESS_TAGS, Behaviour, EventType, Group


class ProcessReader:
    """Read one `<process>`: first every node by itself, then what neighbours say about each other."""

    def __init__(self, element: Element, source: Source) -> None:
        self._element = element
        self._source = source
        self._fields: dict[str, dict[str, Any]] = {}
        self._links: dict[str, str] = {}
        self._scopes: dict[str, Scope] = {}
        self._nodes: dict[str, Node] = {}

    def read(self) -> Process:
        """Return the process."""
        key = self._element.get("id", "")
        for scope in self._walk(self._element):
            self._read_nodes(scope)
        for flow in self._flows():
            self._connect(flow)
        for fields in self._fields.values():
            self._attach(fields)
        for fields in self._fields.values():
            self._complete(fields)
        root = self._scope(self._element, key, None)
        return self._process(key, root)

    def _walk(self, scope: Element) -> Iterator[Element]:
        """Yield the process and the subprocesses inside it, outer ones first."""
        pending = [scope]
        while pending:
            current = pending.pop(0)
            yield current
            pending.extend(children(current, *SUBPROCESS_TAGS))

    def _read_nodes(self, scope: Element) -> None:
        throws: dict[str, str] = {}
        catches: dict[str, str] = {}
        for element, kind in nodes_in(scope):
            fields = read_node(element, kind, scope.get("id", ""), self._source)
            self._fields.setdefault(fields["id"], fields)
            if fields["event"].type is EventType.LINK:
                (throws if kind.throws else catches)[fields["id"]] = self._link_name(element)
        targets = {name: node_id for node_id, name in catches.items()}
        self._links |= {node_id: targets.get(name, "") for node_id, name in throws.items()}
        for element in children(scope, *SUBPROCESS_TAGS):
            self._compensation_subprocess(element)

    def _link_name(self, element: Element) -> str:
        definition = event_element(element)
        return "" if definition is None else definition.get("name", "")

    def _compensation_subprocess(self, element: Element) -> None:
        """A subprocess is compensated by its event subprocess with a compensation start event, if it has one."""
        for inner, kind in nodes_in(element):
            start = child(inner, START_EVENT.tag) if kind.behaviour.by_event else None
            if start is not None and event_type(start) is EventType.COMPENSATE:
                self._fields[element.get("id", "")]["compensated_by"] = inner.get("id")

    def _flows(self) -> Iterator[Flow]:
        for scope in self._walk(self._element):
            for element in children(scope, "sequenceFlow"):
                target = element.get("targetRef", "")
                yield Flow(
                    id=_flow_id(element),
                    source=element.get("sourceRef", ""),
                    target=self._links.get(target, target),
                    condition=self._condition(element),
                    name=element.get("name"),
                )

    def _condition(self, flow: Element) -> Code | None:
        condition = child(flow, "conditionExpression")
        if condition is None:
            return None
        text = script_text(condition, attribute(condition, "resource"), self._source.surroundings)
        return read_code(condition, text, condition.get("language"), self._source)

    def _take_listeners(self) -> dict[str, TakeListeners]:
        found = {}
        for scope in self._walk(self._element):
            for element in children(scope, "sequenceFlow"):
                if codes := read_codes(element, "take", self._source):
                    found[_flow_id(element)] = TakeListeners(element.get("sourceRef", ""), codes)
        return found

    def _connect(self, flow: Flow) -> None:
        """Add a flow to both its ends; one that dangles is refused by validation."""
        source, target = self._fields.get(flow.source), self._fields.get(flow.target)
        if source is None or target is None:
            return
        source.setdefault("outgoing", []).append(flow)
        target.setdefault("incoming", []).append(flow.id)
        if source["behaviour"] is Behaviour.EVENT_GATEWAY:
            source.setdefault("triggers", []).append(flow.target)

    def _attach(self, fields: dict[str, Any]) -> None:
        host = self._fields.get(fields["attached_to"] or "")
        if host is None:
            return
        host.setdefault("boundary", []).append(fields["id"])
        if fields["event"].type is EventType.COMPENSATE:
            handler = self._source.declarations.associations.get(fields["id"])
            fields["handler"] = host["compensated_by"] = handler

    def _complete(self, fields: dict[str, Any]) -> None:
        """Decide what follows from the flows and events around a node."""
        if fields["behaviour"] is Behaviour.INCLUSIVE and len(fields.get("incoming", ())) > 1:
            fields["upstream"] = self._upstream(fields)
        for target in fields.get("triggers", ()):
            self._fields[target]["after_event_gateway"] = True
        event, behaviour = fields["event"].type, fields["behaviour"]
        compensation = event in (EventType.COMPENSATE, EventType.CANCEL) and behaviour is not Behaviour.BOUNDARY
        happened = fields.get("after_event_gateway") or event.jumps
        waits = behaviour.has_place or (behaviour.waits and not happened)
        joins = behaviour.joins and len(fields.get("incoming", ())) > 1
        fields["is_scope"] = waits or joins or compensation or bool(fields["io"]) or bool(fields.get("boundary"))

    def _upstream(self, join: dict[str, Any]) -> frozenset[str]:
        """Return the nodes from which a token can reach a join, by sequence flows alone, as Camunda looks at it."""
        sources = {flow.id: flow.source for fields in self._fields.values() for flow in fields.get("outgoing", ())}
        found: set[str] = set()
        pending = [sources[flow_id] for flow_id in join["incoming"]]
        while pending:
            node_id = pending.pop()
            if node_id not in found and node_id != join["id"]:
                found.add(node_id)
                pending.extend(sources[flow_id] for flow_id in self._fields[node_id].get("incoming", ()))
        return frozenset(found)

    def _scope(self, element: Element, key: str, node_id: str | None) -> Scope:
        """Build the nodes of a scope, inner scopes first."""
        watchers = []
        starts = []
        start = None
        for inner, kind in nodes_in(element):
            fields = self._fields[inner.get("id", "")]
            if kind is START_EVENT:
                starts.append(fields["id"])
                if start is None and self._starts(fields, element):
                    start = fields["id"]
            if kind.group is Group.SUBPROCESS:
                fields["scope"] = inside = self._scope(inner, fields["id"], fields["id"])
                if kind.behaviour.by_event and inside.start is not None:
                    watchers.append(inside.start)
            self._nodes[fields["id"]] = self._node(fields)
        if start is None and node_id is None and len(starts) == 1:
            start = starts[0]  # the only one, whatever it waits for: Camunda's `selectInitial`
        scope = Scope(key, node_id, start, tuple(watchers))
        self._scopes[key] = scope
        return scope

    def _starts(self, fields: dict[str, Any], scope: Element) -> bool:
        return fields["event"].type is EventType.NONE or kind_of(scope) is EVENT_SUBPROCESS

    def _node(self, fields: dict[str, Any]) -> Node:
        for name in ("outgoing", "incoming", "boundary", "triggers"):
            if name in fields:
                fields[name] = tuple(fields[name])
        return Node(**fields)

    def _process(self, key: str, root: Scope) -> Process:
        element, source = self._element, self._source
        starts = [n for n in self._nodes.values() if n.behaviour is Behaviour.START and n.scope_id == key]

        def waiting_for(event: EventType) -> tuple[str, ...]:
            return tuple(node.id for node in starts if node.event.type is event)

        return Process(
            key=key,
            nodes=MappingProxyType(self._nodes),
            root=root,
            scopes=MappingProxyType(self._scopes),
            name=element.get("name"),
            version_tag=attribute(element, "versionTag"),
            category=element.getroottree().getroot().get("targetNamespace"),
            documentation=child_text(element, "documentation"),
            history_time_to_live=attribute(element, "historyTimeToLive"),
            startable_in_tasklist=flag(element, "isStartableInTasklist", True),
            candidate_starter_users=_names(attribute(element, "candidateStarterUsers")),
            candidate_starter_groups=_names(attribute(element, "candidateStarterGroups")),
            task_priority=source.optional(attribute(element, "taskPriority"), element),
            job_priority=source.optional(attribute(element, "jobPriority"), element),
            reads_token=source.reads_token,
            listeners=read_listeners(element, source),
            take_listeners=MappingProxyType(self._take_listeners()),
            message_starts=waiting_for(EventType.MESSAGE),
            signal_starts=waiting_for(EventType.SIGNAL),
            timer_starts=waiting_for(EventType.TIMER),
            conditional_starts=waiting_for(EventType.CONDITIONAL),
            has_conditional_events=any(node.event.type is EventType.CONDITIONAL for node in self._nodes.values()),
            has_inclusive_joins=any(node.upstream for node in self._nodes.values()),
        )


def _flow_id(element: Element) -> str:
    return element.get("id") or f"{element.get('sourceRef')}->{element.get('targetRef')}"


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
