"""The migrations in their order; the first makes all tables. A released one is never changed again."""

from __future__ import annotations

from collections.abc import Callable

from app.models import TABLES, Delivery, Event, ExternalTask, InstanceState, Job, VariableRow, VariableUpdate, Webhook
from app.models.transactions import Database


def create_tables(database: Database) -> None:
    """Make every table with its indexes."""
    database.create_tables(TABLES)
    for table in (ExternalTask, InstanceState, VariableRow, Job):
        database.expect_churn(table)


def create_event_tables(database: Database) -> None:
    """Make the tables of events and their deliveries, unless the first migration has."""
    database.create_tables((Event, Webhook, Delivery))
    database.expect_churn(Delivery)


def create_variable_updates(database: Database) -> None:
    """Make the table of all values that variables had, unless the first migration has."""
    database.create_tables((VariableUpdate,))


MIGRATIONS: tuple[Callable[[Database], None], ...] = (create_tables, create_event_tables, create_variable_updates)
