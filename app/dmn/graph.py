"""The parsed, immutable decisions of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.dmn.expressions import Expression
from app.errors import Problem

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT"]
Aggregation = Literal["SUM", "MIN", "MAX", "COUNT"]


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions. `variable` is the name under which its cells see its value."""

    id: str
    label: str | None
    variable: str
    expression: Expression | None
    type_name: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results."""

    id: str
    label: str | None
    name: str | None
    type_name: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its conditions and conclusions in the order of the columns, None for an empty cell."""

    id: str
    conditions: tuple[Expression | None, ...]
    conclusions: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Inputs, outputs and rules; the hit policy says what happens when several rules match."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """One expression, whose value gets a name."""

    name: str | None
    type_name: str | None
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that can be evaluated, with those that it requires, in the order in which it names them.

    `history_time_to_live` is days or a period of days (`P30D`).
    """

    key: str
    name: str
    logic: DecisionTable | LiteralExpression
    required: tuple[Decision, ...] = ()
    version_tag: str | None = None
    history_time_to_live: str | None = None

    def in_order(self) -> list[Decision]:
        """Return the required decisions, each before those that need it, and this one last."""
        ordered: list[Decision] = []
        self._visit(ordered, set())
        return ordered

    def _visit(self, ordered: list[Decision], seen: set[str]) -> None:
        if self.key in seen:
            return
        seen.add(self.key)
        for decision in self.required:
            decision._visit(ordered, seen)
        ordered.append(self)


@dataclass(frozen=True, slots=True)
class DecisionRequirements:
    """The decisions of one file: its key, name and namespace, and what has no effect in it."""

    key: str
    name: str
    namespace: str
    decisions: tuple[Decision, ...]
    warnings: tuple[Problem, ...] = ()

    def decision(self, key: str) -> Decision | None:
        """Return the decision of that key, None when there is none."""
        return next((decision for decision in self.decisions if decision.key == key), None)
