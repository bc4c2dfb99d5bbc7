"""What both kinds of database share: one write transaction or one read connection for the thread that asks.

Peewee's own queries and the compiled ones of `statements` find their connection here, by thread. Nothing can be read or
written outside of `write`, `read` and `reading`, so no connection is ever held by accident.
"""

from __future__ import annotations

import os
import threading
import weakref
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import peewee

from app.database.driver_errors import raise_as_peewee
from app.database.pending_changes import Kind
from app.database.schema_session import SchemaSession
from app.database.sql_text import tables_of
from app.database.table import Table
from app.database.write import Write
from app.errors import ErrandError

T = TypeVar("T")

Prepare = Callable[["Database", Sequence[tuple[Write, Any]]], None]
"""Locks and reads for several writes at once what each would begin with: a function of the writes and their keys. It
sets `is_prepared` of those for whom it has done it."""
Preparation = tuple[Prepare, Any]
"""How to prepare one write, and its key."""


class _Scope(threading.local):
    connection: Any = None
    writing: Write | None = None


class Database(peewee.Database):
    """Base of the two databases. Subclasses say how to write, where reads find a connection, and a few words of SQL."""

    one_of: str
    """How `column` is compared with a list that is one parameter: the text after the column."""
    locks_rows: bool
    """Whether a SELECT can lock the rows that it finds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._scope = _Scope()
        self.compiled: dict[Any, Any] = {}
        super().__init__(*arguments, **{**options, "autoconnect": False})
        _reset_after_fork(self)

    wake_address: str
    """Where the processes on this database tell each other of new tasks: `unix:directory` or a Postgres URL."""

    # --- what a subclass provides ---

    @abstractmethod
    def run_write(self, work: Callable[[], T]) -> tuple[T, Write]:
        """Run `work` in one transaction and return after its commit."""

    @abstractmethod
    def run_joint_write(self, work: Callable[[], T], preparation: Preparation | None) -> tuple[T, Write]:
        """Run `work` in one transaction with whatever else is to be written now, and return after its commit."""

    @abstractmethod
    def insert_columns(
        self, table: type[Table], names: Sequence[str], columns: Sequence[list[Any]], on_conflict: str
    ) -> None:
        """Insert rows, given by column."""

    @abstractmethod
    def changes_on(self, connection: Any) -> int:
        """Return a number that grows with what a joint write changes on the connection without `later`."""

    @abstractmethod
    def borrow(self) -> AbstractContextManager[Any]:
        """Lend a read connection."""

    @abstractmethod
    def forget_connections(self) -> None:
        """Drop every connection without touching it: it belongs to the process that forked this one."""

    @abstractmethod
    def close(self) -> bool:
        """Close every connection that nobody is using; the database can be used again afterwards."""

    @abstractmethod
    def list_value(self, values: Sequence[Any]) -> Any:
        """Return a list as the one parameter that `one_of` expects."""

    @abstractmethod
    def for_update(self, query: Any) -> Any:  # type: ignore[override]
        """Lock the rows that the query selects until the end of the transaction."""

    @abstractmethod
    def skip_locked(self, query: Any) -> Any:
        """Lock the rows that the query selects, leaving out those that are locked already."""

    @abstractmethod
    def claim(self, column: Any, query: Any) -> Any:
        """Return the condition that `column` is among the rows of `query`, each locked and none waited for."""

    @abstractmethod
    def schema_session(self) -> AbstractContextManager[SchemaSession]:
        """Lend a session that may change the schema, once no other process does."""

    @abstractmethod
    def running_writes(self) -> tuple[int, int]:
        """Return the numbers of the oldest write that is not over and of the next one to begin, for comparing them."""

    # --- what everybody uses ---

    def checkpoint(self) -> None:
        """Put everything where a copy of the database finds it; at the end of a server. Only SQLite has to."""

    @property
    def writing(self) -> Write | None:
        """The write transaction of this thread, if it is in one."""
        return self._scope.writing

    def write(self, work: Callable[[], T]) -> T:
        """Run `work` in one write transaction (or the one of this thread); return its result after the commit."""
        if self._scope.writing is not None:
            return work()
        return self._conclude(lambda: self.run_write(lambda: self._complete(work)))

    def write_jointly(self, work: Callable[[], T], preparation: Preparation | None = None) -> T:
        """Do as `write` does, for frequent and short work: what others write at the same time is committed with it.

        `preparation` says how to read for many such writes at once what each of them begins with.
        """
        if self._scope.writing is not None:
            return work()
        return self._conclude(lambda: self.run_joint_write(lambda: self._complete(work), preparation))

    def _conclude(self, run: Callable[[], tuple[T, Write]]) -> T:
        try:
            result, write = run()
        except ErrandError as error:
            for callback in error.after_rollback:
                callback()
            raise
        for callback in write.after_commit:
            callback()
        return result

    def _complete(self, work: Callable[[], T]) -> T:
        result = work()
        write = self._scope.writing
        assert write is not None, "work runs inside its write"
        for callback in write.before_commit:
            callback()
        return result

    def read(self, work: Callable[[], T]) -> T:
        """Run `work` on a read connection (inside a write: on that of the write)."""
        with self.reading():
            return work()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a read connection for the block, or go on with the connection that this thread has."""
        if self._scope.connection is not None:
            yield
            return
        with self.borrow() as connection, self.using(connection, None):
            yield

    def after_commit(self, callback: Callable[[], T]) -> Callable[[], T]:
        """Call `callback` once this write is committed, on the thread that asked for it; never after a rollback."""
        if self._scope.writing is None:
            raise peewee.InterfaceError("after_commit outside of a write transaction")
        self._scope.writing.after_commit.append(callback)
        return callback

    @contextmanager
    def using(self, connection: Any, write: Write | None) -> Iterator[None]:
        """Let the queries of this thread run on `connection` during the block."""
        scope = self._scope
        before = scope.connection, scope.writing
        scope.connection, scope.writing = connection, write
        try:
            yield
        finally:
            scope.connection, scope.writing = before

    # --- what peewee calls ---

    def connection(self) -> Any:
        """Return this thread's connection. Raises InterfaceError outside of `write` and `read`."""
        connection = self._scope.connection
        if connection is None:
            raise peewee.InterfaceError("a query outside of database.write and database.read")
        return connection

    def cursor(self, named_cursor: Any = None) -> Any:
        """Return a cursor on this thread's connection."""
        return self.connection().cursor()

    def is_closed(self) -> bool:
        """Tell whether this thread has no connection."""
        return self._scope.connection is None

    def is_connection_usable(self) -> bool:
        """Tell whether this thread has a connection."""
        return self._scope.connection is not None

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Execute one statement and return its cursor, with peewee's exceptions."""
        self.settle()
        try:
            return self.connection().execute(sql, params or ())
        except Exception as error:
            raise_as_peewee(error)

    def later(self, kind: Kind[Any], payload: Any) -> None:
        """Make a change before the next result is read or the transaction ends; outside of a write, make it now."""
        write = self._scope.writing
        if write is None:
            kind.apply(self, [payload])
        else:
            write.pending.add(self, write, kind, payload)

    def settle(self, sql: str | None = None, of_tree: bool = False) -> None:
        """Send what waits, unless a compiled statement cannot see it: it reads other tables, or (`of_tree`) rows."""
        write = self._scope.writing
        if write is not None and (sql is None or write.pending.concern(self, write, tables_of(sql), of_tree)):
            write.pending.send(self)

    def execute_later(self, sql: str, params: Sequence[Any]) -> None:
        """Execute one statement whose result nobody needs; it may fail as late as at the commit."""
        try:
            self.connection().execute(sql, params)
        except Exception as error:
            raise_as_peewee(error)

    def rows_changed(self, sql: str, params: Sequence[Any]) -> int:
        """Execute one statement and return how many rows it changed."""
        self.settle(sql)
        try:
            return int(self.connection().execute(sql, params).rowcount)
        except Exception as error:
            raise_as_peewee(error)

    def rows(self, sql: str, params: Sequence[Any], of_tree: bool = False) -> list[tuple[Any, ...]]:
        """Execute one statement and return all its rows."""
        self.settle(sql, of_tree)
        try:
            return self.connection().execute(sql, params).fetchall()  # type: ignore[no-any-return]
        except Exception as error:
            raise_as_peewee(error)

    def get_context_options(self) -> dict[str, Any]:
        """Add our own words of SQL to those that peewee's compiler sees."""
        return {**super().get_context_options(), "one_of": self.one_of, "for_update": self.locks_rows}


def _reset_after_fork(database: Database) -> None:
    reference = weakref.ref(database)

    def reset() -> None:
        child = reference()
        if child is not None:
            child._scope = _Scope()
            child.forget_connections()

    os.register_at_fork(after_in_child=reset)
