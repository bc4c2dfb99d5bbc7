"""What a run asks of decisions, which come in by the context: this library knows no table.

Also what expressions see of a result: `decisionResult`, while its business rule task is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from app.bpmn.bindings import Binding
from app.bpmn.expressions import ELHost, Expression, to_text
from app.bpmn.values import Variable
from app.errors import EngineFailed, ExpressionFailed

DecisionMapping = Literal["singleEntry", "singleResult", "collectEntries", "resultList"]
MAPPINGS: tuple[DecisionMapping, ...] = ("singleEntry", "singleResult", "collectEntries", "resultList")
RESULT_TYPE = "org.camunda.bpm.dmn.engine.impl.DmnDecisionResultImpl"
"""The class of which scripts see a whole result."""
RESULT_NAME = "decisionResult"
"""The variable under which a business rule task shows the whole result, until it ends."""


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """Which decision a business rule task asks, and what becomes of the result."""

    decision: Expression
    binding: Binding = "latest"
    version: Expression | None = None
    version_tag: Expression | None = None
    tenant_id: Expression | None = None
    mapping: DecisionMapping = "resultList"


@dataclass(frozen=True, slots=True)
class CalledDecision:
    """Which decision definition a business rule task means; texts are evaluated already."""

    key: str
    binding: Binding = "latest"
    version: int | None = None
    version_tag: str | None = None
    tenant_id: str | None = None
    caller_definition_id: str = ""


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """What a decision gave: plain values by output name, a row for each rule that matched.

    `mapped` makes a variable of them and raises EngineFailed where they do not fit; `evaluation` is for the history,
    whose it is to know.
    """

    rows: Sequence[Mapping[Any, Any]]
    mapped: Callable[[DecisionMapping], Variable]
    evaluation: Any = None


class Decisions(Protocol):
    """Finds and evaluates decisions."""

    def evaluate(
        self,
        decision: CalledDecision,
        variables: Mapping[str, Variable],
        now_ms: int,
        out_of_time: Callable[[], bool],
    ) -> DecisionAnswer:
        """Evaluate a decision with the variables that can be seen. Raises EngineFailed, StepLimitReached."""


class NoDecisions:
    """Where no decisions are deployed."""

    def evaluate(
        self,
        decision: CalledDecision,
        variables: Mapping[str, Variable],
        now_ms: int,
        out_of_time: Callable[[], bool],
    ) -> DecisionAnswer:
        """Refuse. Raises EngineFailed."""
        raise EngineFailed(f"no decision definition deployed with key '{decision.key}'")


def _single(values: Sequence[Any], what: str) -> Any:
    if len(values) > 1:
        raise ExpressionFailed(f"Unable to get single {what} as it has more than one")
    return values[0] if values else None


class DecisionRowHost(ELHost):
    """One row of a result: a map with a few methods more."""

    __slots__ = ("entries",)

    def __init__(self, entries: Mapping[Any, Any]) -> None:
        self.entries = dict(entries)

    def el_items(self) -> dict[Any, Any]:
        """Return the entries."""
        return self.entries

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "getEntry": lambda row, name: row.entries.get(to_text(name)),
        "getFirstEntry": lambda row: next(iter(row.entries.values()), None),
        "getSingleEntry": lambda row: _single(list(row.entries.values()), "decision result entry"),
        "getEntryMap": lambda row: row.entries,
        "get": lambda row, name: row.entries.get(to_text(name)),
        "containsKey": lambda row, name: to_text(name) in row.entries,
        "keySet": lambda row: list(row.entries),
        "values": lambda row: list(row.entries.values()),
        "size": lambda row: len(row.entries),
        "isEmpty": lambda row: not row.entries,
    }


class DecisionResultHost(ELHost):
    """What expressions see as `decisionResult`: a list of rows."""

    __slots__ = ("rows",)

    def __init__(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        self.rows = [DecisionRowHost(row) for row in rows]

    @property
    def plain(self) -> list[dict[Any, Any]]:
        """The rows as a list of maps, which a variable can hold."""
        return [row.entries for row in self.rows]

    def _single_row(self) -> DecisionRowHost | None:
        row: DecisionRowHost | None = _single(self.rows, "decision result")
        return row

    def _single_entry(self) -> Any:
        row = self._single_row()
        return None if row is None else _single(list(row.entries.values()), "decision result entry")

    def _collected(self, name: Any) -> list[Any]:
        wanted = to_text(name)
        return [row.entries[wanted] for row in self.rows if wanted in row.entries]

    def el_items(self) -> list[DecisionRowHost]:
        """Return the rows."""
        return self.rows

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "getSingleResult": _single_row,
        "getFirstResult": lambda result: result.rows[0] if result.rows else None,
        "getSingleEntry": _single_entry,
        "getResultList": lambda result: result.plain,
        "collectEntries": _collected,
        "get": lambda result, index: result.rows[int(index)],
        "size": lambda result: len(result.rows),
        "isEmpty": lambda result: not result.rows,
    }
