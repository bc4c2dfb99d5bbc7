"""Tasks without an engine: rows as a process would have left them."""

from __future__ import annotations

import json
from typing import Any

from app import clock
from app.bpmn.values import Variable, from_python
from app.database.database import Database
from app.database.statements import insert
from app.identity import ACCESS_EXTERNAL_TASKS, Identity
from app.ids import new_id
from app.models import ExternalTask, InstanceState, ProcessInstance, VariableRow
from app.models.variable import to_row
from app.services.external_tasks.service import TopicRequest

WORKER = Identity("worker", frozenset({ACCESS_EXTERNAL_TASKS}))
FOR_ORDERS_ONLY = Identity("clerk", frozenset({ACCESS_EXTERNAL_TASKS}), ("orders*",))


def given_tasks(database: Database, count: int = 1, *, with_state: bool = True, **columns: Any) -> list[str]:
    """Store tasks, each of an instance of its own unless `process_instance_id` says otherwise; return their ids."""
    rows = [_task(index, columns) for index in range(count)]
    states = [] if not with_state else [_state(root_id) for root_id in dict.fromkeys(row["root_id"] for row in rows)]

    def store() -> None:
        insert(database, InstanceState, states)
        insert(database, ExternalTask, rows)

    database.write(store)
    return [row["id"] for row in rows]


def given_task(database: Database, **columns: Any) -> str:
    """Store one task and return its id."""
    return given_tasks(database, **columns)[0]


def given_instance(database: Database, id: str, **columns: Any) -> None:
    """Store the record of a process instance."""
    row = {"id": id, "root_id": id, "definition_id": "order:1:x", "definition_key": "order", "started_at": 0, **columns}
    database.write(lambda: insert(database, ProcessInstance, [row]))


def given_variables(database: Database, execution_id: str, **values: Any) -> None:
    """Store variables of one scope."""
    rows = [_variable(execution_id, name, value) for name, value in values.items()]
    database.write(lambda: insert(database, VariableRow, rows))


def the_task(database: Database, task_id: str) -> ExternalTask:
    """Return the row of an open task."""
    return database.read(lambda: ExternalTask.get_by_id(task_id))


def orders(lock_duration_ms: int = 10_000, **options: Any) -> TopicRequest:
    """Ask for tasks of the topic `orders`."""
    return TopicRequest("orders", lock_duration_ms, **options)


def _task(index: int, columns: dict[str, Any]) -> dict[str, Any]:
    instance_id = columns.get("process_instance_id") or new_id()
    execution_id = columns.get("execution_id") or new_id()
    return {
        "id": new_id(),
        "topic": "orders",
        "created_at": clock.now_ms() + index,
        "activity_id": "reserve",
        "activity_instance_id": f"reserve:{new_id()}",
        "execution_id": execution_id,
        "process_instance_id": instance_id,
        "root_id": columns.get("root_id") or instance_id,
        "definition_id": "order:1:x",
        "definition_key": "order",
        "scopes": json.dumps([execution_id, instance_id]),
        **columns,
    }


def _state(root_id: str) -> dict[str, Any]:
    return {"id": root_id, "definition_id": "order:1:x", "body": "{}"}


def _variable(execution_id: str, name: str, value: Any) -> dict[str, Any]:
    variable = value if isinstance(value, Variable) else from_python(value)
    return {
        "id": new_id(),
        "execution_id": execution_id,
        "name": name,
        "created_at": clock.now_ms(),
        "process_instance_id": execution_id,
        "root_id": execution_id,
        "definition_id": "order:1:x",
        "definition_key": "order",
        **to_row(variable),
    }
