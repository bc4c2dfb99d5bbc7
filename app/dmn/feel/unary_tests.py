"""What cells of conditions say about the value of their column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dmn.feel.logic import COMPARISONS
from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import InnerScope, QuestionMarkUnbound, Scope, input_value
from app.dmn.feel.values import Failure, compare, equals, is_ordered, kind_of, same


@dataclass(frozen=True, slots=True)
class InputEquals:
    """`true` or `false` alone in a cell."""

    operand: Node

    def evaluate(self, scope: Scope) -> bool | None:
        """Return whether the input equals it, null for an input of another kind."""
        return equals(input_value(scope), self.operand.evaluate(scope))


@dataclass(frozen=True, slots=True)
class InputCompares:
    """`< 5`, `<=`, `>`, `>=`."""

    symbol: str
    operand: Node

    def evaluate(self, scope: Scope) -> Any:
        """Return whether it holds for the input, null for kinds that have no order."""
        return compare(input_value(scope), self.operand.evaluate(scope), COMPARISONS[self.symbol])


@dataclass(frozen=True, slots=True)
class InputInRange:
    """`[a..b]`, `]a..b]`, `(a..b)`."""

    start: Node
    end: Node
    start_closed: bool
    end_closed: bool

    def evaluate(self, scope: Scope) -> bool | None:
        """Return whether the input is between the ends, null when the three are not of one kind with an order."""
        start, end, value = self.start.evaluate(scope), self.end.evaluate(scope), input_value(scope)
        kind = kind_of(value)
        if not is_ordered(kind) or kind != kind_of(start) or kind != kind_of(end):
            return None
        after = compare(value, start, COMPARISONS[">=" if self.start_closed else ">"])
        return after is True and compare(value, end, COMPARISONS["<=" if self.end_closed else "<"]) is True


@dataclass(frozen=True, slots=True)
class InputTest:
    """Any other expression: a value that the input equals, a list that holds it, or a condition (over `?`)."""

    expression: Node

    def evaluate(self, scope: Scope) -> bool | None:
        """Return whether the input passes, null when that cannot be told."""
        value = input_value(scope)
        try:
            result = self.expression.evaluate(scope)
        except QuestionMarkUnbound:
            return self._condition(InnerScope(scope, {}, question_mark=value))
        if result is True or (type(result) is list and any(same(item, value) for item in result)):
            return True
        if type(result) is Failure:
            return False
        equal = equals(value, result)
        if equal is None:
            return False if result is False or type(result) is list else None
        return equal

    def _condition(self, scope: Scope) -> bool | None:
        result = self.expression.evaluate(scope)
        return result if result is True or result is False else None
