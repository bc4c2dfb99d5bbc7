"""What an expression or a script sees from its place in the tree of executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.bpmn.execution.hosts import ExecutionHost
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import CLOCK, USER, ELHost, UnknownIdentifier
from app.bpmn.graph import Node
from app.bpmn.values import Variable

KEYWORDS = frozenset(("execution", "externalTask", "task", CLOCK, USER))


class PlaceScope:
    """The names that are seen at a place: the engine's first, then variables, then the host's.

    `node` is the activity that a token is at, where it has no execution of its own; `event` what a listener listens to;
    `objects` are what the engine gives besides `execution`: `task` or `externalTask`.
    """

    __slots__ = ("event", "node", "objects", "overlay", "place", "run")

    def __init__(
        self,
        run: Run,
        place: Execution,
        overlay: Mapping[str, Variable] | None = None,
        *,
        objects: Mapping[str, ELHost] | None = None,
        node: Node | None = None,
        event: str | None = None,
    ) -> None:
        self.run = run
        self.place = place
        self.overlay = overlay
        self.objects = objects or {}
        self.node = node or place.node
        self.event = event

    def resolve(self, name: str) -> Any:
        """Return the value of an identifier. Raises UnknownIdentifier."""
        if name in KEYWORDS:
            return self._keyword(name)
        found = self.variable(name)
        if found is not None:
            return self.run.variables.value(found)
        host = self.run.context.host
        if name in host:
            return host[name]
        raise UnknownIdentifier(name)

    def variable(self, name: str) -> Variable | None:
        """Return the variable that a name means here, or None."""
        if self.overlay is not None and name in self.overlay:
            return self.overlay[name]
        return self.run.variables.find(self.place, name)

    @property
    def execution(self) -> ExecutionHost:
        """What the model sees as `execution`."""
        return ExecutionHost(self.run, self.place, self.node, self.event)

    def _keyword(self, name: str) -> Any:
        if name == "execution":
            return self.execution
        if name == CLOCK:
            return self.run.context.now_ms
        if name == USER:
            return self.run.context.user_id
        if name not in self.objects:
            if (found := self.variable(name)) is not None:
                return self.run.variables.value(found)
            raise UnknownIdentifier(name)
        return self.objects[name]


def scope_at(run: Run, place: Execution) -> PlaceScope:
    """Return what is seen at a place."""
    return PlaceScope(run, place)


def scope_of(run: Run, visit: Visit, event: str | None = None) -> PlaceScope:
    """Return what is seen at the node that a token visits."""
    return PlaceScope(run, visit.place, node=visit.node, event=event)
