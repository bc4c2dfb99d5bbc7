"""A server with the account of a worker, and what its REST API tells of an order."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from app.identity import ALL_CLAIMS, Identity
from app.models.database import open_database
from app.services.accounts import WorkerAccounts
from tests.server.running import RunningServer

NAME, PASSWORD = "worker", "a password: with a colon"
MODEL = Path(__file__).with_name("order.bpmn")
WAIT_S = 20


def add_account(database_url: str) -> None:
    """Add the account that clients with HTTP Basic use."""
    database = open_database(database_url)
    WorkerAccounts(database).add(Identity("tests", ALL_CLAIMS), NAME, PASSWORD, claims=tuple(ALL_CLAIMS))
    database.close()


class Shop:
    """Starts orders, and tells what became of them; `key` is an order's business key."""

    def __init__(self, server: RunningServer) -> None:
        self.url = f"{server.url}/engine-rest"
        self.rest: httpx.Client = server.client(timeout=WAIT_S)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of a resource."""
        return self.rest.get(f"/engine-rest{path}", params=parameters).raise_for_status().json()

    def open(self) -> None:
        """Deploy the model."""
        files = {"order.bpmn": ("order.bpmn", MODEL.read_bytes())}
        answer = self.rest.post("/engine-rest/deployment/create", data={"deployment-name": "order"}, files=files)
        answer.raise_for_status()

    def start(self, key: str, amount: int) -> None:
        """Start an order."""
        body = {"businessKey": key, "variables": {"amount": {"value": amount, "type": "Integer"}}}
        self.rest.post("/engine-rest/process-definition/key/order/start", json=body).raise_for_status()

    def ended(self, key: str) -> str | None:
        """Return the id of an order that has ended."""
        found = self.get("/history/process-instance", processInstanceBusinessKey=key, finished="true")
        return str(found[0]["id"]) if found else None

    def path(self, id: str) -> list[str]:
        """Return the activities in the order of their start."""
        found = self.get("/history/activity-instance", processInstanceId=id, sortBy="occurrence", sortOrder="asc")
        return [activity["activityId"] for activity in found]

    def variables(self, id: str) -> dict[str, Any]:
        """Return the variables; a file is its bytes."""
        found = self.get("/history/variable-instance", processInstanceId=id, deserializeValues="false")
        return {variable["name"]: self._value(variable) for variable in found}

    def _value(self, variable: dict[str, Any]) -> Any:
        if variable["type"] != "File":
            return variable["value"]
        answer = self.rest.get(f"/engine-rest/history/variable-instance/{variable['id']}/data").raise_for_status()
        return (variable["valueInfo"]["filename"], answer.headers["Content-Type"], answer.content)

    def reports(self, id: str) -> list[tuple[str, int | None]]:
        """Return what happened to the tasks of an order, and the retries that they had then."""
        found = self.get("/history/external-task-log", processInstanceId=id, sortBy="timestamp", sortOrder="asc")
        kinds = ("creationLog", "failureLog", "successLog", "deletionLog")
        return [(next(kind for kind in kinds if log[kind]), log["retries"]) for log in found]

    def failure(self, id: str) -> tuple[str, str]:
        """Return message and details of the only failure that a worker reported."""
        (log,) = self.get("/history/external-task-log", processInstanceId=id, failureLog="true")
        details = self.rest.get(f"/engine-rest/history/external-task-log/{log['id']}/error-details")
        return log["errorMessage"], details.raise_for_status().text


def deadline() -> float:
    """Return the instant at which waiting ends."""
    return time.monotonic() + WAIT_S
