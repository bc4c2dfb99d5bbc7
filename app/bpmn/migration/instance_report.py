"""Why a running instance cannot migrate by a plan that is valid in itself, in Camunda's words.

Source: `org.camunda.bpm.engine.impl.migration.validation.instance` of Camunda 7.24.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.bpmn.execution.run import Run
from app.bpmn.migration.activities import Activities
from app.bpmn.migration.behaviours import SUPPORTED, behaviour, is_async_after, is_async_before
from app.bpmn.migration.parts import Handler, Part, walk
from app.bpmn.migration.plan import Instruction
from app.bpmn.states import JobKind
from app.bpmn.vocabulary import Behaviour

_UNMAPPED = "There is no migration instruction for this instance's activity"


@dataclass(frozen=True, slots=True)
class PartRefusal:
    """One activity instance (`id`) or transition instance (its execution) that cannot migrate."""

    id: str
    source_id: str
    instruction: Instruction | None
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstanceReport:
    """All that keeps an instance from migrating; nothing for one that may."""

    instance_id: str
    activities: list[PartRefusal] = field(default_factory=list)
    transitions: list[PartRefusal] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.activities or self.transitions)


def report(run: Run, root: Part, source: Activities, target: Activities) -> InstanceReport:
    """Return what keeps an instance from migrating."""
    found = InstanceReport(root.execution.id)
    owed: dict[Part, list[str]] = {}
    owners: dict[Part, Part] = {}
    for part, around in walk(root):
        if part.kind == "transition":
            failures = tuple(_transition(run, part, source, target))
            if failures:
                found.transitions.append(PartRefusal(part.execution.id, part.source.id, part.instruction, failures))
            continue
        owner = owners[part] = part if around is None or part.kind == "activity" else owners[around]
        own = _activity(part, source) if part.kind == "activity" else _snapshot(part)
        owed.setdefault(owner, []).extend([*own, *_handlers(part)])
    for part, failed in owed.items():
        if failed:
            id = part.execution.activity_instance_id
            found.activities.append(PartRefusal(id, part.source.id, part.instruction, tuple(failed)))
    return found


def _activity(part: Part, source: Activities) -> Iterator[str]:
    if part.source is source.root:
        return
    if part.instruction is None and part.is_empty:
        yield _UNMAPPED
    if behaviour(part.source, source) not in SUPPORTED:
        yield "The type of the source activity is not supported for activity instance migration"


def _snapshot(part: Part) -> Iterator[str]:
    handler = part.handler
    assert handler is not None
    starts = handler.source.flow_node.behaviour.by_event
    if (handler.instruction is None and part.is_empty) or (starts and handler.target is None and not part.is_empty):
        yield _no_instruction(handler, "start")


def _handlers(part: Part) -> Iterator[str]:
    for handler in part.handlers:
        if handler.instruction is None:
            yield _no_instruction(handler, "boundary")


def _no_instruction(handler: Handler, event: str) -> str:
    return (
        f"Cannot migrate subscription for compensation handler '{handler.source.id}'. "
        f"There is no migration instruction for the compensation {event} event"
    )


def _transition(run: Run, part: Part, source: Activities, target: Activities) -> Iterator[str]:
    if part.instruction is None:
        yield _UNMAPPED
    if part.target is None:
        return
    after = _waits_after(run, part)
    outgoing = part.target.flow_node.outgoing
    if after and len(outgoing) > 1:
        if part.execution.flow_id is None:
            yield (
                "Transition instance is assigned to no sequence flow"
                " and target activity has more than one outgoing sequence flow"
            )
        elif part.execution.flow_id not in [flow.id for flow in outgoing]:
            yield "Transition instance is assigned to a sequence flow that cannot be matched in the target activity"
    starts = part.source.flow_node.behaviour is Behaviour.START and source.flow_scope(part.source) is source.root
    if starts and not after and target.flow_scope(part.target) is not target.root:
        yield "A transition instance that instantiates the process can only be migrated to a process-level flow node"
    if after and not is_async_after(part.target):
        yield "Target activity is not asyncAfter"
    if not after and not is_async_before(part.target):
        yield "Target activity is not asyncBefore"


def _waits_after(run: Run, part: Part) -> bool:
    entries = run.jobs.entries
    return any(entries[id]["k"] == JobKind.ASYNC_AFTER for id in run.jobs.of(part.execution.id))
