"""Job definitions: suspend what they make, or give it another priority. The models themselves stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.database.decorators import reading, transaction
from app.engine.process_engine import ProcessEngine
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import JobDefinitionChange
from app.queries.conditions import Criteria
from app.queries.job_definitions import JobDefinition, changed_in, definition_of, job_definitions_of
from app.queries.process_definitions import PROCESS_DEFINITIONS
from app.records.announcements import announce_jobs
from app.services.jobs.locking import change_jobs


class JobDefinitions:
    """List job definitions and change what they make. Ids are those of `app.queries.job_definitions`."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @reading
    def of_definitions(self, definitions: Criteria) -> list[JobDefinition]:
        """Return what makes jobs in the process definitions that meet criteria of `PROCESS_DEFINITIONS`."""
        rows = PROCESS_DEFINITIONS.find(self.database, definitions)
        changes = changed_in(self.database, [row.id for row in rows])
        return [each for row in rows for each in job_definitions_of(row, self.engine.definitions.get(row.id), changes)]

    @transaction
    def suspend(
        self,
        identity: Identity,
        *,
        suspended: bool,
        include_jobs: bool = False,
        ids: Sequence[str] = (),
        definitions: Criteria | None = None,
    ) -> None:
        """Suspend or activate the jobs that will be made, and (`include_jobs`) those that are there.

        Meant are the job definitions of the ids, and those of the process definitions that meet criteria of
        `PROCESS_DEFINITIONS`. Raises Forbidden, InvalidInput.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        found = [] if definitions is None else self.of_definitions(definitions)
        for id in [*ids, *(each.id for each in found)]:
            self._change(id, suspended=suspended)
            if include_jobs:
                change_jobs(self.database, {"job_definition_id": id}, suspended=suspended)
        if not suspended:
            announce_jobs(self.database)

    @transaction
    def set_priority(self, identity: Identity, id: str, priority: int | None, include_jobs: bool = False) -> None:
        """Set the priority of the jobs that will be made (None: the model's), and of those that are there.

        Raises Forbidden, NotFound.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        definition_id = definition_of(id)
        found = [] if definition_id is None else self.of_definitions({"id": definition_id})
        if all(each.id != id for each in found):
            raise NotFound(id, kind="job definition")
        self._change(id, priority=priority)
        if include_jobs:
            change_jobs(self.database, {"job_definition_id": id}, priority=priority)

    def _change(self, id: str, **values: Any) -> None:
        if (definition_id := definition_of(id)) is None:
            raise InvalidInput(f"Job definition '{id}' belongs to no model.", field="id", rule="choice", value=id)
        row = {"id": id, "definition_id": definition_id, **values}
        kept = [getattr(JobDefinitionChange, name) for name in values]
        JobDefinitionChange.insert(row).on_conflict(conflict_target=[JobDefinitionChange.id], preserve=kept).execute()
