"""What expressions may do with a text: methods of java.lang.String; the one regular expression runs in linear time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import re2

from app.bpmn.expressions.coercion import to_integer, to_number, to_text
from app.bpmn.expressions.limits import MAX_RESULT_ITEMS, bounded_text, ensure_length
from app.errors import ExpressionFailed

_PATTERN_BYTES = 1 << 20
_REGEX_CHARACTERS = frozenset("\\^$.|?*+()[]{}")


def _concat(text: str, other: Any) -> str:
    tail = to_text(other)
    ensure_length(len(text) + len(tail))
    return text + tail


def _replace(text: str, old: Any, new: Any) -> str:
    old, new = to_text(old), to_text(new)
    ensure_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _repeat(text: str, count: Any) -> str:
    times = to_integer(count)
    if times < 0:
        raise ExpressionFailed("repeat(): count is negative")
    ensure_length(len(text) * times)
    return text * times


def literal_pattern(pattern: Any) -> str:
    r"""Return the text that a regular expression without any operator means (`\\|` is `|`). Raises ExpressionFailed."""
    text = to_text(pattern)
    literal, escaped = [], False
    for character in text:
        if escaped:
            if character.isalnum():
                raise _no_regular_expressions(text)
            escaped = False
        elif character == "\\":
            escaped = True
            continue
        elif character in _REGEX_CHARACTERS:
            raise _no_regular_expressions(text)
        literal.append(character)
    if escaped:
        raise _no_regular_expressions(text)
    return "".join(literal)


def _matches(text: str, pattern: Any) -> bool:
    """Tell whether a regular expression matches the whole text, in a time that its length bounds (RE2)."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_BYTES
    try:
        return re2.compile(to_text(pattern), options).fullmatch(text) is not None
    except re2.error:
        raise ExpressionFailed(f"matches(): '{to_text(pattern)[:80]}' is no regular expression") from None


def _no_regular_expressions(text: str) -> ExpressionFailed:
    return ExpressionFailed(
        f"Regular expressions are not supported ('{text[:40]}'); escape the characters meant literally"
    )


def _split(text: str, pattern: Any, limit: Any = 0) -> list[str]:
    """Split as Java does: without a limit, empty texts at the end are dropped."""
    separator, most = literal_pattern(pattern), to_integer(limit)
    if text.count(separator) > MAX_RESULT_ITEMS:
        raise ExpressionFailed(f"split(): more than {MAX_RESULT_ITEMS} parts")
    times = most - 1 if most > 0 else -1
    parts = _characters(text, times) if not separator else text.split(separator, times)
    while most == 0 and len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _characters(text: str, times: int) -> list[str]:
    return list(text) if times < 0 else [*text[:times], text[times:]]


def _replace_all(text: str, pattern: Any, new: Any) -> str:
    replacement = to_text(new)
    if "$" in replacement or "\\" in replacement:
        raise _no_regular_expressions(replacement)
    return _replace(text, literal_pattern(pattern), replacement)


def _replace_first(text: str, pattern: Any, new: Any) -> str:
    head, separator, tail = text.partition(old) if (old := literal_pattern(pattern)) else ("", "", text)
    return bounded_text(head + to_text(new) + tail) if separator or not old else text


def _index(text: str, position: Any, most: int) -> int:
    index = to_integer(position)
    if 0 <= index <= most:
        return index
    raise ExpressionFailed(f"String index out of range: {index}")


def _last_index(text: str, other: Any) -> int:
    """Look from the front in the texts turned round: Python's `rfind` is quadratic, its `find` is not."""
    wanted = to_text(other)
    found = text[::-1].find(wanted[::-1])
    return -1 if found < 0 else len(text) - len(wanted) - found


def _substring(text: str, begin: Any, end: Any = None) -> str:
    last = len(text) if end is None else _index(text, end, len(text))
    return text[_index(text, begin, last) : last]


def _compare(text: str, other: Any) -> int:
    right = to_text(other)
    return (text > right) - (text < right)


def _equals_ignoring_case(text: str, other: Any) -> bool:
    return other is not None and text.casefold() == to_text(other).casefold()


TEXT_METHODS: Mapping[str, Callable[..., Any]] = {
    "matches": _matches,
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "equals": lambda text, other: isinstance(other, str) and text == other,
    "equalsIgnoreCase": _equals_ignoring_case,
    "compareTo": _compare,
    "compareToIgnoreCase": lambda text, other: _compare(text.casefold(), to_text(other).casefold()),
    "contains": lambda text, other: to_text(other) in text,
    "startsWith": lambda text, other, offset=0: text.startswith(to_text(other), to_integer(offset)),
    "endsWith": lambda text, other: text.endswith(to_text(other)),
    "indexOf": lambda text, other, start=0: text.find(to_text(other), max(to_integer(start), 0)),
    "lastIndexOf": _last_index,
    "charAt": lambda text, index: text[_index(text, index, len(text) - 1)],
    "substring": _substring,
    "concat": _concat,
    "replace": _replace,
    "replaceAll": _replace_all,
    "replaceFirst": _replace_first,
    "repeat": _repeat,
    "split": _split,
    "toUpperCase": lambda text: bounded_text(text.upper()),
    "toLowerCase": lambda text: bounded_text(text.lower()),
    "trim": lambda text: text.strip(),
    "strip": lambda text: text.strip(),
    "toString": lambda text: text,
    "intValue": to_integer,
    "longValue": to_integer,
    "doubleValue": lambda text: float(to_number(text)),
}
