"""Changing the schema of an SQLite file: everybody else's writes wait."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from app.database.driver_errors import driver_errors
from app.database.schema_session import SchemaSession

T = TypeVar("T")

_TYPES = {
    "BIGSERIAL": "INTEGER",
    "BIGINT": "INTEGER",
    "SMALLINT": "INTEGER",
    "BOOLEAN": "INTEGER",
    "DOUBLE PRECISION": "REAL",
    "BYTEA": "BLOB",
}
_TYPE = re.compile(rf"^({'|'.join(_TYPES)})\b")


@contextmanager
def open_schema_session(connect: Callable[[], Any], lock_path: Path) -> Iterator[SqliteSchemaSession]:
    """Lend a session that holds the lock at which the writers queue."""
    lock_path.parent.mkdir(parents=True, exist_ok=True)
    with lock_path.open("ab") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        connection = connect()
        try:
            yield SqliteSchemaSession(connection)
        finally:
            connection.close()


class SqliteSchemaSession(SchemaSession):
    """A connection of its own."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str) -> Any:
        """Execute one statement and return its cursor."""
        with driver_errors:
            return self._connection.execute(sql)

    def transaction(self, work: Callable[[], T]) -> T:
        """Run `work` between BEGIN and COMMIT."""
        self.execute("BEGIN IMMEDIATE")
        try:
            result = work()
            self.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        return result

    def build_index(self, name: str, create: str, definition: str) -> None:
        """Make the index; there is one writer at a time anyway."""
        self.execute(f'{create} IF NOT EXISTS "{name}" {definition}')

    def typed(self, column: str) -> str:
        """Replace the type by one that SQLite knows."""
        return _TYPE.sub(lambda match: _TYPES[match[0]], column)

    def expect_churn(self, table: str) -> None:
        """Do nothing: space is used again at once."""
