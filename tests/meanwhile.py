"""Let something happen at the moments at which a verb could be found half done: before one of its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.database.database import Database


@dataclass
class Writes:
    """How many write transactions there were, not counting those of what happened meanwhile."""

    count: int = 0


@contextmanager
def meanwhile(database: Database, event: Callable[[], object], *, before_write: int = 1) -> Iterator[Writes]:
    """Let `event` happen once in the block, right before the numbered write transaction begins."""
    writes = Writes()
    inside = False

    def interrupted(run: Callable[..., Any]) -> Callable[..., Any]:
        def begin(*arguments: Any) -> Any:
            nonlocal inside
            if inside:  # one kind of write begins another, and the event writes too
                return run(*arguments)
            writes.count += 1
            inside = True
            try:
                if writes.count == before_write:
                    event()
                return run(*arguments)
            finally:
                inside = False

        return begin

    kinds = ("run_write", "run_joint_write")
    for kind in kinds:
        setattr(database, kind, interrupted(getattr(database, kind)))
    try:
        yield writes
    finally:
        for kind in kinds:
            delattr(database, kind)
