"""Calls of the functions that FEEL offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.dmn.feel.nodes import Node, listed, or_null
from app.dmn.feel.scope import Scope
from app.dmn.feel.values import Failure, kind_of

Kinds = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its parameters with the kinds that each takes (None: any), and what calculates the result.

    The last parameter of a `variadic` one is a list: of one list as it is, else of all further arguments.
    """

    parameters: tuple[str, ...]
    kinds: tuple[Kinds, ...]
    calculate: Callable[..., Any]
    variadic: bool = False
    asks_world: bool = False

    def takes(self, count: int) -> bool:
        """Tell whether it can be called with so many arguments."""
        return count == len(self.parameters) or (self.variadic and count > len(self.parameters))

    def collected(self, values: list[Any]) -> list[Any]:
        """Return the arguments as the parameters want them."""
        if not self.variadic:
            return values
        fixed = len(self.parameters) - 1
        rest = values[fixed:]
        return [*values[:fixed], rest[0] if fixed == 0 and len(rest) == 1 and type(rest[0]) is list else rest]

    def fits(self, values: list[Any]) -> bool:
        """Tell whether the parameters take values of these kinds."""
        return all(kinds is None or kind_of(one) in kinds for one, kinds in zip(values, self.kinds, strict=True))


@dataclass(frozen=True, slots=True)
class Call:
    """`name(a, b)`: the first of some functions whose parameters take the values.

    Arguments that were given by name are in the order of the parameters, null where one is missing.
    """

    functions: tuple[Function, ...]
    arguments: tuple[Node, ...]
    by_name: bool = False

    def evaluate(self, scope: Scope) -> Any:
        """Return the result, null for arguments that no function takes. Raises ExpressionFailed."""
        given = self._given(scope)
        if any(type(value) is Failure for value in given[: self._fixed]):
            return None
        scope.world.spend(1 + sum(len(value) for value in given if type(value) is list))
        for function in self.functions:
            values = given if self.by_name else function.collected(given)
            if function.fits(values):
                world = (scope.world,) if function.asks_world else ()
                return or_null(function.calculate(*world, *values))
        return None

    @property
    def _fixed(self) -> int:
        """How many of the arguments do not go into the list of a variadic function."""
        first = self.functions[0]
        return len(first.parameters) - 1 if first.variadic and not self.by_name else len(self.arguments)

    def _given(self, scope: Scope) -> list[Any]:
        """Evaluate the arguments. Among those of a list an unbound `?` is a mere Failure, as in a list that is written
        out: `sum(?) > 3` is null in FEEL Scala, too."""
        fixed = [argument.evaluate(scope) for argument in self.arguments[: self._fixed]]
        return fixed + [listed(argument, scope) for argument in self.arguments[self._fixed :]]
