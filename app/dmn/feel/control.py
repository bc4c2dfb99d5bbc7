"""`if`, `for`, `some`, `every`, `in`, `instance of`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.dmn.feel.limits import MAX_ITEMS
from app.dmn.feel.logic import decided
from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import InnerScope, Scope
from app.dmn.feel.values import NUMBER, TYPE_NAMES, Failure, kind_of
from app.errors import ExpressionFailed


@dataclass(frozen=True, slots=True)
class If:
    """`if a then b else c`."""

    condition: Node
    one: Node
    other: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return the first value for true, the second for anything else."""
        return (self.one if self.condition.evaluate(scope) is True else self.other).evaluate(scope)


@dataclass(frozen=True, slots=True)
class Steps:
    """`a..b` of a loop: whole steps up or down."""

    start: Node
    end: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return the list of numbers, a Failure where an end is none. Raises ExpressionFailed for too many."""
        start, end = self.start.evaluate(scope), self.end.evaluate(scope)
        if kind_of(start) != NUMBER or kind_of(end) != NUMBER:
            return Failure("The ends of a loop are numbers")
        if abs(end - start) > MAX_ITEMS:
            raise ExpressionFailed(f"A loop has {MAX_ITEMS} steps at most")
        sign = 1 if start < end else -1
        scope.world.spend(int(abs(end - start)) + 1)
        return [start + sign * step for step in range(int(abs(end - start)) + 1)]


Iterators = tuple[tuple[str, Node], ...]


def _turns(iterators: Iterators, scope: Scope) -> Iterator[dict[str, Any]] | None:
    """Yield the names of every turn, the last iterator fastest; None when one goes over what is no list."""
    lists = [(name, node.evaluate(scope)) for name, node in iterators]
    if any(type(items) is not list for _, items in lists):
        return None
    return _product(lists, scope)


def _product(lists: list[tuple[str, list[Any]]], scope: Scope) -> Iterator[dict[str, Any]]:
    if not lists:
        yield {}
        return
    (name, items), *others = lists
    for item in items:
        scope.world.spend()
        for names in _product(others, scope):
            yield {**names, name: item}


@dataclass(frozen=True, slots=True)
class For:
    """`for x in list, y in 1..3 return …`; `partial` is the list so far."""

    iterators: Iterators
    result: Node
    shows_partial: bool

    def evaluate(self, scope: Scope) -> Any:
        """Return the list of results, null when an iterator goes over what is no list."""
        turns = _turns(self.iterators, scope)
        if turns is None:
            return None
        results: list[Any] = []
        for names in turns:
            if len(results) >= MAX_ITEMS:
                raise ExpressionFailed(f"A list has {MAX_ITEMS} items at most")
            if self.shows_partial:
                scope.world.spend(len(results))
                names["partial"] = list(results)
            results.append(self.result.evaluate(InnerScope(scope, names)))
        return results


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some x in list satisfies …` (by true) and `every …` (by false)."""

    by: bool
    iterators: Iterators
    condition: Node

    def evaluate(self, scope: Scope) -> bool | None:
        """Return the answer, null when it cannot be told."""
        turns = _turns(self.iterators, scope)
        if turns is None:
            return None
        return decided(self.by, (self.condition.evaluate(InnerScope(scope, names)) for names in turns))


@dataclass(frozen=True, slots=True)
class In:
    """`a in [1..5]`, `a in (1, > 5)`: a test of a cell, for any value."""

    operand: Node
    test: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return whether the value passes the test, null when that cannot be told."""
        value = self.operand.evaluate(scope)
        if type(value) is Failure:
            return value
        return self.test.evaluate(InnerScope(scope, {scope.input_name: value}))


_OTHER_NAMES = {
    "date time": "date and time",
    "year-month-duration": "years and months duration",
    "day-time-duration": "days and time duration",
}


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`a instance of number`."""

    operand: Node
    type_name: str

    def evaluate(self, scope: Scope) -> Any:
        """Return whether the value is of that type."""
        value = self.operand.evaluate(scope)
        if type(value) is Failure:
            return value
        if self.type_name == "Any":
            return value is not None
        kind = kind_of(value)
        return TYPE_NAMES.get(kind, kind) == _OTHER_NAMES.get(self.type_name, self.type_name)
