"""Job definitions: suspend what they make, or give it another priority. The models themselves stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.database.database import Database
from app.database.decorators import transaction
from app.errors import InvalidInput
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import Job, JobDefinitionChange
from app.queries.job_definitions import definition_of, made_by
from app.records.announcements import announce_jobs


class JobDefinitions:
    """Change what job definitions make. `ids` are those of `app.queries.job_definitions`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @transaction
    def suspend(self, identity: Identity, ids: Sequence[str], suspended: bool, include_jobs: bool = False) -> None:
        """Suspend or activate the jobs that will be made, and (`include_jobs`) those that are there.

        Raises Forbidden, InvalidInput.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        for id in ids:
            self._change(id, suspended=suspended)
            if include_jobs:
                Job.update(suspended=suspended).where(made_by(id)).execute()
        if not suspended:
            announce_jobs(self.database)

    @transaction
    def set_priority(self, identity: Identity, id: str, priority: int | None, include_jobs: bool = False) -> None:
        """Set the priority of the jobs that will be made (None: the model's), and of those that are there.

        Raises Forbidden, InvalidInput.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._change(id, priority=priority)
        if include_jobs:
            Job.update(priority=priority).where(made_by(id)).execute()

    def _change(self, id: str, **values: Any) -> None:
        if (definition_id := definition_of(id)) is None:
            raise InvalidInput(f"Job definition '{id}' belongs to no model.", field="id", rule="choice", value=id)
        row = {"id": id, "definition_id": definition_id, **values}
        kept = [getattr(JobDefinitionChange, name) for name in values]
        JobDefinitionChange.insert(row).on_conflict(conflict_target=[JobDefinitionChange.id], preserve=kept).execute()
