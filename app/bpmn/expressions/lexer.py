"""Cut the inside of one `${…}` into tokens, up to its closing brace."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.bpmn.expressions.limits import MAX_EXPRESSION_LENGTH, MAX_TOKENS
from app.errors import ExpressionFailed

_TOKEN = re.compile(
    r"""
    (?P<number>[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+)
    |(?P<text>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<name>[^\W\d][\w$]*|\$[\w$]+)
    |(?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]}])
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
WORDS = {
    "and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "div": "/", "mod": "%",
}  # fmt: skip


class Token(NamedTuple):
    """One token: `kind` number, text, name, symbol or end; `value` unescaped; `position` in the whole text."""

    kind: str
    value: str
    position: int


def tokenize(text: str, start: int) -> tuple[list[Token], int]:
    """Return the tokens from `start` (after `${`) and the position after the closing brace. Raises ExpressionFailed."""
    tokens: list[Token] = []
    position = start
    while True:
        position = _after_space(text, position)
        token, end = _next_token(text, position, after_dot=bool(tokens) and tokens[-1].value == ".")
        if token.kind == "symbol" and token.value == "}":
            tokens.append(Token("end", "}", position))
            return tokens, end
        tokens.append(token)
        position = end
        if len(tokens) > MAX_TOKENS or position - start > MAX_EXPRESSION_LENGTH:
            raise ExpressionFailed(
                f"the expression is longer than {MAX_EXPRESSION_LENGTH} characters or {MAX_TOKENS} tokens"
            )


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _next_token(text: str, position: int, *, after_dot: bool) -> tuple[Token, int]:
    match = _TOKEN.match(text, position)
    if match is None:
        if position >= len(text):
            raise syntax_error(position, "the end", "}")
        raise ExpressionFailed(
            f"lexical error at position {position}, encountered invalid character '{text[position]}'"
        )
    kind, value = str(match.lastgroup), match.group()
    if kind == "text":
        value = _unescape(value, position)
    elif kind == "name" and value in WORDS and not after_dot:
        kind, value = "symbol", WORDS[value]
    return Token(kind, value, position), match.end()


def _unescape(literal: str, position: int) -> str:
    quote, body = literal[0], literal[1:-1]
    for escape in _ESCAPED.finditer(body):
        if escape.group(1) not in ("\\", quote):
            raise ExpressionFailed(
                f"lexical error at position {position}, encountered invalid escape sequence {escape.group()}, "
                f"expected \\\\ or \\{quote}"
            )
    return _ESCAPED.sub(r"\1", body)


def syntax_error(position: int, encountered: str, expected: str) -> ExpressionFailed:
    """Return the error of a token that does not fit."""
    return ExpressionFailed(f"syntax error at position {position}, encountered '{encountered}', expected {expected}")
