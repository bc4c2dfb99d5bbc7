"""The worker of the northern warehouse, with Camunda's own client for Python (camunda-external-task-client-python3).

    python -m examples.order.camunda_worker http://127.0.0.1:8080

It would run against Camunda 7 unchanged: only the address differs.
"""

from __future__ import annotations

import sys

from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker

from examples.order.warehouse import OutOfStock, reserve

CONFIGURATION = {
    "maxTasks": 5,
    "lockDuration": 10_000,
    "asyncResponseTimeout": 10_000,
    "sleepSeconds": 1,
}


def handle(task: ExternalTask) -> TaskResult:
    """Do what the task asks for and say how it went."""
    if task.get_topic_name() == "ship":
        return task.complete({"parcel": f"parcel of {task.get_business_key()}"})
    try:
        reservation = reserve(task.get_variable("item"), task.get_variable("quantity"))
    except OutOfStock as error:
        return task.bpmn_error(error.code, str(error), {"reservation": None})
    return task.complete({"reservation": reservation})


def main(server: str) -> None:
    """Work until the process is ended."""
    worker = ExternalTaskWorker("north", f"{server}/engine-rest", CONFIGURATION)
    worker.subscribe(["reserve.north", "ship"], handle)


if __name__ == "__main__":
    main(sys.argv[1])
