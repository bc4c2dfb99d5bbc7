"""Compiled statements: peewee stays the one source of SQL, and is asked once instead of at every request.

Building a query costs peewee 85 to 130 µs, the driver needs 9 to run it. A `Statement` keeps the SQL per database, with
named places for the values: `Statement(Task.select().where(Task.id == P("id"))).one(database, id="…")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import peewee

from app.models.base import Table
from app.models.transactions import Database

_MOST_PARAMETERS = 30_000


class _Place:
    """Stands in the parameters of a compiled statement where a value goes."""

    __slots__ = ("many", "name")

    def __init__(self, name: str, many: bool = False) -> None:
        self.name = name
        self.many = many


def P(name: str) -> Any:
    """Return a named place for one value."""
    return peewee.Value(_Place(name), converter=False)


class one_of(peewee.Node):
    """The condition that `column` is one of the values of a list, which is one parameter: the SQL stays the same.

    A list of one is compared by `=`. Postgres cannot know how long the others will be, and plans such a statement anew
    for every list (60 to 150 µs; its general plan reads far too many rows).
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
    """One statement, given as a peewee query or as a function that builds it for a database."""

    __slots__ = ("_build", "_compiled")

    def __init__(self, query: Any) -> None:
        self._build: Build = query if callable(query) and not isinstance(query, peewee.Node) else lambda _: query
        self._compiled: _Compiled | None = None

    def all(self, database: Database, **values: Any) -> list[tuple[Any, ...]]:
        """Run it and return all rows."""
        return database.rows(*self._filled(database, values))

    def one(self, database: Database, **values: Any) -> tuple[Any, ...] | None:
        """Run it and return the first row, if there is one."""
        rows = database.rows(*self._filled(database, values))
        return rows[0] if rows else None

    def count(self, database: Database, **values: Any) -> int:
        """Run it and return how many rows it changed."""
        return database.rows_changed(*self._filled(database, values))

    def send(self, database: Database, **values: Any) -> None:
        """Run it without looking at the result; it may fail as late as at the commit."""
        database.execute_later(*self._filled(database, values))

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


def _fill(places: list[Any], values: Mapping[str, Any]) -> list[Any]:
    return [values[place.name] if type(place) is _Place else place for place in places]


def insert(database: Database, table: type[Table], rows: Sequence[Mapping[str, Any]], *, on_conflict: str = "") -> None:
    """Insert rows with one statement. A column that a row does not name gets the field's default, else null.

    `on_conflict` is the SQL of an ON CONFLICT clause, always the same text for a table.
    """
    columns, defaults = _columns(database, table)
    step = _MOST_PARAMETERS // len(columns)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        values = [row.get(column, default) for row in part for column, default in zip(columns, defaults, strict=True)]
        database.execute_later(_insert_sql(database, table, columns, len(part), on_conflict), values)


def _columns(database: Database, table: type[Table]) -> tuple[list[str], list[Any]]:
    known: tuple[list[str], list[Any]] | None = database.compiled.get(table)
    if known is None:
        fields = [field for field in table._meta.sorted_fields if not field.auto_increment]
        known = [field.column_name for field in fields], [field.default for field in fields]
        database.compiled[table] = known
    return known


def _insert_sql(database: Database, table: type[Table], columns: list[str], count: int, on_conflict: str) -> str:
    sql: str | None = database.compiled.get((table, count, on_conflict))
    if sql is None:
        names = ", ".join(f'"{column}"' for column in columns)
        row = "(" + ", ".join([database.param] * len(columns)) + ")"
        sql = f'INSERT INTO "{table._meta.table_name}" ({names}) VALUES ' + ", ".join([row] * count) + on_conflict
        if count <= 32:  # a step of a process makes few rows; longer texts would fill the memory in the end
            database.compiled[table, count, on_conflict] = sql
    return sql


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
