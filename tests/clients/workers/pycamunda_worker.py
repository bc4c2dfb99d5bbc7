"""Deploy, start an order and work with pycamunda, by HTTP Basic."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import pycamunda.deployment
import pycamunda.externaltask
import pycamunda.processdef

url, name, password, key = sys.argv[1:5]
seen: set[str] = set()


def send(request: Any) -> Any:
    """Send a request with the credentials."""
    request.auth = (name, password)
    return request()


def charge(task: Any) -> Any:
    """Fail once, then refuse a large amount and take a small one."""
    if task.id_ not in seen:
        seen.add(task.id_)
        return pycamunda.externaltask.HandleFailure(
            url, task.id_, "pycamunda", "no connection", "stack of the failure", retries=2, retry_timeout=0
        )
    if task.variables["amount"].value > 100:
        return pycamunda.externaltask.HandleBPMNError(url, task.id_, "pycamunda", "DECLINED", "limit reached")
    complete = pycamunda.externaltask.Complete(url, task.id_, "pycamunda")
    complete.add_variable("receipt", "R-1", "String")
    complete.add_variable("at", "2026-01-02T03:04:05.678+0000", "Date")
    complete.add_variable("lines", '{"sku":["a","b"]}', "Json")
    invoice = {"filename": "invoice.pdf", "mimeType": "application/pdf"}
    complete.add_variable("invoice", base64.b64encode(b"%PDF").decode(), "File", invoice)
    return complete


deployment = pycamunda.deployment.Create(url, name="order")
deployment.add_resource(Path(__file__).parent.with_name("order.bpmn").open("rb"))
send(deployment)
start = pycamunda.processdef.StartInstance(url, key="order", business_key=key)
start.add_variable("amount", 40, "Integer")
send(start)
while True:
    fetch = pycamunda.externaltask.FetchAndLock(url, "pycamunda", max_tasks=5, async_response_timeout=20_000)
    fetch.add_topic("charge", 10_000)
    fetch.add_topic("dun", 10_000, variables=[])
    for locked in send(fetch):
        complete = pycamunda.externaltask.Complete(url, locked.id_, "pycamunda")
        send(charge(locked) if locked.topic_name == "charge" else complete)
