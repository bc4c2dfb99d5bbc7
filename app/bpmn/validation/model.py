"""The executable processes of a file as scopes, nodes and flows: what most checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.bpmn.limits import Limits
from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.token_models import is_from_five_minds, reads_token
from app.bpmn.parsing.xml import BPMN, Element, child, children, local_name, plain_flag
from app.bpmn.surroundings import NO_SURROUNDINGS, Surroundings
from app.bpmn.vocabulary import EVENT_SUBPROCESS, EVENT_TYPES, PROCESS_STARTS, SUBPROCESS_TAGS, EventType, NodeKind


@dataclass(slots=True)
class ScopeView:
    """A process or subprocess: its nodes by id in document order, its flows (also by source and target)."""

    element: Element
    parent: ScopeView | None
    nodes: dict[str, Element] = field(default_factory=dict)
    flows: list[Element] = field(default_factory=list)
    leaving: dict[str, list[Element]] = field(default_factory=dict)
    entering: dict[str, list[Element]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the process or subprocess."""
        return self.element.get("id", "")

    @property
    def is_process(self) -> bool:
        """Whether this is the outermost scope."""
        return self.parent is None

    @property
    def is_event_subprocess(self) -> bool:
        """Whether an event starts it."""
        return kind_of(self.element) is EVENT_SUBPROCESS

    @property
    def starts(self) -> frozenset[EventType]:
        """What start events inside it may wait for; nothing if it begins without one."""
        kind = kind_of(self.element)
        return PROCESS_STARTS if kind is None else kind.starts

    def of(self, *names: str) -> Iterator[Element]:
        """Yield the nodes with these tags."""
        return (node for node in self.nodes.values() if local_name(node) in names)

    def with_kinds(self) -> Iterator[tuple[Element, NodeKind]]:
        """Yield the nodes with their kinds."""
        for node in self.nodes.values():
            kind = kind_of(node)
            assert kind is not None
            yield node, kind

    def activities(self) -> Iterator[Element]:
        """Yield the tasks, calls and subprocesses."""
        return (node for node, kind in self.with_kinds() if kind.is_activity)

    def outgoing(self, node_id: str) -> list[Element]:
        """Return the flows that leave a node."""
        return self.leaving.get(node_id, [])

    def incoming(self, node_id: str) -> list[Element]:
        """Return the flows that lead to a node."""
        return self.entering.get(node_id, [])


@dataclass(slots=True)
class Model:
    """What the checks share: the root element, the executable processes, all their scopes, the limits, what the file is
    read with, whether 5Minds' editor wrote it, and whether its scripts and conditions are over `token`."""

    root: Element
    processes: list[Element]
    scopes: list[ScopeView]
    limits: Limits
    surroundings: Surroundings = NO_SURROUNDINGS
    is_from_five_minds: bool = False
    reads_token: bool = False

    def elements(self) -> Iterator[Element]:
        """Yield every element of the executable processes."""
        for process in self.processes:
            yield from process.iter("{*}*")


def event_definitions(node: Element) -> list[Element]:
    """Return the event definitions of an event."""
    return list(children(node, *EVENT_TYPES))


def is_multi_instance(node: Element) -> bool:
    """Tell whether an activity repeats."""
    return child(node, "multiInstanceLoopCharacteristics") is not None


def build_model(root: Element, limits: Limits, surroundings: Surroundings = NO_SURROUNDINGS) -> Model:
    """Look through the executable processes once."""
    processes = [element for element in root.findall(BPMN + "process") if plain_flag(element, "isExecutable", False)]
    scopes: list[ScopeView] = []
    pending: list[tuple[Element, ScopeView | None]] = [(process, None) for process in reversed(processes)]
    while pending:
        element, parent = pending.pop()
        scope = ScopeView(element, parent)
        scopes.append(scope)
        for inner in children(element):
            name = local_name(inner)
            if name == "sequenceFlow":
                scope.flows.append(inner)
                scope.leaving.setdefault(inner.get("sourceRef", ""), []).append(inner)
                scope.entering.setdefault(inner.get("targetRef", ""), []).append(inner)
            elif kind_of(inner) is not None:
                scope.nodes.setdefault(inner.get("id", ""), inner)
        pending.extend((inner, scope) for inner in reversed(list(scope.of(*SUBPROCESS_TAGS))))
    return Model(root, processes, scopes, limits, surroundings, is_from_five_minds(root), reads_token(root))
