"""Which process instances a worker may look into: those in which a task of its topics is open."""

from __future__ import annotations

from typing import Any

from app.database.database import Database
from app.errors import Forbidden
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models.external_task import ExternalTask


def require_reach(database: Database, identity: Identity, execution_id: str) -> None:
    """Raise Forbidden unless the identity reaches the variables of an execution (a process instance is one too).

    Whoever manages process instances reaches all. A worker reaches the instances in which a task of its topics is open,
    as far as completing that task would: variables, nothing else.
    """
    if identity.may(MANAGE_PROCESS_INSTANCES):
        return
    here = (ExternalTask.process_instance_id == execution_id) | (ExternalTask.execution_id == execution_id)
    query: Any = ExternalTask.select(ExternalTask.topic).where(here).distinct().tuples()
    topics = [row[0] for row in database.read(lambda: list(query))]
    if not any(identity.covers(topic) for topic in topics):
        raise Forbidden(identity.user_id, MANAGE_PROCESS_INSTANCES)
