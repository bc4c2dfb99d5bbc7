"""Changing the schema of a Postgres that others use meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg

from app.database.driver_errors import driver_errors
from app.database.schema_session import SchemaSession

T = TypeVar("T")

_SCHEMA_LOCK = 0x65727261  # any number, the same for every version of this program
_PAUSE_S = 0.1
_LOCK_PATIENCE = "SET LOCAL lock_timeout = '1s'"
"""Whoever waits for a table's lock keeps all who come later from the table: better to step back and try again."""
_ATTEMPTS = 60


@contextmanager
def open_schema_session(connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[PostgresSchemaSession]:
    """Lend a session that holds an advisory lock.

    It asks for the lock until it gets it. A statement that waits for it would have a snapshot, and whoever builds an
    index waits for the end of all older snapshots: each would wait for the other.
    """
    with driver_errors:
        connection = connect()
    try:
        while not connection.execute("SELECT pg_try_advisory_lock(%s)", (_SCHEMA_LOCK,)).fetchall()[0][0]:
            time.sleep(_PAUSE_S)
        yield PostgresSchemaSession(connection)
    finally:
        connection.close()  # which frees the lock


class PostgresSchemaSession(SchemaSession):
    """A connection of its own, to the server itself: a pooler's would not keep the lock."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str) -> Any:
        """Execute one statement and return its cursor."""
        with driver_errors:
            return self._connection.execute(sql.encode())

    def transaction(self, work: Callable[[], T]) -> T:
        """Run `work` in a transaction, again when it had to wait for a table's lock."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._connection.transaction():
                    self.execute(_LOCK_PATIENCE)
                    return work()
            except Exception as error:
                if attempt == _ATTEMPTS or not _lacked_a_lock(error):
                    raise
            time.sleep(_PAUSE_S)
        raise AssertionError("unreachable")

    def build_index(self, name: str, create: str, definition: str) -> None:
        """Build the index concurrently; what is left of an attempt that failed is of no use, and is dropped first."""
        broken = f"SELECT FROM pg_index WHERE indexrelid = to_regclass('\"{name}\"') AND NOT indisvalid"
        if self.execute(broken).rowcount:
            self.execute(f'DROP INDEX CONCURRENTLY "{name}"')
        self.execute(f'{create} CONCURRENTLY IF NOT EXISTS "{name}" {definition}')

    def typed(self, column: str) -> str:
        """Return the definition as it is."""
        return column

    def expect_churn(self, table: str) -> None:
        """Leave room for new versions beside the old ones, and clean up early: dead rows slow every fetch down."""
        self.execute(
            f'ALTER TABLE "{table}" SET (fillfactor = 70,'
            " autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)"
        )


def _lacked_a_lock(error: BaseException) -> bool:
    return isinstance(getattr(error, "orig", error), psycopg.errors.LockNotAvailable)
