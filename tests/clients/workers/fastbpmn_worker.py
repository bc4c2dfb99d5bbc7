"""A worker with fastbpmn, which looks for open tasks and locks them one by one."""

import sys

from fastbpmn import FastBPMN
from fastbpmn.aetpi.servers.camunda7.server import Camunda7Server
from fastbpmn.errors import RetryExternalTask, TaskBusinessError
from fastbpmn.models import BaseInputModel, BaseOutputModel
from fastbpmn.task import Task

url, name, password = sys.argv[1:4]
app = FastBPMN(name="fastbpmn")
seen: set[str] = set()


class Order(BaseInputModel):
    """What `charge` needs of the order."""

    amount: int


class Receipt(BaseOutputModel):
    """What `charge` gives back."""

    receipt: str


@app.external_task(topic="charge", input_class=Order, output_class=Receipt, lock_duration=10_000)
async def charge(order: Order, task: Task) -> Receipt:
    """Fail once, then refuse a large amount and take a small one."""
    if task.id not in seen:
        seen.add(task.id)
        raise RetryExternalTask("no connection", detailed_message="stack of the failure", retries=2, retry_timeout=0)
    if order.amount > 100:
        raise TaskBusinessError("limit reached", error_code="DECLINED")
    return Receipt(receipt="R-1")


@app.external_task(topic="dun", lock_duration=10_000)
async def dun() -> None:
    """Just complete."""


Camunda7Server(
    app, name="fastbpmn", camunda_url=url, camunda_username=name, camunda_password=password, parallelism=2
).run()
