"""How much history there is, and how much of it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import peewee

from app import clock
from app.database.database import Database
from app.models.batch import Batch
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.queries.conditions import Criteria, one_of, tenants
from app.queries.listing import Listing


@dataclass(frozen=True, slots=True)
class Cleanable:
    """How many things have ended, and for how many of them the time to live is over."""

    finished: int = 0
    cleanable: int = 0


DEFINITIONS = Listing(
    "process definition",
    ProcessDefinition,
    filters={
        "ids": one_of(ProcessDefinition.id),
        "keys": one_of(ProcessDefinition.key),
        **tenants(ProcessDefinition.tenant_id),
    },
    orders={"id": ProcessDefinition.id},
)


def cleanable_instances(database: Database, criteria: Criteria) -> list[tuple[ProcessDefinition, Cleanable]]:
    """Return the definitions that meet the criteria of `DEFINITIONS`, with their instances."""
    ended = ProcessInstance.ended_at.is_null(False)
    counted = _counted(database, ProcessInstance, ProcessInstance.definition_id, ended)
    return [(row, counted.get(row.id, Cleanable())) for row in DEFINITIONS.find(database, criteria)]


def cleanable_batches(database: Database) -> dict[str, Cleanable]:
    """Return the ended batches by kind."""
    return _counted(database, Batch, Batch.kind, Batch.ended_at.is_null(False))


def _counted(database: Database, model: Any, group: Any, condition: Any) -> dict[str, Cleanable]:
    over = peewee.Case(None, ((model.removal_at <= clock.now_ms(), 1),), 0)
    counts = (peewee.fn.COUNT(peewee.SQL("1")), peewee.fn.SUM(over))
    query = model.select(group, *counts).where(condition).group_by(group).order_by(group).tuples().bind(database)
    return database.read(lambda: {row[0]: Cleanable(int(row[1]), int(row[2])) for row in query})
