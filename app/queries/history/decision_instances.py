"""What was decided."""

from __future__ import annotations

from typing import Any

import peewee

from app import clock
from app.database.database import Database
from app.models import DecisionDefinition, DecisionInstance
from app.queries.conditions import Criteria, equals, instant, like, nothing, one_of, only, tenants, text
from app.queries.history.cleanable import Cleanable
from app.queries.history.record import Records, removal_of
from app.queries.listing import Listing


def _of_root(id: str) -> Any:
    return (DecisionInstance.id == id) | (DecisionInstance.root_decision_instance_id == id)


def _removal_at() -> Any:
    """Return when a row is removed: at its own time, else with the root of its process instance."""
    return peewee.fn.COALESCE(DecisionInstance.removal_at, removal_of(DecisionInstance.root_id))


DECISION_INSTANCES = Records(
    "historic decision instance",
    DecisionInstance,
    filters={
        "id": equals(DecisionInstance.id),
        "ids": one_of(DecisionInstance.id),
        "decision_definition_id": equals(DecisionInstance.decision_definition_id),
        "decision_definition_ids": one_of(DecisionInstance.decision_definition_id),
        "decision_definition_key": equals(DecisionInstance.decision_definition_key),
        "decision_definition_keys": one_of(DecisionInstance.decision_definition_key),
        "decision_definition_name": equals(DecisionInstance.decision_definition_name),
        "decision_definition_name_like": like(DecisionInstance.decision_definition_name),
        "requirements_id": equals(DecisionInstance.requirements_id),
        "requirements_key": equals(DecisionInstance.requirements_key),
        "definition_id": equals(DecisionInstance.definition_id),
        "definition_key": equals(DecisionInstance.definition_key),
        "process_instance_id": equals(DecisionInstance.process_instance_id),
        "case": nothing(),
        "activity_ids": one_of(DecisionInstance.activity_id),
        "activity_instance_ids": one_of(DecisionInstance.activity_instance_id),
        "evaluated_before": instant(DecisionInstance.evaluated_at, "lteq"),
        "evaluated_after": instant(DecisionInstance.evaluated_at, "gteq"),
        "user_id": equals(DecisionInstance.user_id),
        "root_decision_instance_id": text(_of_root),
        "roots_only": only(DecisionInstance.root_decision_instance_id.is_null),
        **tenants(DecisionInstance.tenant_id),
    },
    orders={
        "id": DecisionInstance.id,
        "evaluated_at": DecisionInstance.evaluated_at,
        "tenant_id": DecisionInstance.tenant_id,
    },
    also={"removal_at": _removal_at()},
)


def evaluations_of(database: Database, requirements_id: str, root_id: str | None) -> list[tuple[str, int]]:
    """Return how often each decision of a graph was evaluated, by key; with `root_id` in that evaluation alone."""
    condition = DecisionInstance.requirements_id == requirements_id
    if root_id is not None:
        condition &= _of_root(root_id)
    key, count = DecisionInstance.decision_definition_key, peewee.fn.COUNT(peewee.SQL("1"))
    query: Any = DecisionInstance.select(key, count).where(condition).group_by(key).order_by(key).tuples()
    query = query.bind(database)
    return database.read(lambda: [(row[0], int(row[1])) for row in query])


CLEANABLE_DEFINITIONS = Listing(
    "decision definition",
    DecisionDefinition,
    filters={
        "ids": one_of(DecisionDefinition.id),
        "keys": one_of(DecisionDefinition.key),
        **tenants(DecisionDefinition.tenant_id),
    },
    orders={"id": DecisionDefinition.id},
)


def cleanable_decisions(database: Database, criteria: Criteria) -> list[tuple[DecisionDefinition, Cleanable]]:
    """Return the definitions that meet the criteria, with what was decided by them and how much of it is over."""
    over = peewee.fn.SUM(peewee.Case(None, ((_removal_at() <= clock.now_ms(), 1),), 0))
    of = DecisionInstance.decision_definition_id
    query: Any = DecisionInstance.select(of, peewee.fn.COUNT(peewee.SQL("1")), over).group_by(of).tuples()
    query = query.bind(database)
    counted = database.read(lambda: {row[0]: Cleanable(int(row[1]), int(row[2])) for row in query})
    rows = CLEANABLE_DEFINITIONS.find(database, criteria)
    return [(row, counted.get(row.id, Cleanable())) for row in rows]
