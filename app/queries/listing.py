"""A list of a noun as data: its filters and sortings; finding, counting and getting are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import peewee

from app.database.database import Database
from app.database.table import Table
from app.errors import InvalidInput, NotFound
from app.queries.conditions import Criteria, Filter, all_of, any_of

Row = TypeVar("Row", bound=Table)
Sorting = Sequence[tuple[Any, str]]
"""(name of an order, or what to sort by itself; "asc" or "desc")"""
MAX_ALTERNATIVES = 1000
"""Most values of one list filter: beyond it SQLite refuses the statement, and nobody means it."""


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """What a noun may be asked. `base` is met by every row of the list, `orders` are the columns to sort by."""

    kind: str
    model: type[Row]
    filters: Mapping[str, Filter]
    orders: Mapping[str, Any]
    base: Any = None
    rows: Callable[[], Any] | None = None
    """What stands for the model's table: a common table expression of its name (None: the table itself)."""

    def find(
        self,
        database: Database,
        criteria: Criteria | None = None,
        *,
        sorting: Sorting = (),
        first: int | None = None,
        limit: int | None = None,
    ) -> list[Row]:
        """Return the rows that meet the criteria, sorted (by id last, so that pages do not overlap)."""
        query = self._page(self.select(criteria or {}), sorting, first, limit).bind(database)
        return database.read(lambda: list(query))

    def count(self, database: Database, criteria: Criteria | None = None) -> int:
        """Return how many rows meet the criteria."""
        query = self.select(criteria or {}).bind(database)
        return database.read(lambda: int(query.count()))

    def ids(
        self,
        database: Database,
        criteria: Criteria,
        *,
        sorting: Sorting = (),
        first: int | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """Return the ids of the rows that `find` returns."""
        query = self._page(self.select(criteria, self._key), sorting, first, limit).tuples().bind(database)
        return database.read(lambda: [row[0] for row in query])

    def rows_of(self, database: Database, ids: Sequence[str]) -> list[Row]:
        """Return the rows with these ids in their order, without those that have gone."""
        query = self.select({}).where(self._key.in_(list(ids))).bind(database)
        found = {row.get_id(): row for row in database.read(lambda: list(query))}
        return [found[id] for id in ids if id in found]

    def get(self, database: Database, id: str) -> Row:
        """Return the row with that id. Raises NotFound."""
        query = self.select({}).where(self._key == id).bind(database)
        found = database.read(lambda: list(query))
        if not found:
            raise NotFound(id, kind=self.kind)
        row: Row = found[0]
        return row

    def _page(self, query: Any, sorting: Sorting, first: int | None, limit: int | None) -> Any:
        orders = [
            (peewee.Desc if way == "desc" else peewee.Asc)(self.orders[by] if isinstance(by, str) else by)
            for by, way in sorting
        ]
        query = query.order_by(*orders, self._key)
        if first:
            query = query.offset(first)
        return query if limit is None else query.limit(limit)

    @property
    def _key(self) -> Any:
        return self.model._meta.primary_key

    def select(self, criteria: Criteria, *columns: Any) -> Any:
        """Return the query for the criteria, unsorted. Raises InvalidInput."""
        query = self.model.select(*columns)
        if self.rows is not None:
            query = query.with_cte(self.rows())
        condition = all_of([self.base, *self._conditions(criteria)])
        return query if condition is None else query.where(condition)

    def _conditions(self, criteria: Criteria) -> Iterable[Any]:
        for name, value in criteria.items():
            if name == "or_queries":
                yield from (any_of(self._conditions(either)) for either in value or () if either)
            elif value is not None and value != []:
                if isinstance(value, list | tuple) and len(value) > MAX_ALTERNATIVES:
                    raise InvalidInput(f"At most {MAX_ALTERNATIVES} values", field=name, rule="too_long")
                yield self.filters[name].condition(value, criteria)
