"""Spin's JSON paths, the part that models use: names, indices, `*`, `..` and comparisons of a member.

`$.orders[0].id`, `$..price`, `$.rows[?(@.state == 'open')]`. What a path does not know is refused by name.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from app.bpmn.expressions.coercion import to_text
from app.bpmn.expressions.json_parts import part, parts
from app.bpmn.expressions.limits import MAX_RESULT_ITEMS
from app.bpmn.expressions.scope import ELHost
from app.errors import ExpressionFailed

_STEP = re.compile(
    r"(?P<deep>\.\.)?\.?(?:(?P<name>[^\W\d][\w$-]*)|(?P<any>\*))"
    r"|(?P<deep_in>\.\.)?\[\s*(?:(?P<index>-?\d{1,9})|(?P<any_in>\*)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|\?\(\s*@\.(?P<member>[\w.]+)\s*(?:(?P<operator>==|!=|<=|>=|<|>)\s*(?P<literal>[^)]*?)\s*)?\))\s*\]"
)
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_MAX_LENGTH = 1000


class Step(NamedTuple):
    """One step of a path: what it takes of each value, whether of all below it, and whether it can find several."""

    take: Callable[[Any], Iterator[Any]]
    deep: bool
    several: bool


class SpinPath(ELHost):
    """What `jsonPath(…)` found."""

    __slots__ = ("definite", "found")

    def __init__(self, found: list[Any], definite: bool) -> None:
        self.found = found
        self.definite = definite

    def value(self) -> Any:
        """Return the plain value, or the list of all where the path can find several."""
        return self.found[0] if self.definite else self.found

    def element(self) -> Any:
        """Return what was found as a part of the document."""
        return part(self.value())

    def elements(self) -> list[Any]:
        """Return the values as parts of the document. Raises ExpressionFailed."""
        value = self.value()
        if not isinstance(value, list):
            raise ExpressionFailed("The JsonPath finds no list")
        return parts(value)

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "element": element,
        "elementList": elements,
        "stringValue": value,
        "numberValue": value,
        "boolValue": value,
    }


def json_path(root: Any, path: Any) -> SpinPath:
    """Follow a path from a value. Raises ExpressionFailed for one that is not known, or finds nothing."""
    steps = _steps(to_text(path))
    found = [root]
    for step in steps:
        if step.deep:
            found = _bounded(below for value in found for below in _descendants(value))
        found = _bounded(taken for value in found for taken in step.take(value))
    definite = not any(step.deep or step.several for step in steps)
    if definite and not found:
        raise ExpressionFailed(f"Unable to evaluate JsonPath expression '{to_text(path)}'")
    return SpinPath(found, definite)


def _bounded(values: Iterator[Any]) -> list[Any]:
    found = []
    for value in values:
        found.append(value)
        if len(found) > MAX_RESULT_ITEMS:
            raise ExpressionFailed(f"The JsonPath finds more than {MAX_RESULT_ITEMS} values")
    return found


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[Step, ...]:
    if not path.startswith("$") or len(path) > _MAX_LENGTH:
        raise ExpressionFailed(f"A JsonPath begins with '$' and has {_MAX_LENGTH} characters at most")
    steps, position = [], 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ExpressionFailed(f"This JsonPath is not known here from character {position + 1} on: {path[:200]}")
        steps.append(_step(match.groupdict()))
        position = match.end()
    return tuple(steps)


def _step(parts: Mapping[str, str | None]) -> Step:
    deep = bool(parts["deep"] or parts["deep_in"])
    if parts["any"] or parts["any_in"]:
        return Step(_all, deep, True)
    if (member := parts["member"]) is not None:
        return Step(_filter(member.split("."), parts["operator"], parts["literal"]), deep, True)
    if (index := parts["index"]) is not None:
        return Step(_at(int(index)), deep, False)
    name = next(text for text in (parts["name"], parts["single"], parts["double"]) if text is not None)
    return Step(lambda value: iter((value[name],) if isinstance(value, dict) and name in value else ()), deep, False)


def _all(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value if isinstance(value, list) else ())


def _at(index: int) -> Callable[[Any], Iterator[Any]]:
    def take(value: Any) -> Iterator[Any]:
        within = isinstance(value, list) and -len(value) <= index < len(value)
        return iter((value[index],) if within else ())

    return take


def _filter(names: list[str], sign: str | None, literal: str | None) -> Callable[[Any], Iterator[Any]]:
    wanted = None if sign is None else _literal(literal or "")

    def holds(item: Any) -> bool:
        for name in names:
            if not isinstance(item, dict) or name not in item:
                return False
            item = item[name]
        if sign is None:
            return True
        try:
            return bool(_OPERATORS[sign](item, wanted))
        except TypeError:
            return False

    return lambda value: (item for item in value if holds(item)) if isinstance(value, list) else iter(())


def _literal(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        raise ExpressionFailed(f"'{text[:80]}' is no value in a JsonPath") from None


def _descendants(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(_all(current))))
