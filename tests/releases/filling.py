"""Fill a server by HTTP alone, so that the released code can be filled by the files of today."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.builders import bearer, deploy, fetch, start
from tests.releases.models import MODELS

FILLED_AT_MS = 1_772_366_400_000
"""2026-03-01T12:00:00Z: when the databases were filled."""

VARIABLES = {
    "text": {"type": "String", "value": "größer"},
    "whole": {"type": "Long", "value": 2**40},
    "real": {"type": "Double", "value": 0.5},
    "yes": {"type": "Boolean", "value": True},
    "day": {"type": "Date", "value": "2026-02-28T10:00:00.000+0000"},
    "nothing": {"type": "Null", "value": None},
    "tree": {"type": "Json", "value": '{"a": [1, null]}'},
    "raw": {"type": "Bytes", "value": base64.b64encode(b"\x00\xff").decode()},
    "file": {
        "type": "File",
        "value": base64.b64encode(b"content").decode(),
        "valueInfo": {"filename": "a.txt", "mimetype": "text/plain"},
    },
}


def fill(client: FlaskClient, run_due: Callable[[], object], deliver: Callable[[], object]) -> None:
    """Start instances and bring them to places of all kinds. `run_due` runs due jobs, `deliver` sends to webhooks."""
    call = _Caller(client)
    call.post(
        "/api/v1/webhooks",
        {"url": "http://127.0.0.1:9/hook", "secret": "a secret of twenty-six signs", "eventTypes": ["external_task_*"]},
    )
    deploy(client, *MODELS)
    _external_tasks(client, call)
    deliver()  # nobody listens: it is tried again later
    _user_tasks(client, call)
    _processes(client, call)
    run_due()
    _operations(client, call)


class _Caller:
    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = self._client.open(path, method=method, json=body, headers={**bearer(), **headers})
        assert response.status_code < 300, response.text
        return response.get_json() if response.data else None

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self("POST", path, body, **headers)


def _external_tasks(client: FlaskClient, call: _Caller) -> None:
    """Leave tasks of the process `task`: completed, locked, failed for good, backing off, suspended, ready."""
    for name in ("completed", "locked", "failed", "backing off", "suspended", "ready"):
        body = {"businessKey": name, "variables": VARIABLES if name == "completed" else {}}
        call.post("/engine-rest/process-definition/key/task/start", body)
    done, _, failed, pausing = fetch(client, max_tasks=4, worker_id="old worker", lock_duration_ms=3_600_000)
    path = "/engine-rest/external-task"
    values = {"text": {"value": "changed"}, "answer": {"value": 42}}
    completion = {"workerId": "old worker", "variables": values}
    call.post(f"{path}/{done['id']}/complete", completion, **{"Idempotency-Key": "once"})
    failure = {"workerId": "old worker", "errorMessage": "broken", "errorDetails": "at line 1"}
    call.post(f"{path}/{failed['id']}/failure", {**failure, "retries": 0, "retryTimeout": 0})
    call.post(f"{path}/{pausing['id']}/failure", {**failure, "retries": 2, "retryTimeout": 3_600_000})
    (found,) = call("GET", "/engine-rest/process-instance?businessKey=suspended")
    call("PUT", f"/engine-rest/process-instance/{found['id']}/suspended", {"suspended": True})
    start(client, "error")
    (task,) = [task for task in fetch(client) if task["processDefinitionKey"] == "error"]
    call.post(f"{path}/{task['id']}/bpmnError", {"workerId": "worker", "errorCode": "OUT_OF_STOCK"})


def _user_tasks(client: FlaskClient, call: _Caller) -> None:
    """Leave one claimed, with a comment and an attachment, and one that nobody has."""
    start(client, "user_task", business_key="claimed")
    (task,) = call("GET", "/engine-rest/task")
    path = f"/engine-rest/task/{task['id']}"
    call.post(f"{path}/claim", {"userId": "mary"})
    call.post(f"{path}/comment/create", {"message": "Looks good."})
    form = {"attachment-name": "plan", "content": (io.BytesIO(b"\x00content"), "plan.bin")}
    made = client.post(f"{path}/attachment/create", data=form, headers=bearer(), content_type="multipart/form-data")
    assert made.status_code == 200, made.text
    start(client, "user_task", business_key="unclaimed")


def _processes(client: FlaskClient, call: _Caller) -> None:
    for key in ("timer", "boundary_timer", "message", "signal", "event_gateway", "caller", "event_subprocess"):
        start(client, key)
    start(client, "condition", variables={"amount": 1})
    start(client, "failing_job")
    start(client, "multi_instance", variables={"items": ["a", "b"]})
    for key in ("parallel_gateway", "compensation", "transaction"):
        start(client, key)
    call.post("/engine-rest/message", {"messageName": "more", "all": True})
    done = ("left", "book", "pay", "each")
    for task in fetch(client, worker_id="worker", max_tasks=50):
        if task["activityId"] in done:
            done = tuple(name for name in done if name != task["activityId"])  # one of each: the others stay locked
            call.post(f"/engine-rest/external-task/{task['id']}/complete", {"workerId": "worker"})


def _operations(client: FlaskClient, call: _Caller) -> None:
    """Leave work for the job runner: continuations, failed jobs, batches, a planned suspension."""
    (job,) = call("GET", "/engine-rest/job?withException=true")
    call("PUT", f"/engine-rest/job/{job['id']}/retries", {"retries": 0})
    start(client, "asynchronous")
    (definition,) = call("GET", "/engine-rest/job-definition?processDefinitionKey=timer")
    call("PUT", f"/engine-rest/job-definition/{definition['id']}/jobPriority", {"priority": 7})
    doomed = [start(client, "message", business_key="doomed") for _ in range(2)]
    call.post("/engine-rest/process-instance/delete", {"processInstanceIds": doomed, "deleteReason": "by the batch"})
    plan = {"suspended": True, "executionDate": "2026-03-01T12:30:00.000+0000", "includeProcessInstances": False}
    call("PUT", "/engine-rest/process-definition/key/called/suspended", plan)
    ended = start(client, "timer", business_key="ended")
    call("DELETE", f"/engine-rest/process-instance/{ended}")
