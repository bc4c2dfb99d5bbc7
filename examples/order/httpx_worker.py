"""The worker of the southern warehouse: plain HTTP on process-engine.io's API, without any client library.

python -m examples.order.httpx_worker http://127.0.0.1:8080
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import httpx

from examples.order.warehouse import OutOfStock, reserve

WORKER_ID = "south"
POLL_MS = 10_000
LOCK_MS = 10_000

Task = dict[str, Any]
Outcome = tuple[str, dict[str, Any]]
"""What to report: the last part of the route, and the body beside the worker's id."""


def handle_reserve(task: Task) -> Outcome:
    """Reserve the goods, or raise the BPMN error that the model catches."""
    order = task["payload"]
    try:
        return "finish", {"result": {"reservation": reserve(order["item"], order["quantity"])}}
    except OutOfStock as error:
        return "handle_bpmn_error", {"errorCode": error.code, "errorMessage": str(error)}


def handle_back_order(task: Task) -> Outcome:
    """Order the goods from the supplier."""
    return "finish", {"result": {"supplier": "Acme"}}


def work(client: httpx.Client, topic: str, handle: Callable[[Task], Outcome]) -> None:
    """Fetch the tasks of one topic, handle each and report its outcome, for ever."""
    question = {
        "workerId": WORKER_ID,
        "topicName": topic,
        "maxTasks": 5,
        "longPollingTimeout": POLL_MS,
        "lockDuration": LOCK_MS,
    }
    while True:
        for task in client.post("fetch_and_lock", json=question).raise_for_status().json():
            verb, body = handle(task)
            client.post(f"task/{task['id']}/{verb}", json={"workerId": WORKER_ID, **body}).raise_for_status()


def main(server: str) -> None:
    """Work until the process is ended, with one thread for each topic."""
    with httpx.Client(base_url=f"{server}/api/external_task/v1/", timeout=2 * POLL_MS / 1000) as client:
        other = threading.Thread(target=work, args=(client, "back-order", handle_back_order), daemon=True)
        other.start()
        work(client, "reserve.south", handle_reserve)


if __name__ == "__main__":
    main(sys.argv[1])
