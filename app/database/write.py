"""One caller's share of a write transaction, and what is to be done for several of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from app.database.pending_changes import Change, Pending

T = TypeVar("T")


class Write:
    """One caller's share of a transaction, seen from inside: what to call before and after its commit, what others
    keep with it (`parts`, each the value of a `WritePart`), and its changes that have not been sent yet.

    Those that share a transaction share `pending`. `has_sent` tells whether some changes have been sent. `is_joint`
    forbids it to wait for anybody else's lock, because others share its transaction; `is_prepared` tells that what it
    was going to lock is locked and remembered already.
    """

    __slots__ = (
        "after_commit",
        "before_commit",
        "changes",
        "has_sent",
        "is_joint",
        "is_prepared",
        "parts",
        "pending",
    )

    def __init__(self, pending: Pending[Any] | None = None, *, is_joint: bool = False) -> None:
        self.after_commit: list[Callable[[], object]] = []
        self.before_commit: list[Callable[[], object]] = []
        self.parts: dict[WritePart[Any], Any] = {}
        self.changes: list[Change[Any]] = []
        self.has_sent = False
        self.is_joint = is_joint
        self.is_prepared = False
        self.pending: Pending[Any] = Pending() if pending is None else pending


class WritePart(Generic[T]):
    """What one concern keeps with every write, until its end: `of` makes it when it is asked for the first time.

    Whoever keeps it holds its `WritePart` as a constant, and nobody else can reach it.
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def of(self, write: Write) -> T:
        """Return the part of this write."""
        part: T | None = write.parts.get(self)
        if part is None:
            part = write.parts[self] = self._make()
        return part


class GoAlone(BaseException):
    """A joint write needs a transaction of its own. Not an Exception: nobody in between may take it for a failure."""
