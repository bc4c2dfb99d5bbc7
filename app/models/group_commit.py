"""Group commit by flat combining: whoever comes first commits for everybody who came meanwhile.

A durable commit costs a disk synchronisation; with one per request that is all the machine does. Here an idle database
commits a request at once, alone and on its own thread; while a commit runs, the requests behind it gather, and one of
them commits all of them together. There is no writer thread and no waiting for company.
"""

from __future__ import annotations

import fcntl
import os
import threading
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import peewee

from app.models.transactions import Write, driver_errors


class Operation:
    """One caller's work: run by the leader of a group, which may be the caller itself."""

    __slots__ = ("done", "error", "gate", "result", "work", "write")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.write = Write()
        self.result: Any = None
        self.error: BaseException | None = None
        self.gate: Any = None
        self.done = False

    def forget(self) -> None:
        """Be as before the first attempt."""
        self.write, self.result, self.error = Write(), None, None


class GroupCommit:
    """Run operations in shared transactions on one SQLite connection; each returns only after the commit.

    `connect` opens the connection, at the first use in this process. `using(connection, write)` lets the queries of the
    leader's thread run on it. `lock_path` names the file by which processes queue: the kernel's queue is fair, SQLite's
    own busy handler sleeps and starves (measured: more than a second).
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        using: Callable[[Any, Write], AbstractContextManager[None]],
        lock_path: Path,
        max_batch: int = 256,
    ) -> None:
        self._connect = connect
        self._using = using
        self._lock_path = lock_path
        self._max_batch = max_batch
        self._connection: Any = None
        self._lock_file: int | None = None
        self._mutex = threading.Lock()
        self._committing = threading.Lock()  # SQLite crashes when a connection is closed under its user
        self._waiting: deque[Operation] = deque()
        self._busy = False

    def run(self, work: Callable[[], Any]) -> Operation:
        """Run `work` in a transaction and return its operation after the commit. Raises what either raised."""
        operation = Operation(work)
        if self._queue(operation):
            operation.gate.acquire()  # woken when another leader has committed it, or to lead the next group
        if not operation.done:
            self._lead(operation)
        if operation.error is not None:
            raise operation.error
        return operation

    def close(self) -> None:
        """Close the connection and the lock file, once nobody commits."""
        with self._committing:
            connection, self._connection = self._connection, None
            lock_file, self._lock_file = self._lock_file, None
            if connection is not None:
                connection.close()
            if lock_file is not None:
                os.close(lock_file)

    def _queue(self, operation: Operation) -> bool:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return False
            operation.gate = allocate_lock()
            operation.gate.acquire()
            self._waiting.append(operation)
            return True

    def _lead(self, operation: Operation) -> None:
        batch = [operation]
        with self._mutex:
            while self._waiting and len(batch) < self._max_batch:
                batch.append(self._waiting.popleft())
        try:
            with self._committing:
                self._commit(batch)
        finally:
            self._hand_over(batch)

    def _hand_over(self, batch: list[Operation]) -> None:
        with self._mutex:
            successor = self._waiting.popleft() if self._waiting else None
            self._busy = successor is not None
        if successor is not None:
            successor.gate.release()
        for follower in batch[1:]:
            follower.done = True
            follower.gate.release()

    def _commit(self, batch: list[Operation]) -> None:
        try:
            connection = self._open()
            fcntl.flock(self._lock_file or 0, fcntl.LOCK_EX)
            try:
                self._run_group(connection, batch)
            finally:
                fcntl.flock(self._lock_file or 0, fcntl.LOCK_UN)
        except BaseException as error:
            for operation in batch:
                if operation.error is None:  # nobody is told "done" unless the commit succeeded
                    operation.error = error if operation is batch[0] else _lost(error)

    def _open(self) -> Any:
        if self._lock_file is None:
            self._lock_path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _run_group(self, connection: Any, batch: list[Operation]) -> None:
        """Run all in one transaction; when one fails half-way, each in a transaction of its own instead.

        Savepoints would cost each operation two statements, though hardly any fails after it has written.
        """
        try:
            self._run_together(connection, batch)
        except _HalfDone:
            for operation in batch:
                operation.forget()
                try:
                    self._run_together(connection, [operation])
                except BaseException as error:
                    is_own = isinstance(error, Exception) or operation is batch[0]
                    operation.error = error if is_own else _lost(error)

    def _run_together(self, connection: Any, batch: list[Operation]) -> None:
        try:
            with driver_errors:
                connection.execute("BEGIN IMMEDIATE")
            for operation in batch:
                self._run_one(connection, operation, alone=len(batch) == 1)
            with driver_errors:
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _run_one(self, connection: Any, operation: Operation, alone: bool) -> None:
        changes = connection.total_changes
        try:
            with self._using(connection, operation.write):
                operation.result = operation.work()
        except Exception as error:
            if alone:
                raise
            if connection.total_changes != changes or not connection.in_transaction:
                raise _HalfDone from error
            operation.error = error  # most refusals: nothing was written yet


class _HalfDone(Exception):
    """An operation has failed after it had changed something: the whole transaction must go."""


def _lost(error: BaseException) -> BaseException:
    """Give each follower an exception of its own: what stops a thread (SystemExit …) stops the leader's alone."""
    lost = peewee.OperationalError(f"the transaction was rolled back: {error}")
    lost.__cause__ = error
    return lost
