"""SQLite: one file, one writer at a time, group commit, and readers that never wait for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import orjson
import peewee

from app.database.database import Database, Preparation
from app.database.group_commit import GroupCommit, Operation
from app.database.pool import Pool
from app.database.schema_session import SchemaSession
from app.database.sqlite.schema_session import open_schema_session
from app.database.sqlite.writer import SqliteWriter
from app.database.table import Table
from app.database.write import Write

T = TypeVar("T")

_MOST_ROWS = 64
"""In one statement: SQLite takes 32 766 values, and no table has so many columns."""

_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # with group commit it costs 4 %; NORMAL may lose acknowledged reports at power loss
    "busy_timeout": 30_000,  # a safety net only: writers queue at the lock file
    "cache_size": -16_384,  # of the writer; readers are many and get less; what other processes write empties it anyway
    "foreign_keys": 1,
    "wal_autocheckpoint": 4_000,
    "journal_size_limit": 64 * 1024 * 1024,
    "temp_store": "MEMORY",
    "case_sensitive_like": 1,  # as on Postgres
}
_CHECKPOINT_MS = 5_000
"""How long the end of a server waits for others that read or write the file."""


class SqliteDatabase(Database, peewee.SqliteDatabase):
    """The embedded database."""

    one_of = " IN (SELECT value FROM json_each(?))"
    locks_rows = False

    def __init__(self, path: Path, pool_size: int, lock_path: Path | None) -> None:
        super().__init__(
            str(path), pragmas=_PRAGMAS, thread_safe=False, check_same_thread=False, cached_statements=512, timeout=30
        )
        self._path = path
        self.wake_address = f"unix:{path.absolute()}.wake"
        self._lock_path = lock_path or path.with_name(path.name + ".lock")
        self._pool_size = pool_size
        self._abandoned: list[Any] = []
        self._start()

    def _start(self) -> None:
        self._writer = SqliteWriter(self, self._open, self._lock_path)
        self.group = GroupCommit(self._writer.commit)
        self._readers = Pool(self._open_reader, self._pool_size)

    def run_write(self, work: Callable[[], T]) -> tuple[T, Write]:
        """Run `work` in a group's transaction."""
        return self.run_joint_write(work, None)

    def run_joint_write(self, work: Callable[[], T], preparation: Preparation | None) -> tuple[T, Write]:
        """Run `work` in a group's transaction."""
        operation = self.group.run(Operation(work, preparation))
        return operation.result, operation.write

    @contextmanager
    def borrow(self) -> Iterator[Any]:
        """Lend a connection that refuses to write."""
        connection = self._readers.take()
        try:
            yield connection
        finally:
            self._readers.give_back(connection)

    def forget_connections(self) -> None:
        """Start anew in a forked child; the parent's connections are kept from being closed here."""
        self._abandoned.append((self._writer, self._readers))
        self._start()

    def close(self) -> bool:
        """Close the connections that nobody is using."""
        self._writer.close()
        self._readers.clear()
        return True

    def checkpoint(self) -> None:
        """Write what stands in the log into the file itself, which is whole and alone then, unless others still use
        it."""
        self.close()
        with closing(self._open()) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_MS}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def insert_columns(
        self, table: type[Table], names: Sequence[str], columns: Sequence[list[Any]], on_conflict: str
    ) -> None:
        """Insert as many rows at a time as a power of two: few different statements, all of them prepared soon."""
        rows = list(zip(*columns, strict=True))
        start = 0
        while start < len(rows):
            size = min(1 << (len(rows) - start).bit_length() - 1, _MOST_ROWS)
            values = [value for row in rows[start : start + size] for value in row]
            self.execute_later(_insert_sql(table._meta.table_name, tuple(names), size, on_conflict), values)
            start += size

    def changes_on(self, connection: Any) -> int:
        """Return how many rows it has changed so far."""
        return int(connection.total_changes)

    def list_value(self, values: Sequence[Any]) -> str:
        """Return a JSON list."""
        try:
            return orjson.dumps(values).decode()
        except TypeError:  # lone surrogates, integers of more than 64 bits, other sequences than lists
            return json.dumps(list(values))

    def for_update(self, query: Any) -> Any:  # type: ignore[override]
        """Return the query as it is: the write lock is held from the beginning."""
        return query

    def skip_locked(self, query: Any) -> Any:
        """Return the query as it is: nothing is locked by anyone else."""
        return query

    def claim(self, column: Any, query: Any) -> Any:
        """Compare with the rows of the query."""
        return column.in_(query)

    def schema_session(self) -> AbstractContextManager[SchemaSession]:
        """Open one that holds up all writers."""
        return open_schema_session(self._open, self._lock_path)

    def running_writes(self) -> tuple[int, int]:
        """Return equal numbers: what can be read has been committed in the order in which it began."""
        return 0, 0

    def _open(self) -> Any:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(
            os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        )  # its log takes over who may read it
        connection = self._connect()  # type: ignore[attr-defined]  # missing in the stubs
        connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows ASCII only
        return connection

    def _open_reader(self) -> Any:
        connection = self._open()
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA cache_size = -8192")
        return connection


@lru_cache(maxsize=512)
def _insert_sql(table: str, names: tuple[str, ...], rows: int, on_conflict: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    row = "(" + ", ".join("?" * len(names)) + ")"
    return f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([row] * rows)}{on_conflict}'


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
