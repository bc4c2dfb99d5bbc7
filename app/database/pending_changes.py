"""Changes that wait until somebody reads, or until the transaction ends.

A change whose result nobody looks at need not be sent at once. Those of all the writes that share a transaction gather
here, and the ones of the same kind go out as one statement: of thirty completions every table sees one insertion of
thirty rows. Each write's own changes keep their order; those of different writes never concern the same rows, because a
write that finds anything out about a row reads, and whatever waits is sent before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from typing import Any, Generic, Protocol, TypeVar

D = TypeVar("D")
D_contra = TypeVar("D_contra", contravariant=True)


class Kind(Protocol[D_contra]):
    """What changes have in common that can be made together, on databases of one type."""

    def apply(self, database: D_contra, payloads: list[Any]) -> None:
        """Make these changes."""

    def tables(self, database: D_contra) -> frozenset[str]:
        """Return the names of the tables that the change reads or changes."""


Change = tuple[Kind[D], Any]


class Changes(Protocol[D]):
    """A write, as far as its changes go: those that have not been sent, and whether some have been."""

    changes: list[Change[D]]
    has_sent: bool


class Pending(Generic[D]):
    """The changes of one transaction that have not been sent.

    `prepared` says with what its writes were prepared, and for whom: nothing is read beforehand for two of them, and
    what another one has changed meanwhile is taken out.
    """

    def __init__(self) -> None:
        self._waiting: list[Changes[D]] = []  # those that have changes
        self.prepared: dict[Any, Changes[D]] = {}
        self._tables: set[str] = set()

    def add(self, database: D, write: Changes[D], kind: Kind[D], payload: Any) -> None:
        """Let a change of one of the writes wait."""
        if not write.changes:
            self._waiting.append(write)
        write.changes.append((kind, payload))
        self._tables.update(kind.tables(database))

    def drop(self, write: Changes[D]) -> None:
        """Forget the changes of one of the writes that wait: it has failed."""
        if write.changes:
            self._waiting.remove(write)
            write.changes = []

    def end(self, database: D) -> None:
        """Make all of them, and let the writes go: one that kept itself alive would keep all that it has read until
        Python looks for cycles (measured: 15 MB for two processes under load)."""
        self.send(database)
        self.prepared.clear()

    def concern(self, database: D, write: Changes[D], tables: Collection[str], of_tree: bool) -> bool:
        """Tell whether what waits may be seen in these tables: with `of_tree` only what this very write has changed."""
        if self._tables.isdisjoint(tables):
            return False
        return not of_tree or any(not kind.tables(database).isdisjoint(tables) for kind, _ in write.changes)

    def send(self, database: D) -> None:
        """Make all of them."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        lists = [write.changes for write in waiting]
        self._tables.clear()
        for write in waiting:
            write.changes, write.has_sent = [], True
        for kind, payloads in together(lists):
            kind.apply(database, payloads)


def together(lists: Collection[list[Change[D]]]) -> Iterator[tuple[Kind[D], list[Any]]]:
    """Give the changes of all lists by kind; those of one list come in its order, and one at a time."""
    queues = [deque(changes) for changes in lists]
    while queues:
        kind = queues[0][0][0]
        yield kind, [queue.popleft()[1] for queue in queues if queue[0][0] is kind]
        queues = [queue for queue in queues if queue]
