"""A worker with operaton-tasks; the environment tells it where the engine is."""

from __future__ import annotations

import asyncio

from operaton.tasks import external_task_worker, handlers, task
from operaton.tasks.runtime import ExternalTaskComplete, ExternalTaskFailure
from operaton.tasks.types import (
    CompleteExternalTaskDto,
    ExternalTaskBpmnError,
    ExternalTaskFailureDto,
    LockedExternalTaskDto,
    VariableValueDto,
)

WORKER = "operaton-tasks-client"
seen: set[str] = set()


@task("charge", localVariables=False)
async def charge(order: LockedExternalTaskDto) -> ExternalTaskComplete | ExternalTaskFailure:
    """Fail once, then refuse a large amount and take a small one."""
    if order.id not in seen:
        seen.add(order.id)
        failure = ExternalTaskFailureDto(
            workerId=WORKER,
            errorMessage="no connection",
            errorDetails="stack of the failure",
            retries=2,
            retryTimeout=1,  # after a failure without a pause this client also unlocks
        )
        return ExternalTaskFailure(task=order, response=failure)
    if order.variables["amount"].value > 100:
        error = ExternalTaskBpmnError(workerId=WORKER, errorCode="DECLINED", errorMessage="limit reached")
        return ExternalTaskComplete(task=order, response=error)
    receipt = VariableValueDto(value="R-1", type="String")
    return ExternalTaskComplete(
        task=order, response=CompleteExternalTaskDto(workerId=WORKER, variables={"receipt": receipt})
    )


@task("dun", localVariables=False)
async def dun(order: LockedExternalTaskDto) -> ExternalTaskComplete:
    """Just complete."""
    return ExternalTaskComplete(task=order, response=CompleteExternalTaskDto(workerId=WORKER))


asyncio.run(external_task_worker(handlers))
