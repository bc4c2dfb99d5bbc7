"""Models with error events, and reports on their task `work`, for the contract's section 4."""

from __future__ import annotations

from typing import Any

from tests.builders import error, error_boundary, external_task, flow, process
from tests.dialects.camunda.rest import Rest

START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'
HANDLED = (external_task("handled", "handled"), flow("caught", "handled"))
WORK = (START, external_task(), END, flow("start", "work"), flow("work", "end"))
AFTER = (
    START,
    flow("start", "outer"),
    external_task("after", "after"),
    flow("outer", "after"),
    END,
    flow("after", "end"),
)
ALL_OF_THREE = (
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
)
TOLD = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="message"'


def caught(by: str = 'errorRef="error_E"', attached_to: str = "work", id: str = "caught") -> str:
    """Return a boundary event that catches what its attributes say."""
    return f'<boundaryEvent id="{id}" attachedToRef="{attached_to}"><errorEventDefinition {by}/></boundaryEvent>'


def event_subprocess(id: str, by: str = "") -> str:
    """Return an event subprocess with a task of its own name."""
    begin = f'<startEvent id="{id}_start"><errorEventDefinition {by}/></startEvent>'
    inner = f"{begin}{external_task(id, id)}{flow(f'{id}_start', id)}"
    return f'<subProcess id="{id}_scope" triggeredByEvent="true">{inner}</subProcess>'


def subprocess(*inner: str) -> str:
    """Return a subprocess around the task `work`."""
    parts = ('<startEvent id="begin"/>', external_task(), flow("begin", "work"), *inner)
    return f'<subProcess id="outer">{"".join(parts)}</subProcess>'


def mapped(*mappings: str) -> str:
    """Return input and output parameters."""
    inner = f"<camunda:inputOutput>{''.join(mappings)}</camunda:inputOutput>"
    return f"<extensionElements>{inner}</extensionElements>"


def model(*elements: str, id: str = "process", more: str = "") -> str:
    """Return a process in which the errors E and F are declared."""
    return process(*elements, id=id, definitions=error("E") + error("F") + more)


def around(inner: str) -> str:
    """Return the task `work` with something in it, and a boundary event for E."""
    task = external_task("work", "work", inner=inner)
    return model(START, task, END, flow("start", "work"), flow("work", "end"), error_boundary("work", "E"), *HANDLED)


def state(rest: Rest) -> tuple[list[str], dict[str, Any]]:
    """Return the open activities and the values of the root instance's variables while it runs."""
    tasks = sorted(task["activityId"] for task in rest.get("/external-task"))
    roots = rest.get("/process-instance", rootProcessInstances="true")
    found = rest.get(f"/process-instance/{roots[0]['id']}/variables") if roots else {}
    return tasks, {name: variable["value"] for name, variable in found.items()}


def raised(rest: Rest, *models: str, given: Any = None, **error: Any) -> Any:
    """Deploy, start with the variables `given`, raise an error on a task of the topic `work`, return the answer."""
    rest.deploy(*models)
    rest.start(variables=given or {})
    task = fetched(rest)
    body = {"workerId": "worker", "errorCode": "E", **error}
    return rest.answer("POST", f"/external-task/{task['id']}/bpmnError", body)


def fetched(rest: Rest) -> Any:
    """Lock one task and return it."""
    topic = {"topicName": "work", "lockDuration": 60_000}
    return rest.post("/external-task/fetchAndLock", {"workerId": "worker", "maxTasks": 1, "topics": [topic]})[0]
