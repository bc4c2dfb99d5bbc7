"""The migrations in their order; the first makes all tables. A released one is never changed again."""

from __future__ import annotations

from collections.abc import Callable

from app.models import TABLES, ExternalTask, InstanceState, Job, VariableRow
from app.models.transactions import Database


def create_tables(database: Database) -> None:
    """Make every table with its indexes."""
    database.create_tables(TABLES)
    for table in (ExternalTask, InstanceState, VariableRow, Job):
        database.expect_churn(table)


MIGRATIONS: tuple[Callable[[Database], None], ...] = (create_tables,)
