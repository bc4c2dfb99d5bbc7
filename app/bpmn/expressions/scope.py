"""What an expression may see: names of a scope, and host objects that list what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from app.bpmn.expressions.evaluation import Evaluation
from app.errors import ExpressionFailed

CLOCK = " clock"
"""The reserved name under which a scope gives the present instant (integer milliseconds UTC); no model can write it."""

USER = " user"
"""The reserved name under which a scope gives the id of the user who acts, null for nobody."""

Closure = Callable[[Evaluation], Any]
"""A compiled expression: give it an evaluation, get the value."""


class UnknownIdentifier(ExpressionFailed):
    """A name that the scope does not know."""

    def __init__(self, name: str, expression_text: str | None = None) -> None:
        cause = f"Cannot resolve identifier '{name}'"
        prefix = "" if expression_text is None else f"Unknown property used in expression: {expression_text}. Cause: "
        super().__init__(prefix + cause, identifier=name)
        self.identifier = name


class UnknownMember(ExpressionFailed):
    """A property or method that a value does not offer. `kind` is `property` or `method`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ExpressionScope(Protocol):
    """Where an expression is evaluated."""

    def resolve(self, name: str) -> Any:
        """Return the value of an identifier, or of `CLOCK`. Raises UnknownIdentifier."""


class ELHost:
    """An object that expressions may use, as far as its class lists methods and properties.

    `el_methods` maps a method's name to a function of the object and the arguments, `el_properties` a property's name
    to a function of the object. Nothing else of the object can be reached.
    """

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    el_properties: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def el_items(self) -> Any:
        """Return the list or map that `[…]` and any other `.name` look into, None for none."""
        return None


class MappingScope:
    """Resolve names from one mapping, the present instant from `now_ms`."""

    __slots__ = ("_now_ms", "_values")

    def __init__(self, values: Mapping[str, Any], now_ms: int | None = None) -> None:
        self._values = values
        self._now_ms = now_ms

    def resolve(self, name: str) -> Any:
        """Return the value of an identifier. Raises UnknownIdentifier."""
        try:
            return self._values[name]
        except KeyError:
            if name == CLOCK and self._now_ms is not None:
                return self._now_ms
            raise UnknownIdentifier(name) from None


def mapping_scope(values: Mapping[str, Any], now_ms: int | None = None) -> ExpressionScope:
    """Return a scope that knows the names of a mapping."""
    return MappingScope(values, now_ms)
