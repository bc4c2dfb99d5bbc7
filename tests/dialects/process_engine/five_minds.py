"""Requests of a 5Minds worker, said briefly, and what a refusal must leave as it was."""

from __future__ import annotations

from typing import Any, TypeVar

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import ExternalTask, ExternalTaskLog, Incident, InstanceState, ProcessInstance, Table, VariableRow
from tests.builders import Headers, bearer, one_task

Row = TypeVar("Row", bound=Table)
LEGACY = "/api/external_task/v1"
CONSUMER = "/api/consumer/v1"
MANAGEMENT = "/api/management/v1"
NOBODY: Headers = {}


def deploy(client: FlaskClient, model: str | None = None, name: str = "process") -> None:
    """Deploy a model by the management API."""
    body = {"xml": model or one_task(), "overwriteExisting": True}
    answer = client.post(f"{MANAGEMENT}/process_models/{name}/update", json=body, headers=bearer())
    assert answer.status_code == 204, answer.get_data(as_text=True)


def start(client: FlaskClient, key: str = "process", *, query: str = "", **body: Any) -> dict[str, Any]:
    """Start a process by the consumer API and return the answer."""
    answer = client.post(f"{CONSUMER}/process_models/{key}/start{query}", json=body, headers=bearer(subject="starter"))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def fetch_answer(client: FlaskClient, topic: str = "work", *, base: str = LEGACY, **body: Any) -> TestResponse:
    """Fetch and lock tasks of a topic, and return the answer whatever it is."""
    headers = body.pop("headers", None)
    order = {"workerId": "w1", "topicName": topic, "maxTasks": 10, "longPollingTimeout": 0, "lockDuration": 60_000}
    return client.post(f"{base}/fetch_and_lock", json=order | body, headers=bearer() if headers is None else headers)


def fetch(client: FlaskClient, topic: str = "work", **body: Any) -> list[dict[str, Any]]:
    """Fetch and lock tasks of a topic."""
    answer = fetch_answer(client, topic, **body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    tasks: list[dict[str, Any]] = answer.get_json()
    return tasks


def waiting_task(client: FlaskClient, model: str | None = None, *, worker: str | None = "w1", **body: Any) -> str:
    """Deploy, start, and return the id of the task `work`; `worker` holds it, None leaves it free."""
    deploy(client, model)
    start(client, **body)
    if worker is not None:
        return str(fetch(client, workerId=worker)[0]["id"])
    return str(rows(ExternalTask)[-1].id)


def report(
    client: FlaskClient, task_id: str, verb: str, *, base: str = LEGACY, headers: Headers | None = None, **body: Any
) -> TestResponse:
    """Report on a task and return the answer."""
    content = {"workerId": "w1"} | body
    return client.post(f"{base}/task/{task_id}/{verb}", json=content, headers=bearer() if headers is None else headers)


def everything_stored() -> dict[str, list[dict[str, Any]]]:
    """Return all rows that a report could change: nothing may differ after a refusal."""
    tables: tuple[type[Table], ...] = (
        ExternalTask,
        ExternalTaskLog,
        Incident,
        InstanceState,
        ProcessInstance,
        VariableRow,
    )
    return {table.__name__: [row.__data__ for row in rows(table)] for table in tables}


def rows(table: type[Row], *conditions: Any) -> list[Row]:
    """Return the rows of a table that meet the conditions, by id."""
    query = table.select().where(*conditions) if conditions else table.select()
    found: list[Row] = table._meta.database.read(lambda: list(query.order_by(table.id)))
    return found
