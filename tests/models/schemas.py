"""What a database says about its own schema, for comparing two of them."""

from __future__ import annotations

from typing import Any

from app.database.database import Database

Schema = dict[str, list[tuple[Any, ...]]]

_POSTGRES = {
    "columns": "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,"
    " pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_class t ON t.oid = attrelid"
    " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
}
_SQLITE = {
    "columns": """SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master t, """
    "pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    "indexes": "SELECT replace(sql, '\"', '') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "constraints": """SELECT t.name, f."from", f."table", f."to" FROM sqlite_master t, """
    "pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
}
_OPTIONS = "SELECT relname, unnest(reloptions) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


def schema_of(database: Database) -> Schema:
    """Return all columns, indexes and constraints: types, nullability, defaults, uniqueness, conditions; no order."""
    statements = _POSTGRES if database.locks_rows else _SQLITE
    return {name: _rows(database, sql) for name, sql in statements.items()}


def options_of(database: Database) -> list[tuple[Any, ...]]:
    """Return the storage options of the tables, where there are any."""
    return _rows(database, _OPTIONS) if database.locks_rows else []


def _rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return sorted(database.read(lambda: database.rows(sql.replace("%", "%%"), ())), key=repr)
