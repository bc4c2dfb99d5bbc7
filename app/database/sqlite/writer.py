"""SQLite's one writer in this process: its connection, and the file at which the processes queue."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.database.database import Database
from app.database.driver_errors import driver_errors
from app.database.group_commit import Gather, HalfDone, Operation, run_group


class SqliteWriter:
    """Runs operations in shared transactions on one connection, which `connect` opens at the first use.

    `lock_path` names the file by which processes queue: the kernel's queue is fair, SQLite's own busy handler sleeps
    and starves (measured: more than a second).
    """

    def __init__(self, database: Database, connect: Callable[[], Any], lock_path: Path) -> None:
        self._database = database
        self._connect = connect
        self._lock_path = lock_path
        self._connection: Any = None
        self._lock_file: int | None = None
        self._committing = threading.Lock()  # SQLite crashes when a connection is closed under its user

    def close(self) -> None:
        """Close the connection and the lock file, once nobody commits."""
        with self._committing:
            connection, self._connection = self._connection, None
            lock_file, self._lock_file = self._lock_file, None
            if connection is not None:
                connection.close()
            if lock_file is not None:
                os.close(lock_file)

    def commit(self, gather: Gather) -> None:
        """Run a group of operations in one transaction, durably."""
        with self._committing:
            connection = self._open()
            fcntl.flock(self._lock_file or 0, fcntl.LOCK_EX)
            try:
                self._run(connection, gather())
            finally:
                fcntl.flock(self._lock_file or 0, fcntl.LOCK_UN)

    def _open(self) -> Any:
        if self._lock_file is None:
            self._lock_path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _run(self, connection: Any, batch: list[Operation]) -> None:
        """Run all in one transaction; when one fails in it, each in a transaction of its own instead.

        Savepoints would cost each operation two statements, though hardly any fails after it has written.
        """
        if len(batch) > 1:
            try:
                self._run_together(connection, batch)
            except HalfDone:
                pass
            else:
                return
        for operation in batch:
            self._run_alone(connection, operation)

    def _run_alone(self, connection: Any, operation: Operation) -> None:
        try:
            self._run_together(connection, [operation])
        except HalfDone as failure:
            operation.error = failure.__cause__
        except Exception as error:
            operation.error = error

    def _run_together(self, connection: Any, batch: list[Operation]) -> None:
        try:
            with driver_errors:
                connection.execute("BEGIN IMMEDIATE")
            run_group(self._database, connection, batch)
            with driver_errors:
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
