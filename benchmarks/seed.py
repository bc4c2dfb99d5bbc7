"""Fill a database with very many rows in a few statements, the same for SQLite and Postgres."""

from __future__ import annotations

from collections.abc import Mapping

from app.database.database import Database
from app.database.table import Table
from app.models import ActivityInstance, ExternalTask, ExternalTaskLog, ProcessInstance
from app.models.database import open_database
from app.models.schema import migrate

FAR_AWAY = 4_000_000_000_000
STEP = 500_000
TOPICS = 10

OPEN_TASK: Mapping[str, str] = {
    "id": "'seed-' || i",
    "topic": f"'topic-' || (i % {TOPICS})",
    "created_at": "i",
    "activity_id": "'task'",
    "activity_instance_id": "'task:' || i",
    "execution_id": "'execution-' || i",
    "process_instance_id": "'instance-' || i",
    "root_id": "'instance-' || i",
    "definition_id": "'seed:1:1'",
    "definition_key": "'seed'",
}
"""Column → expression over the row's number."""


def open_tasks(url: str, number: int, locked: float = 0.9) -> None:
    """Make open tasks of ten topics, the oldest 90 % of which are locked for a long time by somebody else."""
    held = f"i <= {int(number * locked)}"
    columns = {
        **OPEN_TASK,
        "ready": f"CASE WHEN {held} THEN 0 ELSE 1 END",
        "worker_id": f"CASE WHEN {held} THEN 'somebody' END",
        "lock_expires_at": f"CASE WHEN {held} THEN {FAR_AWAY} + i END",
    }
    fill(url, {ExternalTask: columns}, number)


def history(url: str, number: int, ended_at: str = "i", removal_at: str = "NULL") -> None:
    """Make so many rows of history: a quarter instances, half activities, a quarter log."""
    quarter = number // 4
    common = {"definition_id": "'seed:1:1'", "definition_key": "'seed'"}
    place = {**common, "process_instance_id": "'past-' || i", "root_id": "'past-' || i"}
    ends = {"started_at": ended_at, "ended_at": ended_at}
    instance = {**common, "id": "'past-' || i", "root_id": "'past-' || i", "state": "'COMPLETED'", **ends}
    activity = {**place, "activity_type": "'serviceTask'", "execution_id": "'past-' || i", **ends}
    log = {
        "id": "'log-' || i",
        "kind": "2",
        "at": ended_at,
        "external_task_id": "'past-task-' || i",
        "topic": "'bench'",
        "activity_id": "'task'",
        "activity_instance_id": "'task:' || i",
        "execution_id": "'past-' || i",
        **place,
    }
    fill(url, {ProcessInstance: {**instance, "removal_at": removal_at}}, quarter)
    for kind in ("task", "end"):
        fill(url, {ActivityInstance: {**activity, "id": f"'{kind}:past-' || i", "activity_id": f"'{kind}'"}}, quarter)
    fill(url, {ExternalTaskLog: log}, quarter)


def fill(url: str, tables: Mapping[type[Table], Mapping[str, str]], number: int) -> None:
    """Insert `number` rows into each table; every column is an expression over the row's number `i`."""
    database = open_database(url)
    migrate(database)
    for table, columns in tables.items():
        for first in range(1, number + 1, STEP):
            last = min(number, first + STEP - 1)
            sql = _insert(table, columns, first, last)
            database.write(lambda sql=sql: database.execute_sql(sql))  # type: ignore[misc]
    _analyse(database)
    database.close()


def _insert(table: type[Table], columns: Mapping[str, str], first: int, last: int) -> str:
    defaults = {
        field.column_name: _literal(field.default) for field in table._meta.sorted_fields if field.default is not None
    }
    values = {**defaults, **columns}
    names = ", ".join(f'"{name}"' for name in values)
    return (
        f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
        f'INSERT INTO "{table._meta.table_name}" ({names}) SELECT {", ".join(values.values())} FROM n'
    )


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def _analyse(database: Database) -> None:
    database.write(lambda: database.execute_sql("ANALYZE"))
