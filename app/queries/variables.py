"""Variables of running scopes: their list, and what an execution sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

from app.bpmn.values import Variables
from app.database.database import Database
from app.errors import NotFound
from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance
from app.models.variable import VariableRow, from_row
from app.queries.conditions import Criteria, Filter, all_of, matches, nothing, one_of, tenants
from app.queries.listing import Listing
from app.queries.variable_conditions import VariableCondition, compares, ignoring_case, same_text


def named(name: str, criteria: Criteria) -> Any:
    """Return the condition that a variable has this name."""
    return same_text(VariableRow.name, name, bool(criteria.get("names_ignore_case")))


def named_like(pattern: str, criteria: Criteria) -> Any:
    """Return the condition that a variable's name is like the pattern."""
    if criteria.get("names_ignore_case"):
        return matches(peewee.fn.LOWER(VariableRow.name), pattern.lower())
    return matches(VariableRow.name, pattern)


def _valued(wanted: Sequence[VariableCondition], criteria: Criteria) -> Any:
    ignore_case = bool(criteria.get("values_ignore_case"))
    return all_of(
        named(each.name or "", criteria) & compares(VariableRow, each.operator, each.value, ignore_case)
        for each in wanted
    )


VARIABLES = Listing(
    "variable instance",
    VariableRow,
    filters={
        "name": Filter("text", named),
        "name_like": Filter("text", named_like),
        "process_instance_ids": one_of(VariableRow.process_instance_id),
        "execution_ids": one_of(VariableRow.execution_id),
        "user_task_ids": one_of(VariableRow.user_task_id),
        "activity_instance_ids": one_of(VariableRow.activity_instance_id),
        "scope_ids": one_of(VariableRow.execution_id),
        "values": Filter("variables", _valued),
        "batch_ids": nothing("texts"),
        "case_instance_ids": nothing("texts"),
        "case_execution_ids": nothing("texts"),
        **ignoring_case(),
        **tenants(VariableRow.tenant_id),
    },
    orders={
        "name": VariableRow.name,
        "type": VariableRow.type,
        "activity_instance_id": VariableRow.activity_instance_id,
        "tenant_id": VariableRow.tenant_id,
    },
    base=VariableRow.live == 1,
)


def scopes_of(database: Database, execution_id: str) -> list[str]:
    """Return the execution ids whose variables an execution sees, nearest first; empty if no such execution runs."""
    return database.read(lambda: _scopes_of(execution_id))


def visible_from(database: Database, execution_id: str, names: Sequence[str] | None = None) -> Variables:
    """Return the variables that an execution sees, by name; the nearest scope wins. Raises NotFound."""
    return database.read(lambda: _nearest(_running(execution_id, _scopes_of(execution_id)), names))


def local_to(database: Database, execution_id: str, names: Sequence[str] | None = None) -> Variables:
    """Return the variables of an execution's own scope, by name. Raises NotFound."""
    return database.read(lambda: _nearest(_running(execution_id, _scopes_of(execution_id))[:1], names))


def _running(execution_id: str, scopes: list[str]) -> list[str]:
    if not scopes:
        raise NotFound(execution_id, kind="execution")
    return scopes


def _nearest(scopes: list[str], names: Sequence[str] | None) -> Variables:
    query = VariableRow.select().where((VariableRow.live == 1) & VariableRow.execution_id.in_(scopes))
    if names is not None:
        query = query.where(VariableRow.name.in_(list(names)))
    rank = {scope: place for place, scope in enumerate(scopes)}
    rows = sorted(query, key=lambda row: rank[row.execution_id], reverse=True)
    return {row.name: from_row(row) for row in rows}


def _scopes_of(execution_id: str) -> list[str]:
    if _runs(execution_id):
        return [execution_id]
    own = ActivityInstance.get_or_none(
        (ActivityInstance.execution_id == execution_id) & ActivityInstance.ended_at.is_null()
    )
    if own is None or not _runs(own.process_instance_id):
        return []
    of_instance = ActivityInstance.process_instance_id == own.process_instance_id
    open_ones = {
        row.id: row for row in ActivityInstance.select().where(of_instance & ActivityInstance.ended_at.is_null())
    }
    scopes, around = [own.execution_id], open_ones.get(own.parent_id)
    while around is not None:
        if around.execution_id != scopes[-1]:
            scopes.append(around.execution_id)
        around = open_ones.get(around.parent_id)
    return scopes if scopes[-1] == own.process_instance_id else [*scopes, own.process_instance_id]


def _runs(instance_id: str) -> bool:
    running = (ProcessInstance.id == instance_id) & ProcessInstance.ended_at.is_null()
    return bool(ProcessInstance.select().where(running).exists())
