"""PyPI external-task-api-client: its service and its worker. Prints what happened as JSON.

The worker was written for asyncio before Python 3.11, which took coroutines in `asyncio.wait`: the shim below makes
tasks of them. Nothing else of the client is changed.
"""

import asyncio
import json
import sys

from aiohttp import ClientResponseError
from external_task_api_client import ExternalTaskApiClientService, ExternalTaskWorker
from external_task_api_client.external_task_results import ExternalTaskBpmnError, ExternalTaskFinished

IDENTITY = {"token": "ZHVtbXlfdG9rZW4="}
wait = asyncio.wait
asyncio.wait = lambda them, **options: wait([asyncio.ensure_future(each) for each in them], **options)


async def refused(call) -> int:
    try:
        await call
    except ClientResponseError as error:
        return error.status
    return 0


async def main(url: str) -> None:
    service = ExternalTaskApiClientService(url)
    told = {}
    (task,) = await service.fetch_and_lock_external_tasks(IDENTITY, "w1", "manual", 1, 10_000, 60_000)
    told["payload"] = task["payload"]
    await service.extend_lock(IDENTITY, "w1", task["id"], 60_000)
    told["not_mine"] = await refused(service.finish_external_task(IDENTITY, "w2", task["id"], {}))
    await service.handle_service_error(IDENTITY, "w1", task["id"], "no route", "host b")
    told["finished"] = await refused(service.finish_external_task(IDENTITY, "w1", task["id"], {}))
    told["unknown"] = await refused(service.handle_bpmn_error(IDENTITY, "w1", "nothing", "E"))
    handled = asyncio.Queue()

    async def work(task):
        await handled.put(task["payload"])
        return ExternalTaskBpmnError(task["id"], "OUT_OF_STOCK")

    async def repair(task):
        await handled.put(task["payload"])
        return ExternalTaskFinished(task["id"], {"repaired": True})

    loops = [
        asyncio.ensure_future(ExternalTaskWorker(service).wait_for_handle(IDENTITY, topic, 5, 1000, handle))
        for topic, handle in (("work", work), ("repair", repair))
    ]
    told["handled"] = [await asyncio.wait_for(handled.get(), 20) for _ in range(2)]
    await asyncio.sleep(0.5)
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    print(json.dumps(told), flush=True)


asyncio.run(main(sys.argv[1]))
