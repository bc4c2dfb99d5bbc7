"""What an expression sees: names, and the world with its clock and its budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from app.dmn.feel.conversion import to_feel
from app.dmn.feel.values import Failure
from app.errors import ExpressionFailed, StepLimitReached

ABSENT = Failure("absent")
"""What a scope returns for a name that it does not know."""
DEFAULT_INPUT_NAME = "cellInput"
"""The name of a column's value in its cells, unless the column names it."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class World:
    """The outside of one evaluation. `spend` counts its work: cells, items, steps of loops.

    `max_cost` and `out_of_time` end an evaluation that would take too long; `zone` is that of dates without one.
    """

    now_ms: int
    zone: tzinfo = UTC
    max_cost: int = 2_000_000
    out_of_time: Callable[[], bool] = _never
    spent: int = 0
    _asked_at: int = 0

    def spend(self, cost: int = 1) -> None:
        """Count work. Raises StepLimitReached beyond the limit, or when the time is up."""
        self.spent += cost
        if self.spent > self.max_cost:
            raise StepLimitReached(f"The decision takes more than {self.max_cost} steps.")
        if self.spent - self._asked_at >= 1_000:
            self._asked_at = self.spent
            if self.out_of_time():
                raise StepLimitReached("The decision takes longer than a step may.")

    @property
    def now(self) -> datetime:
        """The present instant in the zone."""
        return datetime.fromtimestamp(self.now_ms / 1000, self.zone)


class Scope(Protocol):
    """Where an expression is evaluated. `input_name` is the name of the column whose cells are evaluated."""

    world: World
    input_name: str

    def find(self, name: str) -> Any:
        """Return the value of a name, or ABSENT."""

    def question_mark(self) -> Any:
        """Return what `?` means. Raises QuestionMarkUnbound."""


class QuestionMarkUnbound(ExpressionFailed):
    """`?` where it has no value yet: outside of a cell, or before the cell is known to use it."""

    def __init__(self) -> None:
        super().__init__("No input value available. '?' can only be used inside an unary-test expression.")


class RootScope:
    """The variables of a decision; each is converted when it is first asked for."""

    __slots__ = ("_converted", "_variables", "input_name", "world")

    def __init__(self, variables: Mapping[str, Any], world: World) -> None:
        self._variables = variables
        self._converted: dict[str, Any] = {}
        self.world = world
        self.input_name = DEFAULT_INPUT_NAME

    def find(self, name: str) -> Any:
        """Return the value of a name, or ABSENT."""
        if name in self._converted:
            return self._converted[name]
        if name not in self._variables:
            return ABSENT
        value = self._converted[name] = to_feel(self._variables[name], self.world.zone)
        return value

    def question_mark(self) -> Any:
        """Refuse `?`. Raises QuestionMarkUnbound."""
        raise QuestionMarkUnbound


class InnerScope:
    """A scope with names of its own before those of another one."""

    __slots__ = ("_names", "_outer", "_question_mark", "input_name", "world")

    def __init__(
        self, outer: Scope, names: Mapping[str, Any], *, input_name: str | None = None, question_mark: Any = ABSENT
    ) -> None:
        self._outer = outer
        self._names = names
        self._question_mark = question_mark
        self.world = outer.world
        self.input_name = outer.input_name if input_name is None else input_name

    def find(self, name: str) -> Any:
        """Return the value of a name, or ABSENT."""
        return self._names[name] if name in self._names else self._outer.find(name)

    def question_mark(self) -> Any:
        """Return what `?` means here. Raises QuestionMarkUnbound."""
        return self._outer.question_mark() if self._question_mark is ABSENT else self._question_mark


def input_value(scope: Scope) -> Any:
    """Return the value of the column whose cell is evaluated, null without one."""
    value = scope.find(scope.input_name)
    return None if value is ABSENT else value
