"""Start an order and work with camunda-client, which is asynchronous and speaks HTTP Basic alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
from camunda_client import (
    CamundaEngineClient,
    ExternalTaskClient,
    ExternalTaskConfig,
    ExternalTaskContext,
    ExternalTaskWorker,
    VariableValueSchema,
)
from camunda_client.clients.dto import AuthData

url, name, password, key = sys.argv[1:5]
seen: set[str] = set()


async def charge(context: ExternalTaskContext) -> None:
    """Fail once, then refuse a large amount and take a small one."""
    async with context as task:
        if task.id not in seen:
            seen.add(task.id)
            await context.fail("no connection", retries=2, error_details="stack of the failure")
        elif task.parsed_variables["amount"] > 100:
            await context.bpmn_error("DECLINED", "limit reached")
        else:
            receipt = VariableValueSchema(value="R-1", type="String")
            at = VariableValueSchema(value="2026-01-02T03:04:05.678+0000", type="Date")
            lines = VariableValueSchema(value='{"sku":["a","b"]}', type="Json")
            await context.complete({"receipt": receipt, "at": at, "lines": lines})


async def dun(context: ExternalTaskContext) -> None:
    """Just complete."""
    async with context:
        await context.complete()


async def main() -> None:
    """Start an order, then work on both topics."""
    account, transport = AuthData(name, password), httpx.AsyncHTTPTransport()
    engine = CamundaEngineClient(url, account, transport)
    await engine.start_process("order", key, {"amount": VariableValueSchema(value=40, type="Integer")})
    config = ExternalTaskConfig(max_tasks=5, retry_timeout=timedelta(), async_response_timeout=timedelta(seconds=20))
    worker = ExternalTaskWorker(
        ExternalTaskClient("camunda-client", url, account, transport, config), timedelta(milliseconds=10)
    )
    async with (
        worker.subscribe("charge") as charges,
        worker.subscribe("dun") as duns,
        worker,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(work(charges, charge))
        group.create_task(work(duns, dun))


async def work(
    contexts: AsyncIterator[ExternalTaskContext], handle: Callable[[ExternalTaskContext], Awaitable[None]]
) -> None:
    """Handle each task of a topic as it comes."""
    async for context in contexts:
        await handle(context)


asyncio.run(main())
