"""Forget what has been remembered long enough: ended instances, decisions and batches, in small pieces."""

from __future__ import annotations

from app import clock
from app.database.database import Database
from app.database.decorators import transaction
from app.errors import NotFound, ProcessInstanceNotFound, Refused
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Batch, ProcessInstance, VariableRow
from app.queries.selection import Items
from app.services.history.decisions import forget_old_decisions
from app.services.history.removal import forget_ended, forget_trees, forget_values

TREES_AT_ONCE = 50
"""Trees that one transaction forgets: others wait for the write lock of SQLite meanwhile."""


class Retention:
    """Removes history: by itself when its time is over, or on request."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def clean_up(self) -> int:
        """Forget every tree whose time to live is over, old decisions and batches; return how many trees there were."""
        count = 0
        while forgotten := self.database.write(self._forget_some):
            count += forgotten
        while self.clean_up_some():
            continue
        return count

    def clean_up_some(self) -> bool:
        """Forget a few trees whose time to live is over; return whether there may be more."""
        if self.database.write(self._forget_some) or self.database.write(self._forget_called):
            return True
        if self.database.write(lambda: forget_old_decisions(self.database)):
            return True
        self.database.write(Batch.delete().where(Batch.removal_at <= clock.now_ms()).execute)
        return False

    @transaction
    def remove(self, identity: Identity, *instance_ids: str) -> None:
        """Remove ended instances from the history, all or none. Raises Forbidden, ProcessInstanceNotFound, Refused."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        forget_ended(self.database, instance_ids)

    @transaction
    def remove_found(self, identity: Identity, items: Items) -> None:
        """Remove the ended instances that the items tell from the history, all or none; others may have removed some.

        Raises Forbidden, Refused, and what `items` raises.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        forget_ended(self.database, items.ids(self.database), must_be_there=False)

    def remove_variables(self, identity: Identity, instance_id: str) -> None:
        """Remove the variables of an instance from the history, with all their values; those that live stay.

        Raises Forbidden, ProcessInstanceNotFound.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)

        def work() -> None:
            if not ProcessInstance.select().where(ProcessInstance.id == instance_id).exists():
                raise ProcessInstanceNotFound(instance_id)
            forget_values(VariableRow.process_instance_id == instance_id)

        self.database.write(work)

    def remove_variable(self, identity: Identity, id: str) -> None:
        """Remove a variable from the history, with all its values; one that lives stays. Raises Forbidden, NotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)

        def work() -> None:
            if not VariableRow.select().where(VariableRow.id == id).exists():
                raise NotFound(id, kind="historic variable instance")
            forget_values(VariableRow.id == id)

        self.database.write(work)

    def remove_batch(self, identity: Identity, id: str) -> None:
        """Remove an ended batch from the history. Raises Forbidden, NotFound, Refused for one that runs."""
        identity.require(MANAGE_PROCESS_INSTANCES)

        def work() -> None:
            batch = Batch.get_or_none(Batch.id == id)
            if batch is None:
                raise NotFound(id, kind="historic batch")
            if batch.ended_at is None:
                raise Refused(f"Batch '{id}' is still running.")
            batch.delete_instance()

        self.database.write(work)

    def _forget_some(self) -> int:
        over = (
            ProcessInstance.select(ProcessInstance.id)
            .where(
                ProcessInstance.removal_at <= clock.now_ms(),
                ProcessInstance.id == ProcessInstance.root_id,
            )
            .limit(TREES_AT_ONCE)
        )
        roots = [row.id for row in self.database.skip_locked(over)]  # another process takes others
        forget_trees(self.database, roots)
        return len(roots)

    def _forget_called(self) -> int:
        """Forget called instances that were given a removal time of their own; their root stays."""
        over = ProcessInstance.select(ProcessInstance.id).where(
            ProcessInstance.removal_at <= clock.now_ms(), ProcessInstance.ended_at.is_null(False)
        )
        ids = [row.id for row in over.limit(TREES_AT_ONCE)]
        forget_ended(self.database, ids)
        return len(ids)
