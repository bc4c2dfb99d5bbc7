"""A migration plan: which activity of a process becomes which of another, and what a check finds wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.migration.activities import Activities, Activity


@dataclass(frozen=True, slots=True)
class Instruction:
    """Map one activity to another; `update_event_trigger` gives its event the target's name or due date."""

    source_id: str | None
    target_id: str | None
    update_event_trigger: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One instruction with what is wrong with it, in Camunda's words."""

    instruction: Instruction
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """An instruction whose activities exist."""

    source: Activity
    target: Activity
    update_event_trigger: bool = False

    @property
    def instruction(self) -> Instruction:
        """The instruction, by ids."""
        return Instruction(self.source.id, self.target.id, self.update_event_trigger)


@dataclass(slots=True)
class Pairs:
    """The instructions between two processes that are looked at together, by their source and by their target."""

    source: Activities
    target: Activities
    all: dict[Pair, None] = field(default_factory=dict)
    _by_source: dict[Activity, list[Pair]] = field(default_factory=dict)
    _by_target: dict[Activity, list[Pair]] = field(default_factory=dict)

    def add(self, pair: Pair) -> None:
        """Take up one instruction."""
        self.all[pair] = None
        self._by_source.setdefault(pair.source, []).append(pair)
        self._by_target.setdefault(pair.target, []).append(pair)

    def remove(self, pair: Pair) -> None:
        """Forget one instruction."""
        del self.all[pair]
        self._by_source[pair.source].remove(pair)
        self._by_target[pair.target].remove(pair)

    def from_source(self, activity: Activity) -> list[Pair]:
        """Return the instructions of a source activity."""
        return self._by_source.get(activity, [])

    def to_target(self, activity: Activity) -> list[Pair]:
        """Return the instructions that lead to a target activity."""
        return self._by_target.get(activity, [])
