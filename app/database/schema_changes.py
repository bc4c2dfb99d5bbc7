"""The changes that migrations consist of. Each makes only what is not there, so it may be made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from app.database.schema_session import SchemaSession


class Change(Protocol):
    """A change of the schema. Those that lock a table for long are `online`: they run outside of the transaction."""

    @property
    def online(self) -> bool: ...

    def apply(self, session: SchemaSession) -> None:
        """Make the change unless it has been made."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index: what it is on, `(topic, created_at) WHERE ready = 1`, is the end of its SQL."""

    name: str
    on: str
    unique: bool = False

    @property
    def create(self) -> str:
        """The first words of its SQL."""
        return "CREATE UNIQUE INDEX" if self.unique else "CREATE INDEX"


@dataclass(frozen=True, slots=True)
class AddTable:
    """Add a table, or the columns and indexes that it lacks.

    `columns` is SQL: each column's name, its type in Postgres' words, its constraints; a comma stands between two
    columns and nowhere else. A table whose rows are changed and deleted all the time `churns`.
    """

    online: ClassVar[bool] = False

    name: str
    columns: str
    indexes: tuple[Index, ...] = ()
    churns: bool = False

    def apply(self, session: SchemaSession) -> None:
        """Make the table."""
        columns = dict(_columns(session, self.columns))
        session.execute(f'CREATE TABLE IF NOT EXISTS "{self.name}" ({", ".join(columns.values())})')
        present = session.columns_of(self.name)
        for column, definition in columns.items():
            if column not in present:
                session.execute(f'ALTER TABLE "{self.name}" ADD COLUMN {definition}')
        for index in self.indexes:
            session.execute(f'{index.create} IF NOT EXISTS "{index.name}" ON "{self.name}" {index.on}')
        if self.churns:
            session.expect_churn(self.name)


@dataclass(frozen=True, slots=True)
class AddColumn:
    """Add a column, `removal_at BIGINT`.

    It may be null or has a DEFAULT: older servers go on inserting rows without it. Raises ValueError.
    """

    online: ClassVar[bool] = False

    table: str
    column: str

    def __post_init__(self) -> None:
        if "NOT NULL" in self.column and "DEFAULT" not in self.column:
            raise ValueError(f"{self.table}.{self.column}: older servers would insert rows without it; add a DEFAULT")

    def apply(self, session: SchemaSession) -> None:
        """Add the column."""
        ((name, definition),) = _columns(session, self.column)
        if name not in session.columns_of(self.table):
            session.execute(f'ALTER TABLE "{self.table}" ADD COLUMN {definition}')


@dataclass(frozen=True, slots=True)
class AddIndex:
    """Add an index to a table that has rows, while others write to it."""

    online: ClassVar[bool] = True

    table: str
    index: Index

    def apply(self, session: SchemaSession) -> None:
        """Build the index."""
        session.build_index(self.index.name, self.index.create, f'ON "{self.table}" {self.index.on}')


def _columns(session: SchemaSession, columns: str) -> Iterator[tuple[str, str]]:
    for column in columns.split(","):
        name, definition = column.split(maxsplit=1)
        yield name, f'"{name}" {session.typed(definition.strip())}'
