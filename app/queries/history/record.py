"""What all lists of the history share: when a row will be removed is known to its root process instance alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from app.database.table import Table
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.queries.conditions import Criteria, Filter
from app.queries.listing import Listing

Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Records(Listing[Row]):
    """A listing whose rows also have `removal_at`, and what `also` names (attribute → query for one value)."""

    also: dict[str, Any] | None = None

    def select(self, criteria: Criteria, *columns: Any) -> Any:
        """Return the query for the criteria; whole rows come with what stands beside the table."""
        if columns:
            return super().select(criteria, *columns)
        beside = {"removal_at": removal_of(self.model._meta.fields["root_id"]), **(self.also or {})}
        return super().select(criteria, self.model, *(query.alias(name) for name, query in beside.items()))


def removal_of(root_id: Any) -> Any:
    """Return the query for the instant at which a root process instance and all below it will be removed."""
    root = ProcessInstance.alias()
    return root.select(root.removal_at).where(root.id == root_id)


def name_of(definition_id: Any) -> Any:
    """Return the query for the name of a process definition."""
    return ProcessDefinition.select(ProcessDefinition.name).where(ProcessDefinition.id == definition_id)


def of_definition(column: Any, inner: Filter) -> Filter:
    """Narrow by the definition whose id `column` holds."""

    def condition(value: Any, criteria: Criteria) -> Any:
        return column.in_(ProcessDefinition.select(ProcessDefinition.id).where(inner.condition(value, criteria)))

    return Filter(inner.kind, condition)


def of_instance(column: Any, inner: Filter) -> Filter:
    """Narrow by the process instance whose id `column` holds."""

    def condition(value: Any, criteria: Criteria) -> Any:
        return column.in_(ProcessInstance.select(ProcessInstance.id).where(inner.condition(value, criteria)))

    return Filter(inner.kind, condition)
