"""A group of running process instances of one definition, as those are that are modified together."""

from __future__ import annotations

from dataclasses import dataclass

from app.database.database import Database
from app.errors import Refused
from app.queries.process_instances import PROCESS_INSTANCES
from app.queries.selection import Chosen, ids_of


class NotOfDefinition(Refused):
    """Some process instances shall be of one definition; one of them is not, or does not run."""

    def __init__(self, definition_id: str) -> None:
        message = f"All process instances must exist and belong to process definition '{definition_id}'"
        super().__init__(message, definition_id=definition_id)
        self.definition_id = definition_id


@dataclass(frozen=True, slots=True)
class InstancesOf:
    """The running instances that are chosen, all of which must be instances of one definition."""

    definition_id: str
    chosen: Chosen

    def ids(self, database: Database) -> list[str]:
        """Return the ids of the instances, each once. Raises NotOfDefinition, and what `chosen` raises."""
        ids = ids_of(self.chosen, database)
        criteria = {"ids": ids, "definition_id": self.definition_id}
        if PROCESS_INSTANCES.count(database, criteria) != len(ids):
            raise NotOfDefinition(self.definition_id)
        return ids
