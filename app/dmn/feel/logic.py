"""Comparison, `and`, `or`, `not`: in three values, where null stands for what cannot be told."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import Scope
from app.dmn.feel.values import Failure, compare, equals

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Equality:
    """`a = b`."""

    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return whether both are equal, null for different kinds."""
        left, right = self.left.evaluate(scope), self.right.evaluate(scope)
        for one in (left, right):
            if type(one) is Failure:
                return one
        return equals(left, right)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b`, `<=`, `>`, `>=`."""

    symbol: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return whether it holds, null for kinds that have no order."""
        return compare(self.left.evaluate(scope), self.right.evaluate(scope), COMPARISONS[self.symbol])


@dataclass(frozen=True, slots=True)
class Not:
    """`a != b` and `not(…)` of cells."""

    operand: Node

    def evaluate(self, scope: Scope) -> bool | None:
        """Return the opposite, null for what is no boolean."""
        value = self.operand.evaluate(scope)
        return (value is False) if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Either:
    """`a or b`, and the tests of a cell with commas between them."""

    operands: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> bool | None:
        """Return true if one is true, else null if one is no boolean."""
        return decided(True, (operand.evaluate(scope) for operand in self.operands))


@dataclass(frozen=True, slots=True)
class Both:
    """`a and b`, and `a between b and c`."""

    operands: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> bool | None:
        """Return false if one is false, else null if one is no boolean."""
        return decided(False, (operand.evaluate(scope) for operand in self.operands))


def decided(by: bool, values: Iterable[Any]) -> bool | None:
    """Return `by` as soon as a value is `by`; otherwise null if one was no boolean, else the opposite of `by`."""
    unclear = False
    for value in values:
        if value is by:
            return bool(by)
        unclear = unclear or value is not (not by)
    return None if unclear else not by
