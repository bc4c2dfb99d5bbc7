"""Names, `?`, members and items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.dmn.feel.durations import split, whole_seconds
from app.dmn.feel.nodes import Node
from app.dmn.feel.scope import ABSENT, InnerScope, Scope
from app.dmn.feel.temporal import is_zoned, offset_of, zone_name
from app.dmn.feel.values import (
    DATE,
    DATE_TIME,
    DURATION,
    LOCAL_DATE_TIME,
    LOCAL_TIME,
    MONTHS,
    TIME,
    Failure,
    kind_of,
)  # fmt: skip

Property = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or a path of names: `a`, `a.b.c`."""

    names: tuple[str, ...]

    def evaluate(self, scope: Scope) -> Any:
        """Return the value, null for what is not there."""
        value = scope.find(self.names[0])
        if value is ABSENT:
            return None if len(self.names) == 1 else _followed(None, self.names[1:])
        return _followed(value, self.names[1:])


def _followed(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        value = member(value, name)
    return value


@dataclass(frozen=True, slots=True)
class QuestionMark:
    """`?`: the value of the column, where a condition is written out."""

    def evaluate(self, scope: Scope) -> Any:
        """Return it. Raises QuestionMarkUnbound."""
        return scope.question_mark()


@dataclass(frozen=True, slots=True)
class Member:
    """`….name`."""

    base: Node
    name: str

    def evaluate(self, scope: Scope) -> Any:
        """Return the member, null for what is not there."""
        base = self.base.evaluate(scope)
        return base if type(base) is Failure else member(base, self.name)


def member(value: Any, name: str) -> Any:
    """Return the entry of a context, the list of those of a list's items, or the property of a value; else null."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is list:
        return [member(item, name) for item in value]
    read = _PROPERTIES.get(kind_of(value), {}).get(name)
    return None if read is None else read(value)


def _number(name: str) -> Property:
    return lambda value: Decimal(getattr(value, name))


def _weekday(value: Any) -> Decimal:
    return Decimal(value.isoweekday())


def _of(kind: Callable[[Any], Any], name: str) -> Property:
    return lambda value: Decimal(getattr(kind(value), name))


def _nothing(value: Any) -> None:
    return None


def _seconds(divisor: int, modulus: int) -> Property:
    return lambda value: Decimal(split(split(whole_seconds(value), divisor)[0], modulus)[1])


_DATE: Mapping[str, Property] = {
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "weekday": _weekday,
}
_CLOCK: Mapping[str, Property] = {"hour": _number("hour"), "minute": _number("minute"), "second": _number("second")}
_LOCAL: Mapping[str, Property] = {"time offset": _nothing, "timezone": _nothing}
_PROPERTIES: Mapping[str, Mapping[str, Property]] = {
    DATE: _DATE,
    LOCAL_TIME: {**_CLOCK, **_LOCAL},
    TIME: {
        **{name: _of(lambda value: value.time, name) for name in _CLOCK},
        "time offset": lambda value: timedelta(seconds=value.offset),
        "timezone": lambda value: value.zone,
    },
    LOCAL_DATE_TIME: {**_DATE, **_CLOCK, **_LOCAL},
    DATE_TIME: {
        **_DATE,
        **_CLOCK,
        "time offset": lambda value: timedelta(seconds=offset_of(value)),
        "timezone": lambda value: zone_name(value) if is_zoned(value) else None,
    },
    MONTHS: {
        "years": lambda value: Decimal(split(value.months, 12)[0]),
        "months": lambda value: Decimal(split(value.months, 12)[1]),
    },
    DURATION: {
        "days": lambda value: Decimal(split(whole_seconds(value), 86_400)[0]),
        "hours": _seconds(3_600, 24),
        "minutes": _seconds(60, 60),
        "seconds": _seconds(1, 60),
    },
}


@dataclass(frozen=True, slots=True)
class Filter:
    """`list[2]`, `list[item > 2]`. `decided_per_item`: the condition is a comparison or a call, never an index."""

    base: Node
    condition: Node
    decided_per_item: bool

    def evaluate(self, scope: Scope) -> Any:
        """Return the item at an index (from 1, or from the end), or the list of those that fit; null for no list."""
        items = self.base.evaluate(scope)
        if type(items) is not list:
            return None
        if not self.decided_per_item:
            index = self.condition.evaluate(scope)
            if type(index) is Decimal:
                return _item(items, index)
        return self._fitting(items, scope)

    def _fitting(self, items: list[Any], scope: Scope) -> Any:
        fitting: list[Any] = []
        for position, item in enumerate(items):
            scope.world.spend()
            answer = self.condition.evaluate(_item_scope(item, scope))
            if position == 0 and type(answer) is Decimal:
                return _item(items, answer)
            if position == 0 and type(answer) is Failure:
                return None
            if answer is True:
                fitting.append(item)
        return fitting


def _item_scope(item: Any, scope: Scope) -> Scope:
    names = {"item": item}
    return InnerScope(scope, names | item if type(item) is dict else names)


def _item(items: list[Any], index: Decimal) -> Any:
    position = index - 1 if index > 0 else len(items) + index
    return items[int(position)] if 0 <= position < len(items) else None
