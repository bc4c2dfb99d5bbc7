"""What an evaluation gives: the result as process variables want it, and what history keeps of the way there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.decisions import DecisionMapping
from app.dmn.graph import Decision, Input, Output, Rule
from app.dmn.types import NULL, TypedValue
from app.errors import EngineFailed

Entries = dict[str | None, TypedValue]
"""Output name → value, of one rule that matched; an empty cell has no entry."""


@dataclass(frozen=True, slots=True)
class EvaluatedInput:
    """The value of a column of conditions."""

    clause: Input
    value: TypedValue


@dataclass(frozen=True, slots=True)
class EvaluatedOutput:
    """The value of a cell of results; of a literal expression it has no clause."""

    name: str | None
    value: TypedValue
    clause: Output | None = None


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that matched, with its cells that are not empty."""

    rule: Rule
    outputs: tuple[EvaluatedOutput, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of one decision. `collected` is the name and value of an aggregation.

    `outputs` of a literal expression stand alone; those of a table in its rules.
    """

    decision: Decision
    inputs: tuple[EvaluatedInput, ...] = ()
    rules: tuple[MatchedRule, ...] = ()
    collected: EvaluatedOutput | None = None
    literal: EvaluatedOutput | None = None

    @property
    def result(self) -> DecisionResult:
        """The result as others see it."""
        alone = self.collected or self.literal
        if alone is not None:
            return DecisionResult(({alone.name: alone.value},))
        return DecisionResult(tuple({one.name: one.value for one in matched.outputs} for matched in self.rules))


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """A list of entries, one for each rule that matched."""

    rows: tuple[Entries, ...] = ()

    def result_list(self) -> list[dict[str | None, Any]]:
        """Return all rows as plain values."""
        return [_plain(row) for row in self.rows]

    def single_result(self) -> dict[str | None, Any] | None:
        """Return the only row, None without one. Raises EngineFailed for several."""
        row = self._only_row("SingleResult")
        return None if row is None else _plain(row)

    def single_entry(self) -> TypedValue:
        """Return the only entry of the only row, null without one. Raises EngineFailed for several."""
        row = self._only_row("SingleEntry") or {}
        if len(row) > 1:
            raise self._not_mapped("SingleEntry")
        return next(iter(row.values()), NULL)

    def collect_entries(self) -> list[Any]:
        """Return the values of the only output. Raises EngineFailed when the rows have several, or none at all."""
        names = {name for row in self.rows for name in row}
        if self.rows and len(names) != 1:
            found = ", ".join(sorted(map(str, names)))
            raise EngineFailed(
                f"ENGINE-22002 The decision result mapper 'CollectEntriesDecisionResultMapper{{}}' failed to process "
                f"'{self}'. The decision outputs should only contains values for one output name but found '[{found}]'."
            )
        return self.collected(*names)

    def collected(self, *names: str | None) -> list[Any]:
        """Return the values of some outputs of all rows that have them."""
        return [row[name].value for row in self.rows for name in names if name in row]

    def mapped(self, mapping: DecisionMapping) -> TypedValue:
        """Return what a result variable gets. Raises EngineFailed when the result does not fit the mapping."""
        match mapping:
            case "singleEntry":
                return self.single_entry()
            case "singleResult":
                row = self.single_result()
                return NULL if row is None else TypedValue(row)
            case "collectEntries":
                return TypedValue(self.collect_entries())
        return TypedValue(self.result_list())

    def _only_row(self, mapper: str) -> Entries | None:
        if len(self.rows) > 1:
            raise self._not_mapped(mapper)
        return self.rows[0] if self.rows else None

    def _not_mapped(self, mapper: str) -> EngineFailed:
        return EngineFailed(
            f"ENGINE-22001 The decision result mapper '{mapper}DecisionResultMapper{{}}' failed to process '{self}'"
        )

    def __str__(self) -> str:
        rows = (", ".join(f"{name}={entry}" for name, entry in row.items()) for row in self.rows)
        return f"[{', '.join(f'{{{row}}}' for row in rows)}]"


@dataclass(frozen=True, slots=True)
class DecisionEvaluation:
    """What became of a decision and of those that it requires, in the order of their evaluation."""

    root: Evaluation
    required: tuple[Evaluation, ...] = field(default=())
    cost: int = 0

    @property
    def result(self) -> DecisionResult:
        """The result of the decision that was asked for."""
        return self.root.result

    @property
    def all(self) -> Iterable[Evaluation]:
        """The asked one first, then those that it requires."""
        return (self.root, *self.required)


def _plain(row: Entries) -> dict[str | None, Any]:
    return {name: entry.value for name, entry in row.items()}
