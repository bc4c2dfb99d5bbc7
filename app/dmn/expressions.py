"""Expressions of a decision in the languages that Camunda knows there: FEEL, JUEL, scripts."""

from __future__ import annotations

from typing import Any, Protocol

from app.bpmn.expressions import Expression as JuelTemplate
from app.bpmn.expressions import compile_expression, is_expression
from app.dmn.feel import FeelExpression, compile_feel, compile_tests
from app.dmn.scope import DecisionScope
from app.errors import ExpressionFailed

JUEL = "juel"
SCRIPT_LANGUAGES = frozenset(("javascript", "ecmascript", "js", "graal.js"))
_FEEL_NAMESPACES = frozenset(
    (
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    )
)


class Expression(Protocol):
    """A compiled expression; immutable, shared by threads."""

    def evaluate(self, scope: DecisionScope) -> Any:
        """Return the plain value; dates and durations of FEEL as they are. Raises EngineFailed, StepLimitReached."""

    def passes(self, scope: DecisionScope) -> bool:
        """Tell whether a cell's condition holds. Raises EngineFailed, StepLimitReached."""


class Feel:
    """An expression or, in a condition, unary tests of FEEL."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: FeelExpression) -> None:
        self._compiled = compiled

    def evaluate(self, scope: DecisionScope) -> Any:
        """Return the plain value. Raises ExpressionFailed, StepLimitReached."""
        return self._compiled.evaluate(scope.feel)

    def passes(self, scope: DecisionScope) -> bool:
        """Tell whether the column's value passes. Raises ExpressionFailed, StepLimitReached."""
        return self._compiled.passes(scope.feel)


class Juel:
    """An expression of JUEL, written with or without `${…}`."""

    __slots__ = ("_compiled", "_text")

    def __init__(self, text: str, compiled: JuelTemplate) -> None:
        self._text = text
        self._compiled = compiled

    def evaluate(self, scope: DecisionScope) -> Any:
        """Return the value. Raises ExpressionFailed, StepLimitReached."""
        scope.feel.world.spend()
        try:
            return self._compiled.evaluate(scope.juel)
        except ExpressionFailed as error:
            message = f"DMN-01002 Unable to evaluate expression for language 'juel': '{self._text}': {error.message}"
            raise ExpressionFailed(message, expression=self._text) from error

    def passes(self, scope: DecisionScope) -> bool:
        """Tell whether the value is true. Raises ExpressionFailed, StepLimitReached."""
        return self.evaluate(scope) is True


class Script:
    """An expression in the language of the context's script engine."""

    __slots__ = ("_language", "_text")

    def __init__(self, language: str, text: str) -> None:
        self._language = language
        self._text = text

    def evaluate(self, scope: DecisionScope) -> Any:
        """Return the value of the script. Raises EngineFailed, StepLimitReached."""
        scope.feel.world.spend()
        return scope.context.run_script(self._language, self._text, scope.variables)

    def passes(self, scope: DecisionScope) -> bool:
        """Tell whether the value is true. Raises EngineFailed, StepLimitReached."""
        return self.evaluate(scope) is True


def is_feel(language: str) -> bool:
    """Tell whether a language is FEEL, by its name or by one of its namespaces."""
    return language.lower() == "feel" or language in _FEEL_NAMESPACES


def compile_cell(text: str, language: str | None, *, is_condition: bool, scripts: bool) -> Expression:
    """Compile an expression; without a language it is FEEL. Raises ExpressionFailed for what is not supported."""
    if language is None or is_feel(language):
        return Feel(compile_tests(text) if is_condition else compile_feel(text))
    if language.lower() == JUEL:
        return Juel(text, compile_expression(text if is_expression(text) else f"${{{text}}}"))
    if scripts and language.lower() in SCRIPT_LANGUAGES:
        return Script(language, text)
    raise ExpressionFailed(f"the expression language '{language}' is not supported in decisions; FEEL and JUEL are")
