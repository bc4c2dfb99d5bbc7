"""Group commit by flat combining: whoever comes first commits for everybody who came meanwhile.

A durable commit costs a disk synchronisation; with one per request that is all the machine does. Here an idle database
commits a request at once, alone and on its own thread; while a commit runs, the requests behind it gather, and one of
them commits all of them together. There is no writer thread and no waiting for company. And while one thread runs the
work of all, none is interrupted by another: passing Python's lock between them costs more than the work itself.
"""

from __future__ import annotations

import threading
import time
from _thread import allocate_lock
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import peewee

from app import clock
from app.database.database import Preparation, Prepare
from app.database.pending_changes import Pending
from app.database.write import GoAlone, Write

if TYPE_CHECKING:
    from app.database.database import Database


class Operation:
    """One caller's work: run by the leader of a group, which may be the caller itself.

    When it is over it has a `result`, or an `error`, or it must `go_alone`.
    """

    __slots__ = ("done", "error", "gate", "go_alone", "preparation", "result", "work", "write")

    def __init__(self, work: Callable[[], Any], preparation: Preparation | None = None) -> None:
        self.work = work
        self.preparation = preparation
        self.go_alone = False
        self.gate: Any = None
        self.done = False
        self.begin(Pending())

    def begin(self, pending: Pending[Any]) -> None:
        """Be as before the first attempt, as a part of a transaction."""
        self.write = Write(pending, is_joint=True)
        self.result: Any = None
        self.error: BaseException | None = None


Gather = Callable[[], list[Operation]]
"""Gives the operations of a group, its leader's first: those that have come until it is called."""


class GroupCommit:
    """Let `commit` run each operation together with those that wait, and return when that one's group is over.

    `commit` gathers its group as late as it can.
    """

    def __init__(self, commit: Callable[[Gather], None], max_batch: int = 256) -> None:
        self._commit = commit
        self._max_batch = max_batch
        self._mutex = threading.Lock()
        self._waiting: deque[Operation] = deque()
        self._busy = False
        self._has_company = False  # whether the last group was one of several

    def run(self, operation: Operation) -> Operation:
        """Return the operation when it is over. Raises its error."""
        if self._queue(operation):
            operation.gate.acquire()  # woken when another leader has committed it, or to lead the next group
        if not operation.done:
            self._lead(operation)
        if operation.error is not None:
            raise operation.error
        return operation

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

        def gather() -> list[Operation]:
            with self._mutex:
                while self._waiting and len(batch) < self._max_batch:
                    batch.append(self._waiting.popleft())
            return batch

        if self._has_company:
            time.sleep(0)  # those about to queue shall do so (60 to 90 µs): the larger the group, the cheaper each
        try:
            self._commit(gather)
        except BaseException as error:
            fail_all(batch, error)
        finally:
            self._hand_over(batch)

    def _hand_over(self, batch: list[Operation]) -> None:
        with self._mutex:
            self._has_company = len(batch) > 1
            successor = self._waiting.popleft() if self._waiting else None
            self._busy = successor is not None
        if successor is not None:
            successor.gate.release()
        for follower in batch[1:]:
            follower.done = True
            follower.gate.release()


class HalfDone(Exception):
    """An operation has failed after it had changed something, or its changes have: the whole transaction must go."""


def run_group(database: Database, connection: Any, batch: Sequence[Operation]) -> None:
    """Run the operations one after the other in the transaction that `connection` is in, and send their changes.

    One transaction is one instant: changes that differ only in their time can then be made together. An operation that
    fails before anything of it was sent keeps its error, and counts as not there. Raises HalfDone when one fails later.
    """
    pending: Pending[Any] = Pending()
    for operation in batch:
        operation.begin(pending)
    with clock.held():
        _prepare(database, connection, batch)
        for operation in sorted(batch, key=lambda operation: not operation.write.is_prepared):  # who reads comes last
            _run(database, connection, operation)
    try:
        with database.using(connection, batch[0].write):
            pending.end(database)
    except Exception as error:
        raise HalfDone from error


def _prepare(database: Database, connection: Any, batch: Sequence[Operation]) -> None:
    wanted: dict[Prepare, list[tuple[Write, Any]]] = defaultdict(list)
    for operation in batch:
        if operation.preparation is not None:
            prepare, key = operation.preparation
            wanted[prepare].append((operation.write, key))
    for prepare, writes in wanted.items():
        with database.using(connection, writes[0][0]):
            prepare(database, writes)


def _run(database: Database, connection: Any, operation: Operation) -> None:
    write = operation.write
    before = database.changes_on(connection)
    try:
        with database.using(connection, write):
            operation.result = operation.work()
    except (Exception, GoAlone) as error:
        failed_half_way = write.has_sent or database.changes_on(connection) != before
        if failed_half_way or isinstance(error, peewee.DatabaseError):
            raise HalfDone from error
        write.pending.drop(write)
        if isinstance(error, GoAlone):
            operation.go_alone = True
        else:
            operation.error = error  # most refusals: nothing was written yet


def fail_all(batch: list[Operation], error: BaseException) -> None:
    """Tell nobody "done" whose commit has not succeeded; what stops a thread (SystemExit …) stops the leader's."""
    for operation in batch:
        if operation.error is None:
            operation.error = error if operation is batch[0] else _lost(error)


def _lost(error: BaseException) -> BaseException:
    lost = peewee.OperationalError(f"the transaction was rolled back: {error}")
    lost.__cause__ = error
    return lost
