"""Scripts through the whole server, on both databases."""

from __future__ import annotations

from typing import Any

from tests.builders import flow, process
from tests.dialects.camunda.rest import Rest, user_task

FILE = b"execution.setVariable('seen', n); ({total: n * 2})"


def model(task: str) -> bytes:
    """Return a file in which a task is followed by a user task."""
    start, end = '<startEvent id="start"/>', '<endEvent id="end"/>'
    flows = flow("start", "a"), flow("a", "wait"), flow("wait", "end")
    return process(start, task, user_task("wait"), end, *flows).encode()


def variables(rest: Rest, id: str) -> dict[str, Any]:
    """Return the variables of an instance, their type and value."""
    found = rest.get(f"/process-instance/{id}/variables", deserializeValues="false")
    return {name: (one["type"], one["value"]) for name, one in found.items()}


def test_a_script_of_the_deployment_runs_and_its_values_are_stored(rest: Rest) -> None:
    task = (
        '<scriptTask id="a" scriptFormat="javascript" camunda:resultVariable="r" camunda:resource="deployment://a.js"/>'
    )
    status, made = rest.upload("/deployment/create", deployment_name="s", m=("m.bpmn", model(task)), f=("a.js", FILE))
    assert (status, len(made["deployedProcessDefinitions"])) == (200, 1)
    id = rest.start(variables={"n": 4})
    assert variables(rest, id) == {"n": ("Integer", 4), "seen": ("Integer", 4), "r": ("Object", '{"total":8}')}


def test_a_definition_that_is_read_again_finds_its_script(rest: Rest) -> None:
    task = '<scriptTask id="a" scriptFormat="js" camunda:resultVariable="r" camunda:resource="a.js"/>'
    rest.upload("/deployment/create", deployment_name="s", m=("m.bpmn", model(task)), f=("a.js", b"n + 1"))
    definitions = rest.client.application.extensions["errand"].engine.definitions
    definitions.forget(list(definitions._entries))
    assert variables(rest, rest.start(variables={"n": 4}))["r"] == ("Integer", 5)


def test_a_script_that_throws_is_500_and_nothing_has_happened(rest: Rest) -> None:
    text = 'execution.setVariable("x", 1); throw new Error("no")'
    task = f'<scriptTask id="a" scriptFormat="js"><script>{text}</script></scriptTask>'
    assert rest.upload("/deployment/create", deployment_name="s", m=("m.bpmn", model(task)))[0] == 200
    status, answer = rest.answer("POST", "/process-definition/key/process/start", {})
    assert (status, answer["message"].endswith("Error: no (line 1)")) == (500, True)
    assert rest.get("/process-instance") == []


def test_the_initiator_is_the_caller(rest: Rest) -> None:
    start = '<startEvent id="start" camunda:initiator="who"/>'
    xml = process(start, user_task("wait"), '<endEvent id="end"/>', flow("start", "wait"), flow("wait", "end"))
    rest.deploy(xml)
    assert variables(rest, rest.start()) == {"who": ("String", "tester")}
