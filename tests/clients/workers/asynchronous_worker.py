"""A worker with the asynchronous half of operaton-external-task-client-python3."""

from __future__ import annotations

import asyncio
import sys

from operaton.external_task.async_external_task_worker import AsyncExternalTaskWorker
from operaton.external_task.external_task import ExternalTask, TaskResult

url, token = sys.argv[1:3]
seen: set[str] = set()


async def charge(task: ExternalTask) -> TaskResult:
    """Fail once, then refuse a large amount and take a small one."""
    if task.get_task_id() not in seen:
        seen.add(task.get_task_id())
        return task.failure("no connection", "stack of the failure", max_retries=2, retry_timeout=0)
    if task.get_variable("amount") > 100:
        return task.bpmn_error("DECLINED", "limit reached", {"limit": 100})
    return task.complete({"receipt": "R-1"})


async def dun(task: ExternalTask) -> TaskResult:
    """Just complete."""
    return task.complete()


async def main() -> None:
    """Work on both topics at once, each with a long poll of its own."""
    config = {"auth_bearer": {"access_token": token}, "asyncResponseTimeout": 20_000, "lockDuration": 10_000}
    await AsyncExternalTaskWorker("operaton", url, config).subscribe({"charge": charge, "dun": dun})


asyncio.run(main())
