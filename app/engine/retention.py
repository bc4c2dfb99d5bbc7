"""Forget what has been remembered long enough: ended instances and batches, in small pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import clock
from app.engine.removal import forget_ended, forget_trees
from app.engine.store_statements import MS_PER_DAY
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Batch, ProcessInstance
from app.models.database import Database

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

TREES_AT_ONCE = 50
"""Trees that one transaction forgets: others wait for the write lock of SQLite meanwhile."""


class Retention:
    """Removes history: by itself when its time is over, or on request."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.database: Database = engine.database
        self.history_days = engine.settings.history_days

    def clean_up(self) -> int:
        """Forget every tree whose time to live is over, and old batches; return how many trees there were."""
        count = 0
        while forgotten := self.database.write(self._forget_some):
            count += forgotten
        self.database.write(self._forget_batches)
        return count

    def remove(self, identity: Identity, instance_id: str) -> None:
        """Remove an ended instance from the history. Raises Forbidden, ProcessInstanceNotFound, Refused."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self.database.write(lambda: forget_ended(self.database, [instance_id]))

    def _forget_some(self) -> int:
        over = (
            ProcessInstance.select(ProcessInstance.id)
            .where(
                ProcessInstance.removal_at <= clock.now_ms(),
                ProcessInstance.id == ProcessInstance.root_id,
            )
            .limit(TREES_AT_ONCE)
        )
        roots = [row.id for row in over]
        forget_trees(self.database, roots)
        return len(roots)

    def _forget_batches(self) -> None:
        if self.history_days:
            before = clock.now_ms() - self.history_days * MS_PER_DAY
            Batch.delete().where(Batch.ended_at <= before).execute()
