"""The tree of an expression: every node evaluates itself in a scope."""

from __future__ import annotations

from typing import Any, Protocol

from app.dmn.feel.scope import QuestionMarkUnbound, Scope
from app.dmn.feel.values import Failure


class Node(Protocol):
    """A part of an expression. It is immutable and shared by threads."""

    def evaluate(self, scope: Scope) -> Any:
        """Return the value, a Failure for what cannot be done. Raises ExpressionFailed for the whole expression."""


def or_null(value: Any) -> Any:
    """Return null in place of a Failure."""
    return None if type(value) is Failure else value


def listed(node: Node, scope: Scope) -> Any:
    """Evaluate a part of a list or context, where an unbound `?` is a mere Failure."""
    try:
        return node.evaluate(scope)
    except QuestionMarkUnbound as error:
        return Failure(error.message)
