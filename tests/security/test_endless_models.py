"""A model cannot hold the server up: what would go on for ever, or grow for ever, is stopped and leaves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.engine import computing_time
from tests.builders import bearer, deploy, external_task, flow, process

START = '<startEvent id="start"/>'
LOOP = "multiInstanceLoopCharacteristics"


def refusal(client: FlaskClient, model: str, variables: dict[str, Any] | None = None) -> str:
    """Return why an instance of the model does not start; nothing of it is left."""
    deploy(client, model)
    answer = client.post(
        "/engine-rest/process-definition/key/process/start", json={"variables": variables or {}}, headers=bearer()
    )
    assert answer.status_code == 500
    for noun in ("process-instance", "external-task", "history/variable-instance"):
        assert client.get(f"/engine-rest/{noun}/count", headers=bearer()).get_json() == {"count": 0}
    message: str = answer.get_json()["message"]
    return message


def script(text: str, result: str) -> str:
    attributes = f'scriptFormat="juel" camunda:resultVariable="{result}"'
    return f'<scriptTask id="work" {attributes}><script>{text}</script></scriptTask>'


def test_a_process_that_calls_itself_is_stopped_at_a_depth(client: FlaskClient) -> None:
    model = process(START, '<callActivity id="work" calledElement="process"/>', flow("start", "work"))
    assert "More than 200 processes call each other; they seem to do it for ever." in refusal(client, model)


def test_two_processes_that_call_each_other_twice_are_stopped_at_a_depth(client: FlaskClient) -> None:
    def calling(id: str, other: str) -> str:
        both = [f'<callActivity id="{name}" calledElement="{other}"/>{flow("start", name)}' for name in ("one", "two")]
        return process(START, *both, id=id)

    deploy(client, calling("other", "process"))
    assert "More than 200 processes call each other" in refusal(client, calling("process", "other"))


def test_a_loop_of_costly_expressions_is_stopped_by_its_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing_time, "LONGEST_S", 0.2)
    model = process(START, script("${big.size()}", "size"), flow("start", "work"), flow("work", "work"))
    big = {"value": json.dumps(list(range(50_000))), "type": "Json"}
    assert "The process worked too long without waiting" in refusal(client, model, {"big": big})


def test_one_step_with_many_costly_parameters_is_stopped_by_its_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing_time, "LONGEST_S", 0.2)
    items = "<camunda:value>${big.size()}</camunda:value>" * 10_000
    inputs = f'<camunda:inputParameter name="sizes"><camunda:list>{items}</camunda:list></camunda:inputParameter>'
    inner = f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>"
    model = process(START, external_task(inner=inner), flow("start", "work"))
    big = {"value": json.dumps(list(range(50_000))), "type": "Json"}
    assert "The process worked too long without waiting" in refusal(client, model, {"big": big})


def test_a_variable_that_is_copied_for_ever_fills_no_disk(client: FlaskClient) -> None:
    copy = '<camunda:inputParameter name="copy">${big}</camunda:inputParameter>'
    extensions = f"<extensionElements><camunda:inputOutput>{copy}</camunda:inputOutput></extensionElements>"
    repeated = f"<{LOOP}><loopCardinality>1000</loopCardinality></{LOOP}>"
    model = process(START, external_task(inner=extensions + repeated), flow("start", "work"))
    assert "The process writes too much at once; 'copy'" in refusal(client, model, {"big": {"value": "x" * 900_000}})


def test_a_thousand_million_instances_are_not_begun(client: FlaskClient) -> None:
    repeated = f"<{LOOP}><loopCardinality>1000000000</loopCardinality></{LOOP}>"
    model = process(START, external_task(inner=repeated), flow("start", "work"))
    assert "'work' asks for 1000000000 instances; at most 100000 are allowed." in refusal(client, model)


def test_tokens_that_double_for_ever_are_stopped(client: FlaskClient) -> None:
    both = [f'<task id="{name}"/>{flow("work", name)}{flow(name, "work")}' for name in ("one", "two")]
    model = process(START, '<task id="work"/>', *both, flow("start", "work"))
    assert "The process ran 100000 steps without waiting; it seems to loop for ever." in refusal(client, model)
