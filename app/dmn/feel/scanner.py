"""The text of an expression with a position in it, which goes back where an alternative does not fit."""

from __future__ import annotations

import re
from itertools import takewhile

from app.dmn.feel.limits import MAX_PARSER_STEPS
from app.errors import ExpressionFailed

_SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACE = re.compile(rf"(?:[{_SPACES}]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_CURRENCIES = "$¢£¤¥₠-₿"
_WORD = rf"(?:[^\W\d]|[{_CURRENCIES}])[\w{_CURRENCIES}]*"
_IDENTIFIER = re.compile(_WORD)
_WORDS = re.compile(rf"(?:{_WORD})(?: +(?:{_WORD}))+")
_ESCAPED = re.compile(r"`([^`]+)`")
_TEXT = re.compile(r'"((?:\\[\s\S]|[^"\\])*)"')
_RESERVED = frozenset(
    ("null", "true", "false", "function", "in", "return", "then", "else", "satisfies", "and", "or")
)  # fmt: skip


class Scanner:
    """Take pieces of a text one after the other; what does not fit leaves the position where it was."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.furthest = 0
        self._steps = 0
        self._behind_space: dict[int, int] = {}

    def step(self) -> None:
        """Count an attempt. Raises ExpressionFailed when there were too many."""
        self._steps += 1
        if self._steps > MAX_PARSER_STEPS:
            raise ExpressionFailed("the expression is too complicated")

    def skip_space(self) -> None:
        """Go behind space and comments."""
        behind = self._behind_space.get(self.position)
        if behind is None:
            space = _SPACE.match(self.text, self.position)
            behind = self._behind_space[self.position] = space.end() if space else self.position
        self.position = behind

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take what a pattern finds behind space."""
        self.step()
        start = self.position
        self.skip_space()
        found = pattern.match(self.text, self.position)
        if self.position > self.furthest:
            self.furthest = self.position
        self.position = start if found is None else found.end()
        return found

    def take(self, *words: str) -> str | None:
        """Take the first of some words behind space, whatever follows it."""
        self.step()
        start = self.position
        self.skip_space()
        if self.position > self.furthest:
            self.furthest = self.position
        for word in words:
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return word
        self.position = start
        return None

    def at_end(self) -> bool:
        """Tell whether nothing but space is left."""
        self.skip_space()
        return self.position == len(self.text)

    def identifier(self) -> str | None:
        """Take a word that begins with a letter and is no reserved one."""
        start = self.position
        found = self.match(_IDENTIFIER)
        if found is None or found.group() in _RESERVED:
            self.position = start
            return None
        return found.group()

    def name(self) -> str | None:
        """Take an identifier, or anything between backticks."""
        word = self.identifier()
        if word is not None:
            return word
        escaped = self.match(_ESCAPED)
        return None if escaped is None else escaped.group(1)

    def words(self) -> str | None:
        """Take two or more identifiers with mere spaces between them."""
        start = self.position
        found = self.match(_WORDS)
        if found is None:
            return None
        if _RESERVED.isdisjoint(found.group().split()):
            return found.group()
        self.position = start
        return self._unreserved(found)

    def _unreserved(self, found: re.Match[str]) -> str | None:
        """Take the words before the first one that is reserved, if they are two or more."""
        taken = list(takewhile(lambda word: word.group() not in _RESERVED, re.finditer("[^ ]+", found.group())))
        if len(taken) < 2:
            return None
        self.position = found.start() + taken[-1].end()
        return self.text[found.start() : self.position]

    def quoted(self) -> str | None:
        """Take a text in quotes and return it as it is written."""
        found = self.match(_TEXT)
        return None if found is None else found.group(1)
