"""Compiled statements: peewee stays the one source of SQL, and is asked once instead of at every request.

Building a query costs peewee 85 to 130 µs, the driver needs 9 to run it. A `Statement` keeps the SQL per database, with
named places for the values: `Statement(Task.select().where(Task.id == P("id"))).one(database, id="…")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import peewee

from app.database.database import Database
from app.database.insertion import insert
from app.database.sql_text import tables_of
from app.database.table import Table

__all__ = ["P", "Statement", "delete_by_id", "insert", "one_of", "update_by_id"]


class _Place:
    """Stands in the parameters of a compiled statement where a value goes."""

    __slots__ = ("many", "name")

    def __init__(self, name: str, many: bool = False) -> None:
        self.name = name
        self.many = many


def P(name: str) -> Any:
    """Return a named place for one value."""
    return peewee.Value(_Place(name), converter=False)


class one_of(peewee.ColumnBase):
    """The condition that `column` is one of the values of a list, which is one parameter: the SQL stays the same.

    A list of one is compared by `=`. Postgres cannot know how long the others will be, and plans such a statement anew
    for every list (60 to 150 µs), except in the session of joint writes.
    """

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.place = _Place(name, many=True)

    def __sql__(self, context: Any) -> Any:
        context.sql(self.column)
        context._sql.append(context.state.one_of)
        context._values.append(self.place)
        return context


Build = Callable[[Database], Any]


class Statement:
    """One statement, given as a peewee query or as a function that builds it for a database.

    `each` names a list of it (`one_of`) such that running it for a list is running it for each of its values: several
    changes then become one. `of_tree` says that it reads rows of no other process instances than those of the one tree
    that the write has locked: it need not wait for what other writes of the same transaction have changed.
    """

    __slots__ = ("_build", "_compiled", "_each", "_of_tree")

    def __init__(self, query: Any, *, each: str | None = None, of_tree: bool = False) -> None:
        self._build: Build = query if callable(query) and not isinstance(query, peewee.Node) else lambda _: query
        self._compiled: _Compiled | None = None
        self._each = each
        self._of_tree = of_tree

    def all(self, database: Database, **values: Any) -> list[tuple[Any, ...]]:
        """Run it and return all rows."""
        return database.rows(*self._filled(database, values), of_tree=self._of_tree)

    def one(self, database: Database, **values: Any) -> tuple[Any, ...] | None:
        """Run it and return the first row, if there is one."""
        rows = self.all(database, **values)
        return rows[0] if rows else None

    def count(self, database: Database, **values: Any) -> int:
        """Run it and return how many rows it changed."""
        return database.rows_changed(*self._filled(database, values))

    def send(self, database: Database, **values: Any) -> None:
        """Run it without looking at the result, before the next result is read; it may fail as late as at the commit.

        Its values must stay as they are.
        """
        database.later(self, values)

    def apply(self, database: Database, payloads: list[dict[str, Any]]) -> None:
        """Run it for these values, as few times as possible."""
        for values in _joined(payloads, self._each) if self._each is not None and len(payloads) > 1 else payloads:
            database.execute_later(*self._filled(database, values))

    def tables(self, database: Database) -> frozenset[str]:
        """Return the tables that it reads or changes."""
        return tables_of(self._compile(database).sql)

    def sql(self, database: Database) -> str:
        """Return its SQL."""
        return self._compile(database).sql

    def _filled(self, database: Database, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Return the SQL and the parameters."""
        compiled = self._compile(database)
        if compiled.lists:
            if all(len(values[name]) == 1 for name in compiled.lists):
                only = {name: values[name][0] for name in compiled.lists}
                return compiled.sql_of_single, _fill(compiled.places, {**values, **only})
            values = {**values, **{name: database.list_value(values[name]) for name in compiled.lists}}
        return compiled.sql, _fill(compiled.places, values)

    def _compile(self, database: Database) -> _Compiled:
        compiled = self._compiled
        if compiled is None or compiled.database is not database:  # a process has one database; tests have several
            query = self._build(database)
            sql, places = database.get_sql_context().parse(query)  # type: ignore[no-untyped-call]
            lists = tuple({place.name for place in places if type(place) is _Place and place.many})
            context = database.get_sql_context(one_of=f" = {database.param}")
            sql_of_single, _ = context.parse(query)  # type: ignore[no-untyped-call]
            self._compiled = compiled = _Compiled(database, sql, sql_of_single, places, lists)
        return compiled


class _Compiled(NamedTuple):
    """A statement for one database; `sql_of_single` is for lists of one value, `lists` are the names of those."""

    database: Database
    sql: str
    sql_of_single: str
    places: list[Any]
    lists: tuple[str, ...]


def _joined(payloads: list[dict[str, Any]], each: str) -> Iterable[dict[str, Any]]:
    """Join the lists of those payloads whose other values are the same."""
    names = [name for name in payloads[0] if name != each]
    joined: dict[tuple[Any, ...], list[Any]] = {}
    for values in payloads:
        joined.setdefault(tuple(values[name] for name in names), []).extend(values[each])
    return ({**dict(zip(names, others, strict=True)), each: all} for others, all in joined.items())


def _fill(places: list[Any], values: Mapping[str, Any]) -> list[Any]:
    return [values[place.name] if type(place) is _Place else place for place in places]


def update_by_id(database: Database, table: type[Table], id: str, **values: Any) -> int:
    """Change columns of one row and return 1, or 0 when there is no such row."""
    names = tuple(values)
    statement = database.compiled.get((table, names))
    if statement is None:
        changes = {getattr(table, name): P(name) for name in names}
        statement = Statement(table.update(changes).where(table._meta.primary_key == P("id")))
        database.compiled[table, names] = statement
    changed: int = statement.count(database, id=id, **values)
    return changed


def delete_by_id(database: Database, table: type[Table], ids: Iterable[str]) -> int:
    """Delete the rows with these ids and return how many there were."""
    statement = database.compiled.get((table, "delete"))
    if statement is None:
        statement = Statement(table.delete().where(one_of(table._meta.primary_key, "ids")))
        database.compiled[table, "delete"] = statement
    deleted: int = statement.count(database, ids=list(ids))
    return deleted
