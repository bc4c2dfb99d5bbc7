"""Insert rows, however many, with one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.database.database import Database
from app.database.table import Table

Row = Mapping[str, Any]


class Insertion:
    """Rows for one table. `on_conflict` is the SQL of an ON CONFLICT clause."""

    def __init__(self, table: type[Table], on_conflict: str) -> None:
        self._table = table
        self._on_conflict = on_conflict
        self._names = frozenset({table._meta.table_name})
        fields = [field for field in table._meta.sorted_fields if not field.auto_increment]
        self._columns = [(field.column_name, field.default) for field in fields]

    def apply(self, database: Database, payloads: list[Sequence[Row]]) -> None:
        """Insert the rows of all payloads."""
        rows = [row for payload in payloads for row in payload]
        columns = [[row.get(name, default) for row in rows] for name, default in self._columns]
        database.insert_columns(self._table, [name for name, _ in self._columns], columns, self._on_conflict)

    def tables(self, database: Database) -> frozenset[str]:
        """Return the table's name."""
        return self._names


_insertion = lru_cache(maxsize=256)(Insertion)


def insert(database: Database, table: type[Table], rows: Sequence[Row], *, on_conflict: str = "") -> None:
    """Insert rows with one statement. A column that a row does not name gets the field's default, else null.

    `on_conflict` is the SQL of an ON CONFLICT clause, always the same text for a table. It may fail as late as at the
    commit.
    """
    database.later(_insertion(table, on_conflict), rows)
