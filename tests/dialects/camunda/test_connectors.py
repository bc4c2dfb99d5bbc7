"""Connectors as external tasks: their inputs go to the worker, what it returns stays with the task."""

from __future__ import annotations

from tests.builders import flow, process
from tests.dialects.camunda.rest import Rest, user_task

CONNECTOR = """<serviceTask id="call"><extensionElements><camunda:connector><camunda:inputOutput>
<camunda:inputParameter name="url">http://x/${n}</camunda:inputParameter>
<camunda:inputParameter name="headers"><camunda:map><camunda:entry key="A">b</camunda:entry></camunda:map>
</camunda:inputParameter>
<camunda:outputParameter name="seen">${statusCode}: ${response}</camunda:outputParameter>
</camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>
</extensionElements></serviceTask>"""
MODEL = process('<startEvent id="s"/>', CONNECTOR, user_task("wait"), flow("s", "call"), flow("call", "wait"))


def test_a_connector_is_done_by_a_worker_and_its_outputs_are_mapped(rest: Rest) -> None:
    rest.deploy(MODEL)
    id = rest.start(variables={"n": 4})
    topics = [{"topicName": "http-connector", "lockDuration": 1000, "deserializeValues": True}]
    fetch = {"workerId": "w", "maxTasks": 1, "topics": topics}
    (task,) = rest.post("/external-task/fetchAndLock", fetch)
    values = {name: each["value"] for name, each in task["variables"].items()}
    assert values == {"n": 4, "url": "http://x/4", "headers": {"A": "b"}, "statusCode": None, "response": None}
    returned = {"statusCode": {"value": 200}, "response": {"value": "yes"}, "headers": {"value": "h"}}
    rest.post(f"/external-task/{task['id']}/complete", {"workerId": "w", "variables": returned})
    found = rest.get(f"/process-instance/{id}/variables")
    assert {name: each["value"] for name, each in found.items()} == {"n": 4, "seen": "200: yes"}
