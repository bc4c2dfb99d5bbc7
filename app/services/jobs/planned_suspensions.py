"""What shall happen at a later time: suspending and activating definitions, planned as jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson

from app import clock
from app.database.database import Database
from app.database.decorators import transaction
from app.database.statements import insert
from app.errors import NotFound
from app.identity import ALL_CLAIMS, MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Job
from app.queries.process_definitions import get_definition
from app.records.announcements import announce_jobs

Verb = Callable[..., object]
"""Called with the identity of whoever planned it, and the arguments that it was planned with."""


class PlannedSuspensions:
    """Plans verbs and runs them when they are due."""

    def __init__(self, database: Database, suspend_definitions: Verb, suspend_job_definitions: Verb) -> None:
        self.database = database
        self._verbs: Mapping[str, Verb] = {
            "suspend-processdefinition": suspend_definitions,
            "activate-processdefinition": suspend_definitions,
            "suspend-job-definition": suspend_job_definitions,
            "activate-job-definition": suspend_job_definitions,
        }
        self.kinds: Mapping[str, Callable[[Job], None]] = dict.fromkeys(self._verbs, self.run_job)

    @transaction
    def plan(
        self,
        identity: Identity,
        kind: str,
        due_at: int,
        arguments: Mapping[str, Any],
        claim: str = MANAGE_PROCESS_INSTANCES,
    ) -> str:
        """Plan a verb, by its kind, with these arguments, in JSON's types, and return the job's id.

        Raises Forbidden for a caller without the claim.
        """
        identity.require(claim)
        body = {"user_id": identity.user_id, "arguments": dict(arguments)}
        job = {
            "id": new_id(),
            "kind": kind,
            "due_at": due_at,
            "created_at": clock.now_ms(),
            "arguments": orjson.dumps(body).decode(),
            "definition_id": arguments.get("definition_id"),
            "definition_key": arguments.get("definition_key"),
        }
        insert(self.database, Job, [job])
        announce_jobs(self.database)
        return str(job["id"])

    @transaction
    def plan_of_definition(
        self, identity: Identity, definition_id: str, due_at: int, *, suspended: bool, include_instances: bool
    ) -> str:
        """Plan that one process definition is suspended or activated, and return the job's id.

        Raises Forbidden, DefinitionNotFound.
        """
        get_definition(self.database, definition_id)
        kind = "suspend-processdefinition" if suspended else "activate-processdefinition"
        arguments = {"definition_id": definition_id, "suspended": suspended, "include_instances": include_instances}
        return self.plan(identity, kind, due_at, arguments)

    def run_job(self, job: Job) -> None:
        """Within a transaction: do what was planned, in the name of whoever did, whose claims were checked then.

        What has gone meanwhile needs nothing any more.
        """
        body = orjson.loads(job.arguments)
        with suppress(NotFound):
            self._verbs[job.kind](Identity(body["user_id"], ALL_CLAIMS), **body["arguments"])
        Job.delete().where(Job.id == job.id).execute()
