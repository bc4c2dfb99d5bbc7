"""Methods that run in a transaction, or on a read connection, of their object's database."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from app.database.database import Database

T = TypeVar("T")
Arguments = ParamSpec("Arguments")


class HasDatabase(Protocol):
    """An object whose methods may be a `transaction` or `reading`."""

    @property
    def database(self) -> Database: ...


Self = TypeVar("Self", bound=HasDatabase)


def transaction(
    method: Callable[Concatenate[Self, Arguments], T],
) -> Callable[Concatenate[Self, Arguments], T]:
    """Run a method in one write transaction of `self.database`."""

    @functools.wraps(method)
    def inside(self: Self, *arguments: Arguments.args, **options: Arguments.kwargs) -> T:
        return self.database.write(lambda: method(self, *arguments, **options))

    return inside  # type: ignore[return-value]


def reading(method: Callable[Concatenate[Self, Arguments], T]) -> Callable[Concatenate[Self, Arguments], T]:
    """Run a method on one read connection of `self.database`."""

    @functools.wraps(method)
    def inside(self: Self, *arguments: Arguments.args, **options: Arguments.kwargs) -> T:
        return self.database.read(lambda: method(self, *arguments, **options))

    return inside  # type: ignore[return-value]
