"""The ways to narrow a list: each turns a wanted value into a query condition and says which kind of value it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import peewee

Kind = Literal["text", "texts", "instant", "number", "flag", "variables", "comparisons", "value", "criteria"]
"""What a filter takes: a text, a list of them, an instant in ms, an integer, a boolean, `VariableCondition`s, pairs of
operator and instant, a `Variable`, or criteria of the same listing."""

Criteria = Mapping[str, Any]
"""Wanted values by the names of a listing's filters; None and empty lists ask for nothing."""

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda column, value: column == value,
    "neq": lambda column, value: column != value,
    "gt": lambda column, value: column > value,
    "gteq": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lteq": lambda column, value: column <= value,
    "like": lambda column, value: matches(column, value),
    "notLike": lambda column, value: ~matches(column, value),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: `condition` is given the wanted value and all criteria, since some of them change others."""

    kind: Kind
    condition: Callable[[Any, Criteria], Any]


def matches(column: Any, pattern: str) -> Any:
    """Return the condition `column LIKE pattern`: the caller's `%` and `_` count, a backslash escapes them."""
    return peewee.NodeList((column, peewee.SQL("LIKE"), peewee.Value(pattern), peewee.SQL("ESCAPE '\\'")), parens=True)


def equals(column: Any) -> Filter:
    """Want one text."""
    return Filter("text", lambda value, _: column == value)


def like(column: Any) -> Filter:
    """Want texts like a pattern of SQL."""
    return Filter("text", lambda value, _: matches(column, value))


def one_of(column: Any) -> Filter:
    """Want any of some texts."""
    return Filter("texts", lambda values, _: column.in_(list(values)))


def none_of(column: Any) -> Filter:
    """Want none of some texts; rows without one are wanted too."""
    return Filter("texts", lambda values, _: column.not_in(list(values)) | column.is_null())


def number(column: Any, comparison: str = "eq") -> Filter:
    """Want a number that compares like this."""
    compare = COMPARISONS[comparison]
    return Filter("number", lambda value, _: compare(column, value))


def instant(column: Any, comparison: str = "eq") -> Filter:
    """Want an instant that compares like this."""
    compare = COMPARISONS[comparison]
    return Filter("instant", lambda value, _: compare(column, value))


def comparisons(column: Any) -> Filter:
    """Want instants that compare as each pair of operator and instant says."""
    return Filter(
        "comparisons",
        lambda pairs, _: all_of(COMPARISONS[operator](column, value) for operator, value in pairs),
    )


def only(condition: Callable[[], Any]) -> Filter:
    """Want, if true, only what meets the condition; false asks for nothing."""
    return Filter("flag", lambda value, _: condition() if value else None)


def modifier() -> Filter:
    """Change what another filter means, and ask for nothing itself."""
    return Filter("flag", lambda _value, _criteria: None)


def nothing(kind: Kind = "text") -> Filter:
    """Want what cannot be here (case management): nothing meets it."""
    return Filter(kind, lambda _value, _criteria: peewee.SQL("1 = 0"))


def text(condition: Callable[[str], Any]) -> Filter:
    """Want a text in a way of its own."""
    return Filter("text", lambda value, _: condition(value))


def texts(condition: Callable[[list[str]], Any]) -> Filter:
    """Want some texts in a way of their own."""
    return Filter("texts", lambda values, _: condition(list(values)))


def tenants(column: Any) -> dict[str, Filter]:
    """Return the filters that every noun with a tenant has."""

    def wanted(ids: list[str], criteria: Criteria) -> Any:
        condition = column.in_(list(ids))
        return condition | column.is_null() if criteria.get("including_without_tenant") else condition

    return {
        "tenant_ids": Filter("texts", wanted),
        "without_tenant": only(column.is_null),
        "including_without_tenant": modifier(),
    }


def all_of(conditions: Any) -> Any:
    """Join conditions by AND; None if there are none."""
    joined = None
    for condition in conditions:
        if condition is not None:
            joined = condition if joined is None else joined & condition
    return joined


def any_of(conditions: Any) -> Any:
    """Join conditions by OR; None if there are none."""
    joined = None
    for condition in conditions:
        if condition is not None:
            joined = condition if joined is None else joined | condition
    return joined
