"""A session that may change the schema, while no other process does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class SchemaSession(ABC):
    """One connection, and the lock that keeps other processes from changing the schema until it is closed."""

    @abstractmethod
    def execute(self, sql: str) -> Any:
        """Execute one statement and return its cursor. Raises peewee.PeeweeException."""

    @abstractmethod
    def transaction(self, work: Callable[[], T]) -> T:
        """Run `work` in one transaction. It may be run again when somebody holds what it needs to lock."""

    @abstractmethod
    def build_index(self, name: str, create: str, definition: str) -> None:
        """Outside of a transaction: make an index unless it is there, and let others write to its table meanwhile.

        The statement is `create` (CREATE INDEX), the name, and its `definition` (ON …).
        """

    @abstractmethod
    def typed(self, column: str) -> str:
        """Return the definition of a column, which has Postgres' words, in the words of this database."""

    @abstractmethod
    def expect_churn(self, table: str) -> None:
        """Prepare a table whose rows are changed and deleted all the time."""

    def columns_of(self, table: str) -> set[str]:
        """Return the names of a table's columns."""
        return {column[0] for column in self.execute(f'SELECT * FROM "{table}" LIMIT 0').description}
