"""PyPI processcube-client or atlas-engine-client (named by the first argument). Prints what happened as JSON.

Both look for an event loop when they are imported, and atlas-engine-client was written for asyncio before Python 3.11,
which took coroutines in `asyncio.wait`: the shim is the lines that give them a loop and make tasks of coroutines.
"""

import asyncio
import importlib
import json
import logging
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
asyncio.set_event_loop(asyncio.new_event_loop())
wait = asyncio.wait
asyncio.wait = lambda them, **options: wait([asyncio.ensure_future(each) for each in them], **options)
PACKAGE, URL, MODEL = sys.argv[1:4]
helpers = f"{PACKAGE}.core.api.helpers"
tasks = importlib.import_module(f"{helpers}.external_tasks")
models = importlib.import_module(f"{helpers}.process_models")
definitions = importlib.import_module(f"{helpers}.process_definitions")
instances = importlib.import_module(f"{helpers}.process_instances")
user_tasks = importlib.import_module(f"{helpers}.user_tasks")
flow_nodes = importlib.import_module(f"{helpers}.flow_node_instances")
information = importlib.import_module(f"{helpers}.application_info")
worker = importlib.import_module(f"{PACKAGE}.external_task")


def either(handler, name, older):
    """Return the method, by the name that this version of the client has for it."""
    return getattr(handler, name if hasattr(handler, name) else older)


def start(key, until=models.StartCallbackType.CallbackOnProcessInstanceCreated, **token):
    request = models.ProcessStartRequest(process_model_id=key, return_on=until, initial_token=token)
    return models.ProcessModelHandler(URL).start(key, request)


def fetch(topic, **options):
    request = tasks.FetchAndLockRequestPayload(worker_id="w1", topic_name=topic, **options)
    return tasks.ExternalTaskHandler(URL).fetch_and_lock(request)


def work(payload):
    if payload.get("outcome") == "error":
        raise worker.FunctionalError("OUT_OF_STOCK", "none left")
    return {"shipped": True}


def run_workers():
    asyncio.set_event_loop(asyncio.new_event_loop())
    client = worker.ExternalTaskClient(URL, loop=asyncio.get_event_loop())
    client.subscribe_to_external_task_topic("cube", work)
    client.subscribe_to_external_task_topic("cube-repair", lambda payload: {"repaired": True})
    client.start(run_forever=True)


def main():
    told = {"name": information.ApplicationInfoHandler(URL).info().package_name}
    with open(MODEL) as file:
        upload = definitions.ProcessDefinitionUploadPayload(xml=file.read(), overwrite_existing=True)
    either(definitions.ProcessDefinitionHandler(URL), "upload", "deploy")(upload)

    handler = tasks.ExternalTaskHandler(URL)
    started = start("cube", kind="first")
    (task,) = fetch("cube")
    told["task"] = [task.topic, task.payload, task.process_instance_id == started.process_instance_id]
    handler.finish(task.id, tasks.FinishExternalTaskRequestPayload(worker_id="w1", result={"done": True}))
    query = instances.ProcessInstanceQueryRequest(process_instance_id=started.process_instance_id)
    (ended,) = instances.ProcessInstanceHandler(URL).query(query)
    told["ended"] = [ended.state, ended.end_token]

    asking = start("asking")
    people = user_tasks.UserTaskHandler(URL)
    wanted = user_tasks.UserTaskQuery(process_instance_id=asking.process_instance_id)
    (waiting,) = either(people, "query", "get_user_tasks")(wanted)
    told["user_task"] = [waiting.flow_node_name, waiting.user_task_config.form_fields[0].id]
    either(people, "finish", "finish_user_task")(waiting.user_task_instance_id, {"approved": True})
    query = flow_nodes.FlowNodeInstancesQuery(process_instance_id=asking.process_instance_id, state="suspended")
    nodes = either(flow_nodes.FlowNodeInstanceHandler(URL), "query", "get_flow_node_instances")(query)
    told["then"] = [node.flow_node_id for node in nodes]
    instances.ProcessInstanceHandler(URL).terminate(asking.process_instance_id)

    threading.Thread(target=run_workers, daemon=True).start()
    finished = models.StartCallbackType.CallbackOnProcessInstanceFinished
    for outcome in ("fine", "error"):
        result = start("cube", finished, outcome=outcome)
        told[outcome] = [result.end_event_id, result.token_payload]
    print(json.dumps(told), flush=True)
    time.sleep(0.2)


main()
