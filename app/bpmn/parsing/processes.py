"""Join the nodes, flows and scopes of one process."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from app.bpmn.graph import Flow, Node, Process, Scope
from app.bpmn.parsing.events import event_element
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.nodes import BEHAVIOURS, read_node
from app.bpmn.parsing.xml import Element, attribute, child, child_text, children, flag, local_name, plain_flag, text_of

_SUBPROCESSES = ("subProcess", "transaction")
_WAITING = frozenset(
    ("external", "user", "receive", "catch", "event_gateway", "subprocess", "event_subprocess", "transaction", "call")
)


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
            pending.extend(children(current, *_SUBPROCESSES))

    def _read_nodes(self, scope: Element) -> None:
        catches = {}
        for element in children(scope, *BEHAVIOURS):
            fields = read_node(element, scope.get("id", ""), self._source)
            self._fields.setdefault(fields["id"], fields)
            if fields["tag"] == "intermediateCatchEvent" and fields["event"].type == "link":
                catches[self._link_name(element)] = fields["id"]
        for element in children(scope, "intermediateThrowEvent"):
            if self._fields[element.get("id", "")]["event"].type == "link":
                self._links[element.get("id", "")] = catches.get(self._link_name(element), "")
        for element in children(scope, *_SUBPROCESSES):
            self._compensation_subprocess(element)

    def _link_name(self, element: Element) -> str:
        definition = event_element(element)
        return "" if definition is None else definition.get("name", "")

    def _compensation_subprocess(self, element: Element) -> None:
        """A subprocess is compensated by its event subprocess with a compensation start event, if it has one."""
        for inner in children(element, "subProcess"):
            start = child(inner, "startEvent")
            if plain_flag(inner, "triggeredByEvent", False) and start is not None:
                definition = event_element(start)
                if definition is not None and local_name(definition) == "compensateEventDefinition":
                    self._fields[element.get("id", "")]["compensated_by"] = inner.get("id")

    def _flows(self) -> Iterator[Flow]:
        for scope in self._walk(self._element):
            for element in children(scope, "sequenceFlow"):
                condition = child(element, "conditionExpression")
                text = None if condition is None else text_of(condition)
                target = element.get("targetRef", "")
                yield Flow(
                    id=element.get("id") or f"{element.get('sourceRef')}->{element.get('targetRef')}",
                    source=element.get("sourceRef", ""),
                    target=self._links.get(target, target),
                    condition=self._source.optional(text, element),
                    name=element.get("name"),
                )

    def _connect(self, flow: Flow) -> None:
        """Add a flow to both its ends; one that dangles is refused by validation."""
        source, target = self._fields.get(flow.source), self._fields.get(flow.target)
        if source is None or target is None:
            return
        source.setdefault("outgoing", []).append(flow)
        target.setdefault("incoming", []).append(flow.id)
        if source["behaviour"] == "event_gateway":
            source.setdefault("triggers", []).append(flow.target)

    def _attach(self, fields: dict[str, Any]) -> None:
        host = self._fields.get(fields["attached_to"] or "")
        if host is None:
            return
        host.setdefault("boundary", []).append(fields["id"])
        if fields["event"].type == "compensate":
            handler = self._source.declarations.associations.get(fields["id"])
            fields["handler"] = host["compensated_by"] = handler

    def _complete(self, fields: dict[str, Any]) -> None:
        """Decide what follows from the flows and events around a node."""
        if fields["behaviour"] == "inclusive" and len(fields.get("incoming", ())) > 1:
            fields["upstream"] = self._upstream(fields)
        for target in fields.get("triggers", ()):
            self._fields[target]["after_event_gateway"] = True
        compensation = fields["event"].type in ("compensate", "cancel") and fields["tag"] != "boundaryEvent"
        happened = fields.get("after_event_gateway") or fields["event"].type == "link"
        waits = fields["behaviour"] in _WAITING and not happened
        joins = fields["behaviour"] in ("parallel", "inclusive") and len(fields.get("incoming", ())) > 1
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
        subprocesses = []
        start = None
        for inner in children(element, *BEHAVIOURS):
            fields = self._fields[inner.get("id", "")]
            if fields["behaviour"] == "event_subprocess":
                subprocesses.append(fields["id"])
            if fields["tag"] == "startEvent" and start is None and self._starts(fields, element):
                start = fields["id"]
            if fields["tag"] in _SUBPROCESSES:
                fields["scope"] = self._scope(inner, fields["id"], fields["id"])
            self._nodes[fields["id"]] = self._node(fields)
        scope = Scope(key, node_id, start, tuple(subprocesses))
        self._scopes[key] = scope
        return scope

    def _starts(self, fields: dict[str, Any], scope: Element) -> bool:
        return fields["event"].type == "none" or plain_flag(scope, "triggeredByEvent", False)

    def _node(self, fields: dict[str, Any]) -> Node:
        for name in ("outgoing", "incoming", "boundary", "triggers"):
            if name in fields:
                fields[name] = tuple(fields[name])
        return Node(**fields)

    def _process(self, key: str, root: Scope) -> Process:
        element, source = self._element, self._source
        starts = [n for n in self._nodes.values() if n.tag == "startEvent" and n.scope_id == key]

        def of_type(kind: str) -> tuple[str, ...]:
            return tuple(node.id for node in starts if node.event.type == kind)

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
            message_starts=of_type("message"),
            signal_starts=of_type("signal"),
            timer_starts=of_type("timer"),
            conditional_starts=of_type("conditional"),
            has_conditional_events=any(node.event.type == "conditional" for node in self._nodes.values()),
            has_inclusive_joins=any(node.upstream for node in self._nodes.values()),
        )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
