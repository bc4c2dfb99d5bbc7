"""What shall happen at a later time: suspending and activating definitions, planned as jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from app import clock
from app.database.decorators import transaction
from app.database.statements import insert
from app.errors import NotFound
from app.identity import ALL_CLAIMS, MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Job

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

Verb = Callable[["ProcessEngine", Identity, Mapping[str, Any]], None]


def _suspend_definitions(engine: ProcessEngine, identity: Identity, arguments: Mapping[str, Any]) -> None:
    engine.instances.suspend(identity, **arguments)


def _suspend_job_definitions(engine: ProcessEngine, identity: Identity, arguments: Mapping[str, Any]) -> None:
    engine.job_definitions.suspend(identity, **arguments)


VERBS: Mapping[str, Verb] = {
    "suspend-processdefinition": _suspend_definitions,
    "activate-processdefinition": _suspend_definitions,
    "suspend-job-definition": _suspend_job_definitions,
    "activate-job-definition": _suspend_job_definitions,
}
"""By the kind of the job."""


class Later:
    """Plans verbs and runs them when they are due."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def plan(
        self,
        identity: Identity,
        kind: str,
        due_at: int,
        arguments: Mapping[str, Any],
        claim: str = MANAGE_PROCESS_INSTANCES,
    ) -> str:
        """Plan a verb of `VERBS` with these arguments, in JSON's types, and return the job's id.

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
        self.database.after_commit(self.engine.job_runner.wake)
        return str(job["id"])

    def run_job(self, job: Job) -> None:
        """Within a transaction: do what was planned, in the name of whoever did, whose claims were checked then.

        What has gone meanwhile needs nothing any more.
        """
        body = orjson.loads(job.arguments)
        with suppress(NotFound):
            VERBS[job.kind](self.engine, Identity(body["user_id"], ALL_CLAIMS), body["arguments"])
        Job.delete().where(Job.id == job.id).execute()
