"""One task store, two ways to see it: what a 5Minds worker writes a Camunda worker reads, and the other way round."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests import builders
from tests.builders import bearer, external_task, flow, process, task_with_error
from tests.dialects.process_engine.five_minds import deploy, fetch, report, start

TWO_TASKS = process(
    '<startEvent id="start"/>',
    external_task("work", "work"),
    external_task("next", "next"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "next"),
    flow("next", "end"),
)
RESULT = {
    "n": 1,
    "big": 2**40,
    "x": 1.5,
    "yes": True,
    "none": None,
    "text": "ä",
    "list": [1, {"a": 2}],
    "map": {"b": [3]},
}


def test_a_camunda_worker_reads_the_result_of_a_5minds_worker_as_typed_variables(client: FlaskClient) -> None:
    deploy(client, TWO_TASKS)
    start(client)
    assert report(client, fetch(client)[0]["id"], "finish", result=RESULT).status_code == 204
    (task,) = builders.fetch(client, "next")
    values = {name: (variable["type"], variable["value"]) for name, variable in task["variables"].items()}
    assert values == {
        "n": ("Integer", 1),
        "big": ("Long", 2**40),
        "x": ("Double", 1.5),
        "yes": ("Boolean", True),
        "none": ("Null", None),
        "text": ("String", "ä"),
        "list": ("Object", '[1,{"a":2}]'),
        "map": ("Object", '{"b":[3]}'),
    }
    assert task["variables"]["map"]["valueInfo"] == {
        "objectTypeName": "java.util.LinkedHashMap",
        "serializationDataFormat": "application/json",
    }


def test_a_5minds_worker_reads_the_variables_of_a_camunda_worker_as_plain_json(client: FlaskClient) -> None:
    deploy(client, TWO_TASKS)
    start(client)
    (task,) = builders.fetch(client, "work")
    variables: dict[str, Any] = {
        "n": {"value": 1, "type": "Integer"},
        "long": {"value": 2**40, "type": "Long"},
        "text": {"value": "ä", "type": "String"},
        "date": {"value": "2026-01-31T10:30:00.000+0100", "type": "Date"},
        "json": {"value": '{"a":[1]}', "type": "Json"},
        "map": {
            "value": '{"b":2}',
            "type": "Object",
            "valueInfo": {"objectTypeName": "java.util.HashMap", "serializationDataFormat": "application/json"},
        },
        "none": {"value": None, "type": "Null"},
    }
    body = {"workerId": "worker", "variables": variables}
    done = client.post(f"/engine-rest/external-task/{task['id']}/complete", json=body, headers=bearer())
    assert done.status_code == 204
    assert fetch(client, "next")[0]["payload"] == {
        "n": 1,
        "long": 2**40,
        "text": "ä",
        "date": "2026-01-31T09:30:00.000Z",
        "json": {"a": [1]},
        "map": {"b": 2},
        "none": None,
    }


def test_the_result_goes_through_both_and_comes_back_as_it_was(client: FlaskClient) -> None:
    deploy(client, TWO_TASKS)
    start(client)
    assert report(client, fetch(client)[0]["id"], "finish", result=RESULT).status_code == 204
    assert fetch(client, "next")[0]["payload"] == RESULT


def test_a_5minds_error_reaches_a_camunda_worker_on_the_error_path(client: FlaskClient) -> None:
    deploy(client, task_with_error())
    start(client)
    (task,) = fetch(client)
    body = {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}
    assert report(client, task["id"], "handle_bpmn_error", **body).status_code == 204
    (repair,) = builders.fetch(client, "repair")
    values = {name: variable["value"] for name, variable in repair["variables"].items()}
    assert values == {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}


def test_a_camunda_error_leaves_no_token_beside_what_the_model_names(client: FlaskClient) -> None:
    deploy(client, task_with_error())
    start(client)
    (task,) = builders.fetch(client, "work")
    body = {"workerId": "worker", "errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}
    raised = client.post(f"/engine-rest/external-task/{task['id']}/bpmnError", json=body, headers=bearer())
    assert raised.status_code == 204
    assert fetch(client, "repair")[0]["payload"] == {}


def test_an_instance_ended_by_a_5minds_error_is_terminated_in_camundas_history(
    client: FlaskClient,
) -> None:
    deploy(client)
    told = start(client, correlationId="c1")
    assert report(client, fetch(client)[0]["id"], "handle_bpmn_error", errorCode="E").status_code == 204
    path = f"/engine-rest/history/process-instance/{told['processInstanceId']}"
    history = client.get(path, headers=bearer()).get_json()
    assert (history["state"], history["businessKey"]) == ("INTERNALLY_TERMINATED", "c1")


def test_both_kinds_of_workers_share_one_lock(client: FlaskClient) -> None:
    deploy(client)
    start(client)
    (task,) = fetch(client)
    assert builders.fetch(client, "work", worker_id="camunda") == []
    body = {"workerId": "camunda"}
    refused = client.post(f"/engine-rest/external-task/{task['id']}/complete", json=body, headers=bearer())
    assert refused.status_code == 400
    assert report(client, task["id"], "finish").status_code == 204
