"""Variables with their last values, of running scopes and of those that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

from app.bpmn.values import Variable
from app.models.variable import VariableRow
from app.queries.conditions import (
    Criteria,
    Filter,
    all_of,
    equals,
    instant,
    modifier,
    nothing,
    one_of,
    tenants,
    texts,
)
from app.queries.history.record import Records
from app.queries.listing import Listing
from app.queries.variable_conditions import VariableCondition, compares, ignoring_case
from app.queries.variables import named, named_like


def _valued(wanted: Sequence[VariableCondition], criteria: Criteria) -> Any:
    ignore_case = bool(criteria.get("values_ignore_case"))
    return all_of(compares(VariableRow, each.operator, each.value, ignore_case) for each in wanted)


def _equals(value: Variable, criteria: Criteria) -> Any:
    return compares(VariableRow, "eq", value, bool(criteria.get("values_ignore_case")))


def _of_types(names: list[str]) -> Any:
    return peewee.fn.LOWER(VariableRow.type).in_([str(name).lower() for name in names])


class _Historic(Records[VariableRow]):
    """Variables that were deleted on request are left out unless they are asked for."""

    def select(self, criteria: Criteria, *columns: Any) -> Any:
        query = super().select(criteria, *columns)
        return query if criteria.get("including_deleted") else query.where(~VariableRow.deleted)


HISTORIC_VARIABLES: Listing[VariableRow] = _Historic(
    "historic variable instance",
    VariableRow,
    filters={
        "name": Filter("text", named),
        "name_like": Filter("text", named_like),
        "names": one_of(VariableRow.name),
        "types": texts(_of_types),
        "values": Filter("variables", _valued),
        "value": Filter("value", _equals),
        "process_instance_id": equals(VariableRow.process_instance_id),
        "process_instance_ids": one_of(VariableRow.process_instance_id),
        "execution_ids": one_of(VariableRow.execution_id),
        "activity_instance_ids": one_of(VariableRow.activity_instance_id),
        "user_task_ids": one_of(VariableRow.user_task_id),
        "definition_id": equals(VariableRow.definition_id),
        "definition_key": equals(VariableRow.definition_key),
        "case_instance_id": nothing(),
        "case_execution_ids": nothing("texts"),
        "case_activity_ids": nothing("texts"),
        "created_before": instant(VariableRow.created_at, "lteq"),
        "created_after": instant(VariableRow.created_at, "gteq"),
        "including_deleted": modifier(),
        **ignoring_case(),
        **tenants(VariableRow.tenant_id),
    },
    orders={
        "process_instance_id": VariableRow.process_instance_id,
        "name": VariableRow.name,
        "type": VariableRow.type,
        "created_at": VariableRow.created_at,
        "tenant_id": VariableRow.tenant_id,
    },
)
