"""Compiled expressions of FEEL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.dmn.feel.conversion import from_feel
from app.dmn.feel.grammar import parse_expression, parse_unary_tests
from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import Scope
from app.dmn.feel.values import Failure
from app.errors import ExpressionFailed

_FAILURES = (ArithmeticError, TypeError, ValueError, LookupError, RecursionError)


class FeelExpression:
    """A compiled text; immutable, shared by threads."""

    __slots__ = ("_root", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._root = root

    def evaluate(self, scope: Scope) -> Any:
        """Return the plain value (dates and durations as they are). Raises ExpressionFailed, StepLimitReached."""
        return from_feel(self._value(scope))

    def passes(self, scope: Scope) -> bool:
        """Tell whether the value of the column passes the tests. Raises ExpressionFailed, StepLimitReached."""
        return self._value(scope) is True

    def _value(self, scope: Scope) -> Any:
        scope.world.spend()
        try:
            value = self._root.evaluate(scope)
        except ExpressionFailed as error:
            raise self._failed(error.message) from error
        except _FAILURES as error:
            raise self._failed(str(error)) from error
        if type(value) is Failure:
            raise self._failed(value.message)
        return value

    def _failed(self, cause: str) -> ExpressionFailed:
        message = f"Error while evaluating expression: failed to evaluate expression '{self.text}': {cause}"
        return ExpressionFailed(message, expression=self.text)

    def __repr__(self) -> str:
        return f"FeelExpression({self.text!r})"


@lru_cache(maxsize=4096)
def compile_feel(text: str) -> FeelExpression:
    """Compile an expression; the last 4096 are kept. Raises ExpressionFailed for what is wrong or not supported."""
    return FeelExpression(text, parse_expression(text))


@lru_cache(maxsize=4096)
def compile_tests(text: str) -> FeelExpression:
    """Compile a cell of conditions; the last 4096 are kept. Raises ExpressionFailed as `compile_feel`."""
    return FeelExpression(text, parse_unary_tests(text))
