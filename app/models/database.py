"""Open the database that a URL names: an SQLite file (`sqlite:///path`) or Postgres (`postgresql://…`)."""

from __future__ import annotations

from pathlib import Path

from app.database.database import Database
from app.database.postgres.database import PostgresDatabase
from app.database.sqlite.database import SqliteDatabase
from app.models import TABLES

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def open_database(
    url: str, *, pool_size: int = 4, lock_path: str | Path | None = None, notify_url: str | None = None
) -> Database:
    """Return the database and bind the tables to it. Nothing is connected before the first query, so it may be forked.

    `pool_size` limits the connections of this process. `lock_path` names the file at which the processes that write to
    one SQLite file queue; by default it stands beside it. `notify_url` leads to the same Postgres without a pooler in
    between, which `url` then is taken to be. Raises ValueError for a URL of another kind.
    """
    database = _open(url, pool_size, Path(lock_path) if lock_path else None, notify_url)
    database.bind(TABLES)
    return database


def _open(url: str, pool_size: int, lock_path: Path | None, notify_url: str | None) -> Database:
    if url.startswith(_POSTGRES):
        return PostgresDatabase(url, pool_size, notify_url)
    path = url.removeprefix(_SQLITE).partition("?")[0]
    if not url.startswith(_SQLITE) or not path or ":memory:" in path:
        raise ValueError("a database URL is sqlite:///path/to/file or postgresql://user@host/name")
    return SqliteDatabase(Path(path), pool_size, lock_path)
