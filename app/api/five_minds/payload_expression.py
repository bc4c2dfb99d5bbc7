"""The `payload` of a 5Minds model: an extension property that says what a worker gets instead of the whole token.

The original runs it as JavaScript. Here it is read, never run: `token.current.order.id`, `token["current"]`,
`identity.userId`, object and array literals of such values, text and number literals, or an expression in `${…}` over
the variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from app.bpmn.expressions import compile_expression, is_expression, mapping_scope
from app.errors import ErrandError

PROPERTY = "payload"
MAX_LENGTH = 10_000
MAX_DEPTH = 50

Value = Callable[[Mapping[str, Any]], Any]
"""A read expression: give it the names `token` and `identity`, get the value."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?)
  | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<sign>\?\.|[{}\[\]().,:;])
)""",
    re.VERBOSE,
)
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}


class NotUnderstood(Exception):
    """The text is more JavaScript than is read here."""


def payload_of(
    expression: str | None, token: dict[str, Any], user_id: str | None = None, history: dict[str, Any] | None = None
) -> Any:
    """Return what a worker gets: the value of the model's expression, or the whole token where there is none.

    `history` holds what the nodes before have left, by their ids, where the model is one of 5Minds.
    An expression that is not understood, or that fails, gives the whole token too: too much rather than nothing.
    """
    if expression is None or not expression.strip():
        return token
    try:
        if is_expression(expression):
            return _plain(compile_expression(expression).evaluate(mapping_scope(token)))
        return read(expression)(
            {"token": {"current": token, "history": history or {}}, "identity": {"userId": user_id}}
        )
    except (NotUnderstood, ErrandError):
        return token


def _plain(value: Any) -> Any:
    """Leave JSON values only: what an expression makes beyond them goes as text."""
    return json.loads(json.dumps(value, default=str))


@lru_cache(maxsize=1024)
def read(text: str) -> Value:
    """Read an expression once. Raises NotUnderstood."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(text[:80])
    reader = _Reader(_tokens(text))
    value = reader.value(0)
    reader.take_if(";")
    reader.finish()
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(text[position : position + 80])
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Reader:
    """Turn tokens into one function, by recursive descent."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0

    def value(self, depth: int) -> Value:
        """Read one value. Raises NotUnderstood."""
        if depth > MAX_DEPTH:
            raise NotUnderstood("too deep")
        kind, text = self._next()
        if kind == "number":
            return _constant(json.loads(text) if not text.startswith("-0") else float(text))
        if kind == "text":
            return _constant(_unquoted(text))
        if kind == "name":
            return _constant(_CONSTANTS[text]) if text in _CONSTANTS else self._path(text)
        if text == "{":
            return self._members(depth)
        if text == "[":
            return self._items(depth)
        if text == "(":
            inner = self.value(depth + 1)
            self._take(")")
            return inner
        raise NotUnderstood(text)

    def _path(self, name: str) -> Value:
        if name not in ("token", "identity"):
            raise NotUnderstood(name)
        keys: list[Any] = []
        while (sign := self.take_if(".", "?.", "[")) is not None:
            if sign == "[" or (sign == "?." and self.take_if("[")):
                keys.append(_index(*self._next()))
                self._take("]")
            else:
                keys.append(self._name())
        return lambda names: _reached(names[name], keys)

    def _members(self, depth: int) -> Value:
        members: list[tuple[str, Value]] = []
        while self.take_if("}") is None:
            kind, text = self._next()
            if kind not in ("name", "text", "number"):
                raise NotUnderstood(text)
            self._take(":")
            members.append((_unquoted(text) if kind == "text" else text, self.value(depth + 1)))
            if self.take_if(",") is None:
                self._take("}")
                break
        return lambda names: {name: value(names) for name, value in members}

    def _items(self, depth: int) -> Value:
        items: list[Value] = []
        while self.take_if("]") is None:
            items.append(self.value(depth + 1))
            if self.take_if(",") is None:
                self._take("]")
                break
        return lambda names: [item(names) for item in items]

    def take_if(self, *signs: str) -> str | None:
        """Take the next sign if it is one of these."""
        if self._position < len(self._tokens) and self._tokens[self._position] in [("sign", sign) for sign in signs]:
            self._position += 1
            return self._tokens[self._position - 1][1]
        return None

    def finish(self) -> None:
        """Raise NotUnderstood unless everything was read."""
        if self._position < len(self._tokens):
            raise NotUnderstood(self._tokens[self._position][1])

    def _take(self, sign: str) -> None:
        if self.take_if(sign) is None:
            raise NotUnderstood(f"expected {sign}")

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise NotUnderstood(text)
        return text

    def _next(self) -> tuple[str, str]:
        if self._position >= len(self._tokens):
            raise NotUnderstood("it ends too early")
        self._position += 1
        return self._tokens[self._position - 1]


def _constant(value: Any) -> Value:
    return lambda names: value


def _index(kind: str, text: str) -> Any:
    if kind == "text":
        return _unquoted(text)
    if kind == "number" and text.isdigit():
        return int(text)
    raise NotUnderstood(text)


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    inner = text[1:-1].replace("\\'", "'") if text.startswith("'") else text[1:-1]
    try:
        return str(json.loads('"' + (inner.replace('"', '\\"') if text.startswith("'") else inner) + '"'))
    except ValueError:
        raise NotUnderstood(text) from None


def _reached(value: Any, keys: list[Any]) -> Any:
    """Follow the keys; what is missing is null, where JavaScript would fail."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list):
            if key == "length":
                value = len(value)
            else:
                value = value[key] if isinstance(key, int) and key < len(value) else None
        else:
            return None
    return value
