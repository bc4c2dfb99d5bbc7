"""The parts of the grammar that bind closest: literals, names, calls, members, items."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from app.dmn.feel.access import Filter, Member, Name, QuestionMark
from app.dmn.feel.calls import Call
from app.dmn.feel.functions import find_by_count, find_by_names
from app.dmn.feel.limits import MAX_NUMBER_LENGTH
from app.dmn.feel.literals import Constant, ContextLiteral, ListLiteral, RangeLiteral
from app.dmn.feel.logic import Comparison, Equality
from app.dmn.feel.nodes import Node
from app.dmn.feel.scanner import Scanner
from app.dmn.feel.temporal_literals import READERS
from app.errors import ExpressionFailed

_T = TypeVar("_T")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_KEY = re.compile(r'[^"{}:,\[\]`]+')
_NAMES_WITH_RESERVED_WORDS = ("and", "or", "date and time", "years and months duration", "get or else")
_ESCAPES = (
    (re.compile(r"(?<!\\)\\n"), "\n"),
    (re.compile(r"(?<!\\)\\r"), "\r"),
    (re.compile(r"(?<!\\)\\t"), "\t"),
    (re.compile(r"(?<!\\)\\b"), "\b"),
    (re.compile(r"(?<!\\)\\f"), "\f"),
    (re.compile(r"(?<!\\)\\'"), "'"),
    (re.compile(r'(?<!\\)\\"'), '"'),
    (re.compile(r"\\\\"), r"\\"),
)
Ends = tuple[Node, Node, bool, bool]


class Terminals(ABC):
    """Rules that return a node, or None where they do not fit (the position is the caller's to restore)."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner

    @abstractmethod
    def expression(self) -> Node | None:
        """Any expression."""

    @abstractmethod
    def calculation(self) -> Node | None:
        """An expression without comparison and logic."""

    def attempt(self, rule: Callable[[], _T | None]) -> _T | None:
        """Apply a rule; go back where it does not fit."""
        start = self.scanner.position
        found = rule()
        if found is None:
            self.scanner.position = start
        return found

    def after(self, word: str, rule: Callable[[], _T | None]) -> _T | None:
        """Apply a rule behind a word."""
        return rule() if self.scanner.take(word) else None

    def within(self, opening: str, rule: Callable[[], _T | None], closing: str) -> _T | None:
        """Apply a rule between two symbols."""
        found = self.after(opening, rule)
        return found if found is not None and self.scanner.take(closing) else None

    def repeated(self, rule: Callable[[], _T | None], separator: str = ",") -> list[_T]:
        """Apply a rule as often as it fits, with separators between."""
        return self.joined(separator, rule)

    def joined(self, separator: str, rule: Callable[[], _T | None]) -> list[_T]:
        """Apply a rule as often as it fits, with a word between."""
        found: list[_T] = []
        one = self.attempt(rule)
        while one is not None:
            found.append(one)
            one = self.attempt(lambda: self.after(separator, rule))
        return found

    def value(self) -> Node | None:
        """A terminal with its members and items: `a.b[1].c`."""
        node = self._terminal()
        chained = node
        while chained is not None:
            node, chained = chained, self._chained(chained)
        return node

    def _chained(self, base: Node) -> Node | None:
        return self.attempt(lambda: self._member(base)) or self.attempt(lambda: self._filter(base))

    def _member(self, base: Node) -> Node | None:
        name = self.after(".", self._member_name)
        return Member(base, name) if name else None

    def _member_name(self) -> str | None:
        return self.scanner.take("time offset") or self.scanner.name()

    def _filter(self, base: Node) -> Node | None:
        condition = self.within("[", self.expression, "]")
        return Filter(base, condition, isinstance(condition, Comparison | Equality | Call)) if condition else None

    def _terminal(self) -> Node | None:
        for rule in (self._temporal, self._call, self._variable, self._literal, self._function, self._parentheses):
            if node := self.attempt(rule):
                return node
        return None

    def _parentheses(self) -> Node | None:
        return self.within("(", self.expression, ")")

    def _temporal(self) -> Node | None:
        word = self.scanner.take("duration", "date and time", "date", "time", "@")
        if word is None:
            return None
        text = self.scanner.quoted() if word == "@" else self.within("(", self.scanner.quoted, ")")
        return None if text is None else Constant(READERS[word](text))

    def _variable(self) -> Node | None:
        names = self.repeated(self._member_name, ".")
        return Name(tuple(names)) if names else None

    def _literal(self) -> Node | None:
        word = self.scanner.take("null", "true", "false", "?")
        if word is not None:
            return QuestionMark() if word == "?" else Constant({"null": None, "true": True, "false": False}[word])
        text = self.scanner.quoted()
        if text is not None:
            return Constant(_unescaped(text))
        return self.attempt(self._number) or self.attempt(self._list) or self.attempt(self._context)

    def _number(self) -> Node | None:
        found = self.scanner.match(_NUMBER)
        if found is None:
            return None
        if len(found.group()) > MAX_NUMBER_LENGTH:
            raise ExpressionFailed(f"a number has more than {MAX_NUMBER_LENGTH} characters")
        return Constant(Decimal(found.group()))

    def _list(self) -> Node | None:
        items = self.within("[", lambda: self.repeated(self.expression), "]")
        return None if items is None else ListLiteral(tuple(items))

    def _context(self) -> Node | None:
        entries = self.within("{", lambda: self.repeated(self._entry), "}")
        return None if entries is None else ContextLiteral(tuple(entries))

    def _entry(self) -> tuple[str, Node] | None:
        key = self._key()
        node = None if key is None else self.after(":", self.expression)
        return None if key is None or node is None else (key, node)

    def _key(self) -> str | None:
        found = self.scanner.match(_KEY)
        if found is not None:
            return found.group().rstrip()
        name = self.scanner.name()
        return self.scanner.quoted() if name is None else name

    def range_ends(self) -> Ends | None:
        """`[a..b]`, `(a..b)`, `]a..b[` and their mixtures."""
        return self.attempt(self._range_ends)

    def _range_ends(self) -> Ends | None:
        opening = self.scanner.take("(", "]", "[")
        start = self.calculation() if opening else None
        end = start and self.after("..", self.calculation)
        closing = self.scanner.take(")", "[", "]") if end else None
        return (start, end, opening == "[", closing == "]") if start and end and closing else None

    def _function(self) -> Node | None:
        if self.scanner.take("function") and self.scanner.take("("):
            raise ExpressionFailed("function definitions are not supported")
        return None

    def _call(self) -> Node | None:
        names = self.attempt(self._called)
        if names is None or not self.scanner.take("("):
            return None
        named = self.attempt(lambda: self._arguments(self._named_argument))
        if named is not None:
            return _named_call(names, named)
        arguments = self._arguments(self._argument)
        return None if arguments is None else _positional_call(names, arguments)

    def _called(self) -> str | None:
        words = self.attempt(self.scanner.words)
        if words is not None:
            return " ".join(words.split())
        reserved = self.scanner.take(*_NAMES_WITH_RESERVED_WORDS)
        return reserved or ".".join(self.repeated(self._member_name, ".")) or None

    def _arguments(self, rule: Callable[[], _T | None]) -> list[_T] | None:
        arguments = self.repeated(rule)
        return arguments if self.scanner.take(")") else None

    def _argument(self) -> Node | None:
        ends = self.range_ends()
        return RangeLiteral(*ends) if ends else self.expression()

    def _named_argument(self) -> tuple[str, Node] | None:
        name = self.attempt(self.scanner.words) or self.scanner.name()
        node = self.after(":", self._argument) if name else None
        return (name, node) if name and node else None


def _unescaped(text: str) -> str:
    for pattern, replacement in _ESCAPES if "\\" in text else ():
        text = pattern.sub(replacement, text)
    return text


def _positional_call(name: str, arguments: list[Node]) -> Call:
    return Call(find_by_count(name, len(arguments)), tuple(arguments))


def _named_call(name: str, named: list[tuple[str, Node]]) -> Call:
    given = dict(named)
    functions = find_by_names(name, set(given))
    in_order = tuple(given.get(one, Constant(None)) for one in functions[0].parameters)
    return Call(functions, in_order, by_name=True)
