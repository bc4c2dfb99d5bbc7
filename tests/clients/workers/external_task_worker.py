"""A worker with camunda-external-task-client-python3, or with its twin for Operaton: argument 3 is its package."""

from __future__ import annotations

import base64
import importlib
import sys
from typing import Any

url, token, package = sys.argv[1:4]
module = importlib.import_module(f"{package}.external_task.external_task_worker")
seen: set[str] = set()


def charge(task: Any) -> Any:
    """Fail once, then refuse a large amount and take a small one."""
    if task.get_task_id() not in seen:
        seen.add(task.get_task_id())
        return task.failure("no connection", "stack of the failure", max_retries=2, retry_timeout=0)
    if task.get_variable("amount") > 100:
        return task.bpmn_error("DECLINED", "limit reached", {"limit": 100})
    return task.complete(
        {
            "receipt": "R-1",
            "currency": task.get_extension_property("currency"),
            "at": {"value": "2026-01-02T03:04:05.678+0000", "type": "Date"},
            "lines": {"value": '{"sku":["a","b"]}', "type": "Json"},
            "invoice": {
                "value": base64.b64encode(b"%PDF").decode(),
                "type": "File",
                "valueInfo": {"filename": "invoice.pdf", "mimeType": "application/pdf"},
            },
        },
        {"mine": 1},
    )


def work(task: Any) -> Any:
    """Do the task of either topic."""
    return charge(task) if task.get_topic_name() == "charge" else task.complete()


config = {"auth_bearer": {"access_token": token}, "asyncResponseTimeout": 20_000, "lockDuration": 10_000}
module.ExternalTaskWorker("python", url, config).subscribe(["charge", "dun"], work)
