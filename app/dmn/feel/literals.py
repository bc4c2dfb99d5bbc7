"""What an expression writes out: constants, lists, contexts, ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dmn.feel.nodes import Node, listed
from app.dmn.feel.scope import InnerScope, Scope
from app.dmn.feel.values import STRING, Failure, Range, is_ordered, kind_of


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, a boolean, null, or a date, time or duration that is written out."""

    value: Any

    def evaluate(self, scope: Scope) -> Any:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b]`."""

    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Any:
        """Return the list, or the Failure of an item."""
        values: list[Any] = []
        for item in self.items:
            value = listed(item, scope)
            if type(value) is Failure:
                return value
            values.append(value)
        return values


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{a: 1, b: a + 1}`: an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]

    def evaluate(self, scope: Scope) -> Any:
        """Return the context, or the Failure of an entry."""
        values: dict[str, Any] = {}
        inner = InnerScope(scope, values)
        for key, node in self.entries:
            value = listed(node, inner)
            if type(value) is Failure:
                return value
            values[key] = value
        return values


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[a..b]` as an argument of a function."""

    start: Node
    end: Node
    start_closed: bool
    end_closed: bool

    def evaluate(self, scope: Scope) -> Any:
        """Return the Range, or a Failure when its ends do not fit."""
        start, end = self.start.evaluate(scope), self.end.evaluate(scope)
        for one in (start, end):
            if type(one) is Failure:
                return one
        kind = kind_of(start)
        if kind != kind_of(end) or kind == STRING or not is_ordered(kind):
            return Failure("Invalid range definition")
        return Range(start, end, self.start_closed, self.end_closed)
