"""What the load does: start instances, and the workers' cycle of one fetch and ten completes."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Iterable

from benchmarks.load import Answer, Result, Scenario, request, run
from benchmarks.servers import Server

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="bench" id="definitions">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{topic}"/>
    <sequenceFlow id="f2" sourceRef="task" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""
BATCH = 10
TASKS = "/engine-rest/external-task"


def deploy(server: Server, key: str = "bench", topic: str = "bench") -> None:
    """Deploy the model start → external task → end."""
    boundary = uuid.uuid4().hex
    xml = MODEL.format(key=key, topic=topic)
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="deployment-name"\r\n\r\n{key}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="data"; filename="{key}.bpmn"\r\n'
        f"Content-Type: application/xml\r\n\r\n{xml}\r\n--{boundary}--\r\n"
    ).encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Authorization": f"Bearer {server.token}"}
    target = f"{server.base_url}/engine-rest/deployment/create"
    urllib.request.urlopen(urllib.request.Request(target, body, headers)).close()


def start_instances(server: Server, number: int, connections: int = 16, key: str = "bench") -> Result:
    """Start `number` instances with one small variable each."""
    left = iter(range(number))
    return run(server.base_url, lambda _, result: starting(server, key, result, left), connections, 600)


def starting(server: Server, key: str, result: Result, turns: Iterable[int] = (0,)) -> Scenario:
    """Start an instance a turn, with one small variable."""
    body = json.dumps({"variables": {"orderId": {"value": "A-1", "type": "String"}}}).encode()
    start = request("POST", f"/engine-rest/process-definition/key/{key}/start", body, server.token)
    for _ in turns:
        status, _body = yield start
        result.count("started", status == 200)


def work(server: Server, connections: int, seconds: float, topic: str = "bench") -> Result:
    """Let each connection fetch and lock ten tasks and complete them one by one, until the time is over.

    Counts: completed, `empty` (fetches that brought nothing) and `refused` (completes that failed).
    """

    return run(
        server.base_url, lambda number, result: working(server.token, number, topic, result), connections, seconds
    )


def working(token: str, number: int, topic: str, result: Result) -> Scenario:
    """Be one worker: fetch and lock ten tasks, complete them one by one, and so on."""
    worker = f"worker-{number}"
    topics = [{"topicName": topic, "lockDuration": 600_000}]
    body = json.dumps({"workerId": worker, "maxTasks": BATCH, "usePriority": True, "topics": topics}).encode()
    fetch = request("POST", f"{TASKS}/fetchAndLock", body, token)
    done = json.dumps({"workerId": worker, "variables": {}}).encode()
    while True:
        answer: Answer = yield fetch
        tasks = json.loads(answer[1]) if answer[0] == 200 else []
        result.count("empty", not tasks)
        for task in tasks:
            status, _body = yield request("POST", f"{TASKS}/{task['id']}/complete", done, token)
            result.count("completed" if status == 204 else "refused")
