"""The data of the sweep: the same on both servers, in three times with marks between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.oracle.sweep.models import FAR, MODELS, ORDER, ORDER_2, line, user_task
from tests.oracle.sweep.server import Server

VARIABLES = {
    "text": {"value": "Blue Car", "type": "String"},
    "person": {"value": "kermit", "type": "String"},
    "amount": {"value": 100, "type": "Integer"},
    "big": {"value": 5000000000, "type": "Long"},
    "small": {"value": 3, "type": "Short"},
    "rate": {"value": 1.5, "type": "Double"},
    "paid": {"value": True, "type": "Boolean"},
    "day": {"value": "2031-05-06T07:08:09.000+0000", "type": "Date"},
    "nothing": {"value": None, "type": "Null"},
    "doc": {"value": '{"a": [1, 2]}', "type": "Json"},
    "file": {
        "value": "aGVsbG8=",
        "type": "File",
        "valueInfo": {"filename": "hello.txt", "mimeType": "text/plain", "encoding": "UTF-8"},
    },
    "bytes": {"value": "aGVsbG8=", "type": "Bytes"},
    "object": {
        "value": '["a"]',
        "type": "Object",
        "valueInfo": {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"},
    },
}
FEW = {"amount": {"value": 7, "type": "Integer"}, "person": {"value": "kermit", "type": "String"}}


def seed(servers: tuple[Server, Server]) -> dict[str, str]:
    """Fill both servers and return the instants between the phases, as `T0`, `T1`, `T2`."""
    marks = {}
    for number, phase in enumerate((_deploy, _start, _work)):
        time.sleep(1.1)
        marks[f"T{number}"] = _now()
        time.sleep(1.1)
        _on_both(servers, phase)
    time.sleep(1.1)
    marks["T3"] = _now()
    return marks


def _on_both(servers: tuple[Server, Server], phase: Callable[[Server], None]) -> None:
    for server in servers:
        phase(server)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def start(server: Server, key: str, business_key: str, variables: Any = None, tenant: str = "") -> str:
    """Start an instance and remember it by its business key."""
    where = f"/process-definition/key/{key}" + (f"/tenant-id/{tenant}" if tenant else "")
    body = {"businessKey": business_key, "variables": variables or {}}
    id: str = server.ask("POST", f"{where}/start", body)["id"]
    server.learn(f"instance:{business_key}", id)
    return id


def _deploy(server: Server) -> None:
    server.deploy("order", {"order.bpmn": ORDER}, deployment_source="sweep")
    server.deploy("models", MODELS)
    time.sleep(1.1)
    server.deploy("order", {"order.bpmn": ORDER_2})
    server.deploy("north", {"order.bpmn": ORDER}, tenant_id="north")
    server.deploy("gone", {"gone.bpmn": line("gone", user_task("task"))})
    server.ask("PUT", "/process-definition/key/gone/suspended", {"suspended": True})


def _start(server: Server) -> None:
    start(server, "order", "order-1", VARIABLES)
    start(server, "order", "order-2", FEW)
    start(server, "order", "order-3", {"person": {"value": "gonzo", "type": "String"}})
    start(server, "order", "order-4", FEW)
    start(server, "order", "north-1", FEW, "north")
    for key in ("worker", "parent", "waits", "mapped", "sub", "many", "failing", "plain"):
        start(server, key, f"{key}-1", FEW)
    start(server, "worker", "worker-2", VARIABLES)
    start(server, "worker", "worker-3", FEW)
    start(server, "plain", "plain-2", FEW)
    start(server, "plain", "plain-3", FEW)
    start(server, "parent", "parent-2", FEW)
    server.ask("POST", "/message", {"messageName": "begin", "businessKey": "starts-1"})


def task_of(server: Server, business_key: str) -> str:
    """Return the id of the only user task of an instance."""
    tasks = server.ask("GET", "/task", processInstanceId=server.ids[f"instance:{business_key}"])
    id: str = tasks[0]["id"]
    return id


def _work(server: Server) -> None:
    _work_on_tasks(server)
    _work_on_external_tasks(server)
    server.until("/incident/count", 1, incidentType="failedJob")
    ids = server.ids
    server.ask("PUT", f"/process-instance/{ids['instance:plain-2']}/suspended", {"suspended": True})
    server.ask("DELETE", f"/process-instance/{ids['instance:order-4']}")
    server.ask("POST", f"/task/{task_of(server, 'plain-3')}/complete", {})
    server.ask("PUT", f"/process-instance/{ids['instance:order-2']}/variables/amount", {"value": 8, "type": "Integer"})
    body = {"processInstanceIds": [ids["instance:plain-1"]], "variables": {"batched": {"value": 1}}}
    server.ask("POST", "/process-instance/variables-async", body)
    server.until("/history/batch/count", 1, completed="true")
    start(server, "plain", "plain-4")


def _work_on_tasks(server: Server) -> None:
    one, two, three = (task_of(server, f"order-{number}") for number in (1, 2, 3))
    server.ask("POST", f"/task/{one}/claim", {"userId": "kermit"})
    server.ask("POST", f"/task/{one}/comment/create", {"message": "looks good"})
    server.call(
        "POST",
        f"/task/{one}/attachment/create",
        form={"attachment-name": (None, "note"), "content": ("note.txt", "a note")},
    )
    body = {"modifications": {"mine": {"value": "task only", "type": "String"}}}
    server.ask("POST", f"/task/{one}/localVariables", body)
    changed = server.ask("GET", f"/task/{two}") | {"due": FAR_AWAY, "followUp": SOONER, "description": "Second order"}
    server.ask("PUT", f"/task/{two}", {**changed, "owner": "fozzie", "priority": 60})
    server.ask("POST", f"/task/{two}/identity-links", {"userId": "rizzo", "type": "candidate"})
    server.ask("POST", f"/task/{three}/assignee", {"userId": "gonzo"})
    server.ask("POST", f"/task/{three}/delegate", {"userId": "rizzo"})
    server.ask("POST", f"/task/{task_of(server, 'north-1')}/complete", {})
    server.ask("POST", f"/task/{task_of(server, 'plain-1')}/assignee", {"userId": "kermit"})


FAR_AWAY, SOONER = FAR.replace("Z", ".000+0000"), "2034-01-01T00:00:00.000+0000"


def _work_on_external_tasks(server: Server) -> None:
    for business_key, retries in (("worker-1", 0), ("worker-2", 2)):
        id = server.ask("GET", "/external-task", processInstanceId=server.ids[f"instance:{business_key}"])[0]["id"]
        server.ask("POST", f"/external-task/{id}/lock", {"workerId": f"w-{business_key}", "lockDuration": 9000000})
        failure = {"workerId": f"w-{business_key}", "errorMessage": "out of stock", "errorDetails": "a trace"}
        server.ask("POST", f"/external-task/{id}/failure", {**failure, "retries": retries, "retryTimeout": 9000000})
    id = server.ask("GET", "/external-task", processInstanceId=server.ids["instance:worker-3"])[0]["id"]
    server.ask("POST", f"/external-task/{id}/lock", {"workerId": "w-3", "lockDuration": 9000000})
    server.ask("POST", f"/external-task/{id}/complete", {"workerId": "w-3", "variables": {"done": {"value": True}}})
