"""The migrations in their order; the first makes all tables. A released one is never changed again."""

from __future__ import annotations

from collections.abc import Callable

from app.database.database import Database
from app.database.table import Table
from app.models import (
    TABLES,
    Attachment,
    Batch,
    Comment,
    Delivery,
    Event,
    ExternalTask,
    InstanceState,
    Job,
    JobDefinitionChange,
    ProcessInstance,
    VariableRow,
    VariableUpdate,
    Webhook,
)
from app.models.process_instance import OF_CASES


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


def add_columns_of_the_history(database: Database) -> None:
    """Add when a batch is removed and what an instance is a restart of, unless the first migration has."""
    _add_column(database, Batch, "removal_at", "BIGINT")
    _add_column(database, ProcessInstance, "restarted_instance_id", "TEXT")


def _add_column(database: Database, table: type[Table], name: str, kind: str) -> bool:
    """Add a column unless it is there, and tell whether it was missing."""
    missing = name not in {column.name for column in database.get_columns(table._meta.table_name)}
    if missing:
        database.execute_sql(f'ALTER TABLE "{table._meta.table_name}" ADD COLUMN "{name}" {kind}')
    return missing


def create_job_definition_changes(database: Database) -> None:
    """Make the table of what was changed in job definitions, unless the first migration has."""
    database.create_tables((JobDefinitionChange,))


def create_remarks(database: Database) -> None:
    """Make the tables of comments and attachments, unless the first migration has."""
    database.create_tables((Comment, Attachment))


def add_case_instance(database: Database) -> None:
    """Add the case that the start of a process instance named, unless the first migration has."""
    if _add_column(database, ProcessInstance, "case_instance_id", "TEXT"):
        database.execute_sql(OF_CASES)


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    create_tables,
    create_event_tables,
    create_variable_updates,
    add_columns_of_the_history,
    create_job_definition_changes,
    create_remarks,
    add_case_instance,
)
