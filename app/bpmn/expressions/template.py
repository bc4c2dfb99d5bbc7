"""A text of a model with expressions in it: literal, one expression, or a mixture that makes a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.bpmn.expressions.coercion import to_text
from app.bpmn.expressions.evaluation import Evaluation
from app.bpmn.expressions.lexer import tokenize
from app.bpmn.expressions.limits import MAX_EXPRESSION_LENGTH, MAX_TEXT_LENGTH, ensure_length
from app.bpmn.expressions.parser import parse_tokens
from app.bpmn.expressions.scope import Closure, ExpressionScope, UnknownIdentifier, UnknownMember
from app.errors import ExpressionFailed

Part = str | Closure
_FAILURES = (ArithmeticError, TypeError, ValueError, LookupError, RecursionError)


class Expression:
    """A compiled text; immutable, shared by threads."""

    __slots__ = ("_closure", "is_literal", "text")

    def __init__(self, text: str, closure: Closure, is_literal: bool) -> None:
        self.text = text
        self.is_literal = is_literal
        self._closure = closure

    def evaluate(self, scope: ExpressionScope) -> Any:
        """Return the value in a scope. Raises UnknownIdentifier, ExpressionFailed: both name the text."""
        try:
            return self._closure(Evaluation(scope.resolve))
        except UnknownIdentifier as error:
            raise UnknownIdentifier(error.identifier, self.text) from error
        except UnknownMember as error:
            raise self._failure(f"Unknown {error.kind} used in expression", error) from error
        except (ExpressionFailed, *_FAILURES) as error:
            raise self._failure("Error while evaluating expression", error) from error

    def _failure(self, what: str, error: Exception) -> ExpressionFailed:
        return ExpressionFailed(f"{what}: {self.text}. Cause: {error}", expression=self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def is_expression(text: str | None) -> bool:
    """Tell whether a text holds `${` or `#{`."""
    return text is not None and ("${" in text or "#{" in text)


def compile_expression(text: str) -> Expression:
    """Compile a text, literal or with expressions (space around it does not count). Raises ExpressionFailed.

    Texts of usual length are compiled once and kept, the last 4096 of them.
    """
    if len(text) <= MAX_EXPRESSION_LENGTH and is_expression(text):
        return _compile_cached(text.strip())
    return _compile(text.strip())


def _compile(text: str) -> Expression:
    if not is_expression(text):
        return Expression(text, lambda evaluation: text, True)
    if len(text) > MAX_TEXT_LENGTH:
        raise ExpressionFailed(f"Error parsing '{text[:80]}…': longer than {MAX_TEXT_LENGTH} characters")
    try:
        parts = _parts(text)
    except ExpressionFailed as error:
        raise ExpressionFailed(f"Error parsing '{text[:400]}': {error.message}", expression=text) from None
    if all(isinstance(part, str) for part in parts):
        literal = "".join(str(part) for part in parts)
        return Expression(text, lambda evaluation: literal, True)
    first = parts[0]
    if len(parts) == 1 and not isinstance(first, str):
        return Expression(text, first, False)
    return Expression(text, _joined(parts), False)


_compile_cached = lru_cache(maxsize=4096)(_compile)


def _joined(parts: list[Part]) -> Closure:
    def join(evaluation: Evaluation) -> str:
        texts: list[str] = []
        length = 0
        for part in parts:
            text = part if isinstance(part, str) else to_text(part(evaluation))
            length += len(text)
            ensure_length(length)
            texts.append(text)
        return "".join(texts)

    return join


def _parts(text: str) -> list[Part]:
    r"""Cut the text at `${…}` and `#{…}`; `\${` stands for a literal `${`."""
    parts: list[Part] = []
    literal: list[str] = []
    position = 0
    while position < len(text):
        if text.startswith(("\\${", "\\#{"), position):
            literal.append(text[position + 1 : position + 3])
            position += 3
        elif text.startswith(("${", "#{"), position):
            if literal:
                parts.append("".join(literal))
                literal = []
            tokens, position = tokenize(text, position + 2)
            parts.append(parse_tokens(tokens))
        else:
            literal.append(text[position])
            position += 1
    if literal:
        parts.append("".join(literal))
    return parts


def methods_in(text: str) -> set[str]:
    """Return the names of the methods that the expressions of a text call. Raises ExpressionFailed."""
    found: set[str] = set()
    position = 0
    while (position := _next_expression(text, position)) >= 0:
        if text[position - 1 : position] == "\\":
            position += 2
            continue
        tokens, position = tokenize(text, position + 2)
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if before.value == "." and token.kind == "name" and after.value == "(":
                found.add(token.value)
    return found


def _next_expression(text: str, position: int) -> int:
    places = [place for start in ("${", "#{") if (place := text.find(start, position)) >= 0]
    return min(places, default=-1)
