"""Functions of texts. Regular expressions are RE2's: none takes longer than its text."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import re2

from app.dmn.feel.functions.registry import (
    NUMBERS,
    TEXTS,
    Functions,
    bounded_list,
    bounded_text,
    ensure_length,
    function,
)
from app.errors import ExpressionFailed

_FLAGS = "smi"


def _index(string: str, position: int) -> int:
    index = position - 1 if position > 0 else len(string) + position
    if 0 <= index <= len(string):
        return index
    raise ExpressionFailed(f"substring(): position {position} is outside of a text of {len(string)} characters")


def _substring(string: str, start: Decimal) -> str:
    return string[_index(string, int(start)) :]


def _substring_of_length(string: str, start: Decimal, length: Decimal) -> str:
    begin = _index(string, int(start))
    end = min(begin + int(length), len(string))
    if end < begin:
        raise ExpressionFailed(f"substring(): {int(length)} is no length")
    return string[begin:end]


def _before(string: str, match: str) -> str:
    return string[: max(string.find(match), 0)]


def _after(string: str, match: str) -> str:
    index = string.find(match)
    return "" if index < 0 else string[index + len(match) :]


def _compiled(pattern: str, flags: str = "") -> Any:
    """Compile a regular expression. Raises ExpressionFailed for what RE2 does not know."""
    if "x" in flags:
        raise ExpressionFailed("The flag 'x' of regular expressions is not supported")
    used = "".join(flag for flag in _FLAGS if flag in flags)
    try:
        return re2.compile(f"(?{used}){pattern}" if used else pattern)
    except re2.error as error:
        raise ExpressionFailed(f"The regular expression '{pattern[:80]}' is not supported: {error}") from None


def _matches(input: str, pattern: str, flags: str = "") -> bool:
    return _compiled(pattern, flags).search(input) is not None


def _replaced(input: str, pattern: str, replacement: str, flags: str = "") -> Any:
    compiled = _compiled(pattern, flags)
    parts = _replacement_parts(replacement, compiled.groups)
    if parts is None:
        raise ExpressionFailed(f"The replacement '{replacement[:80]}' is none: '$1' stands for a group")
    return bounded_text(compiled.sub(_filled(parts), input))


def _filled(parts: list[str | int]) -> Callable[[Any], str]:
    made = 0

    def fill(found: Any) -> str:
        nonlocal made
        text = "".join(part if isinstance(part, str) else found.group(part) or "" for part in parts)
        made += len(text)
        ensure_length(made)
        return text

    return fill


def _replacement_parts(replacement: str, groups: int) -> list[str | int] | None:
    r"""Cut a replacement at `$1`; `\` makes the next character literal. None when it is wrong."""
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        character, rest = replacement[position], replacement[position + 1 :]
        if character == "\\":
            if not rest:
                return None
            parts.append(rest[0])
            position += 2
        elif character == "$":
            if not rest[:1].isdigit() or int(rest[0]) > groups:
                return None
            parts.append(int(rest[0]))
            position += 2
        else:
            parts.append(character)
            position += 1
    return parts


def _split(string: str, delimiter: str) -> list[str]:
    return bounded_list(_compiled(delimiter).split(string))


def _extract(input: str, pattern: str) -> list[str]:
    return bounded_list([found.group() for found in _compiled(pattern).finditer(input)])


def _base64(value: str) -> str:
    return bounded_text(base64.b64encode(value.encode()).decode())


def _blank(string: str) -> bool:
    return not string.strip()


TEXT_FUNCTIONS: Functions = {
    "substring": (
        function(_substring, string=TEXTS, start_position=NUMBERS),
        function(_substring_of_length, string=TEXTS, start_position=NUMBERS, length=NUMBERS),
    ),
    "string length": (function(lambda string: Decimal(len(string)), string=TEXTS),),
    "upper case": (function(lambda string: bounded_text(string.upper()), string=TEXTS),),
    "lower case": (function(lambda string: bounded_text(string.lower()), string=TEXTS),),
    "substring before": (function(_before, string=TEXTS, match=TEXTS),),
    "substring after": (function(_after, string=TEXTS, match=TEXTS),),
    "contains": (function(lambda string, match: match in string, string=TEXTS, match=TEXTS),),
    "starts with": (function(lambda string, match: string.startswith(match), string=TEXTS, match=TEXTS),),
    "ends with": (function(lambda string, match: string.endswith(match), string=TEXTS, match=TEXTS),),
    "trim": (function(lambda string: string.strip("".join(map(chr, range(33)))), string=TEXTS),),
    "is blank": (function(_blank, string=TEXTS),),
    "to base64": (function(_base64, value=TEXTS),),
    "matches": (
        function(_matches, input=TEXTS, pattern=TEXTS),
        function(_matches, input=TEXTS, pattern=TEXTS, flags=TEXTS),
    ),
    "replace": (
        function(_replaced, input=TEXTS, pattern=TEXTS, replacement=TEXTS),
        function(_replaced, input=TEXTS, pattern=TEXTS, replacement=TEXTS, flags=TEXTS),
    ),
    "split": (function(_split, string=TEXTS, delimiter=TEXTS),),
    "extract": (function(_extract, input=TEXTS, pattern=TEXTS),),
}
