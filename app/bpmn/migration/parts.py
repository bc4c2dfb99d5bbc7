"""A running instance beside a plan: each part of it with the instruction that applies to it.

Parts are activity instances, tokens that wait for an asynchronous continuation (transition instances), and what
finished scopes left for their compensation (snapshots). Source: `MigratingInstanceParser` of Camunda 7.24.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from app.bpmn.execution import waits
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.migration.activities import Activities, Activity
from app.bpmn.migration.plan import Instruction
from app.bpmn.states import SubscriptionKind

PartKind = Literal["activity", "transition", "snapshot"]


@dataclass(slots=True, eq=False)
class Handler:
    """A subscription that waits to be compensated: who is called back, and by which instruction it moves.

    `target` is the handler in the new process, None where there is none.
    """

    id: str
    source: Activity
    instruction: Instruction | None
    target: Activity | None


@dataclass(slots=True, eq=False)
class Part:
    """One part of the instance with those inside it. `target` is None for what is not mapped.

    `handler` is the subscription of a snapshot, `handlers` are those of a scope that have no snapshot.
    """

    kind: PartKind
    execution: Execution
    source: Activity
    instruction: Instruction | None
    target: Activity | None
    handler: Handler | None = None
    children: list[Part] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is inside it."""
        return not self.children and not self.handlers


class Matcher:
    """Find the instructions for the parts of an instance."""

    def __init__(self, run: Run, source: Activities, target: Activities, instructions: Iterable[Instruction]) -> None:
        self.run = run
        self.source = source
        self.target = target
        self._instructions: dict[str | None, Instruction] = {}
        for instruction in instructions:
            self._instructions.setdefault(instruction.source_id, instruction)

    def instruction(self, activity: Activity) -> Instruction | None:
        """Return the instruction for an activity, or None."""
        return self._instructions.get(activity.id)

    def target_of(self, instruction: Instruction | None) -> Activity | None:
        """Return the activity that an instruction leads to, or None."""
        return None if instruction is None else self.target.get(instruction.target_id)

    def parts(self, instance: Execution) -> Part:
        """Return the process instance as a part, with all that is in it."""
        root = Part("activity", instance, self.source.root, None, self.target.root)
        pending = [(root, instance)]
        while pending:
            around, execution = pending.pop()
            self._add_handlers(around, execution)
            for child in self.run.tree.children(execution):
                if child.kind == "compensating":
                    pending.append((around, child))
                elif child.kind != "process":
                    part = self._part(child)
                    around.children.append(part)
                    pending.append((part, child))
        return root

    def _part(self, execution: Execution) -> Part:
        is_transition = execution.kind == "async" or waits.has_ended(self.run, execution)
        activity = self._activity(execution)
        instruction = self.instruction(activity)
        return Part(
            "transition" if is_transition else "activity",
            execution,
            activity,
            instruction,
            self.target_of(instruction),
        )

    def _activity(self, execution: Execution) -> Activity:
        node, parent = execution.flow_node, execution.parent
        inner = parent is not None and parent.kind == "body" and parent.node is node
        is_body = node.multi_instance is not None and not inner and execution.kind != "snapshot"
        return self.source.of(node, body=is_body or (execution.kind == "snapshot" and execution.loop is not None))

    def _add_handlers(self, around: Part, execution: Execution) -> None:
        """Add what finished activities of a scope left behind, scopes inside finished scopes included."""
        pending = [(around, execution)]
        while pending:
            part, scope = pending.pop()
            for id in self.run.subscriptions.of(scope.id):
                entry = self.run.subscriptions.entries[id]
                if entry["k"] != SubscriptionKind.COMPENSATE:
                    continue
                handler = self._handler(id, entry["n"])
                snapshot = self.run.tree.get(entry["s"]) if "s" in entry else None
                if snapshot is None:
                    part.handlers.append(handler)
                else:
                    inner = self._snapshot(snapshot, handler)
                    part.children.append(inner)
                    pending.append((inner, snapshot))

    def _snapshot(self, execution: Execution, handler: Handler) -> Part:
        activity = self._activity(execution)
        instruction = self.instruction(activity)
        return Part("snapshot", execution, activity, instruction, self.target_of(instruction), handler)

    def _handler(self, id: str, activity_id: str) -> Handler:
        handler = self.source.get(activity_id)
        assert handler is not None
        trigger = self.source.compensation_trigger(handler)
        instruction = self.instruction(trigger)
        target = self.target_of(instruction)
        if self.source.is_compensation_handler(handler) and target is not None:
            scope = self.target.event_scope(target)
            target = self.target.compensation_handler(scope)
        return Handler(id, handler, instruction, target)


def walk(root: Part) -> Iterator[tuple[Part, Part | None]]:
    """Yield each part with the one around it, outer ones first."""
    pending: list[tuple[Part, Part | None]] = [(root, None)]
    while pending:
        part, around = pending.pop()
        yield part, around
        pending.extend((child, part) for child in reversed(part.children))
