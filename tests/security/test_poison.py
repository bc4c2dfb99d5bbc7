"""One value stops nobody: what could not be written again is refused on entry, and what is stored is always written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.components import EXTENSION
from app.bpmn.values import FIRST_INSTANT, LAST_INSTANT
from app.database.database import Database
from app.json_text import MAX_BODY_DEPTH, MAX_DEPTH
from app.models import ExternalTask, Job, VariableRow
from tests.builders import bearer, deploy, external_task, fetch, flow, one_task, process, start

BEYOND = 2**62
TOO_DEEP = f"JSON must not have more than {MAX_DEPTH} lists and objects in one another."
NO_YEAR = "A date must lie in the years 1 to 9999."
TIMER = process(
    '<startEvent id="start"/>',
    '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDate>${at}</timeDate></timerEventDefinition>'
    "</intermediateCatchEvent>",
    '<endEvent id="end"/>',
    flow("start", "wait"),
    flow("wait", "end"),
    id="timer",
)
SCRIPTED = process(
    '<startEvent id="start"/>',
    external_task(
        inner="<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="deep">${JSON("[".repeat(300).concat("]".repeat(300)))}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements>"
    ),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "end"),
    id="scripted",
)


def nested(depth: int) -> str:
    """Return a JSON text of so many lists in one another."""
    return "[" * depth + "]" * depth


def start_with(client: FlaskClient, key: str, name: str, **variable: Any) -> tuple[int, str]:
    body = {"variables": {name: variable}}
    response = client.post(f"/engine-rest/process-definition/key/{key}/start", json=body, headers=bearer())
    return response.status_code, response.get_json().get("message")


def open_tasks(client: FlaskClient) -> list[str]:
    return [task["topicName"] for task in client.get("/engine-rest/external-task", headers=bearer()).get_json()]


@pytest.mark.parametrize(
    "date",
    ["9999-12-31T23:59:59.999-2359", "0001-01-01T00:00:00.000+0001"],
)
def test_a_date_that_could_not_be_written_is_refused(client: FlaskClient, date: str) -> None:
    deploy(client, one_task())
    message = f"Cannot convert value '{date}' of type 'Date' to java type java.util.Date"
    status, text = start_with(client, "process", "when", type="Date", value=date)
    assert (status, message in text) == (400, True)
    assert open_tasks(client) == []


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59.999+0000", "0001-01-01T00:00:00.000+0000"])
def test_the_first_and_the_last_date_are_taken(client: FlaskClient, date: str) -> None:
    deploy(client, one_task())
    start_with(client, "process", "when", type="Date", value=date)
    assert [task["variables"]["when"]["value"] for task in fetch(client)] == [date]


@pytest.mark.parametrize("instant", [LAST_INSTANT + 1, 2**63 - 1, FIRST_INSTANT - 1, -(2**63)])
def test_a_timer_that_would_be_due_outside_the_calendar_is_refused(client: FlaskClient, instant: int) -> None:
    deploy(client, TIMER)
    status, text = start_with(client, "timer", "at", type="Long", value=instant)
    assert (status, f"There is no date {instant} ms after 1970" in text) == (500, True)
    assert client.get("/engine-rest/job", headers=bearer()).get_json() == []


@pytest.mark.parametrize("type", ["Json", "Object"])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1000, 100_000])
def test_json_that_is_too_deep_is_refused(client: FlaskClient, type: str, depth: int) -> None:
    deploy(client, one_task())
    info = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
    answer = start_with(client, "process", "deep", type=type, value=nested(depth), valueInfo=info)
    assert (answer[0], TOO_DEEP in answer[1]) == (400, True)
    assert open_tasks(client) == []


def test_json_as_deep_as_is_taken_goes_everywhere(client: FlaskClient) -> None:
    deploy(client, one_task())
    start_with(client, "process", "deep", type="Json", value=nested(MAX_DEPTH))
    body = {
        "workerId": "w",
        "maxTasks": 1,
        "topics": [{"topicName": "work", "lockDuration": 1000, "deserializeValues": True}],
    }
    tasks = client.post("/engine-rest/external-task/fetchAndLock", json=body, headers=bearer()).get_json()
    assert tasks[0]["variables"]["deep"]["value"] == json.loads(nested(MAX_DEPTH))
    client.post(f"/engine-rest/external-task/{tasks[0]['id']}/unlock", headers=bearer())
    asked = {"workerId": "w", "topicName": "work", "maxTasks": 1, "lockDuration": 1000}
    tasks = client.post("/atlas_engine/api/v1/external_tasks/fetch_and_lock", json=asked, headers=bearer()).get_json()
    assert tasks[0]["payload"] == {"deep": json.loads(nested(MAX_DEPTH))}


def test_a_result_that_is_too_deep_is_refused_and_the_task_stays(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    task = fetch(client, worker_id="w")[0]
    url = f"/atlas_engine/api/v1/external_tasks/{task['id']}/finish"
    body = '{"workerId": "w", "result": {"deep": %s}}'
    response = client.put(url, data=body % nested(300), content_type="application/json", headers=bearer())
    assert (response.status_code, response.get_json()["message"]) == (
        413,
        f"The body has more than {MAX_BODY_DEPTH} lists and objects in one another.",
    )
    assert open_tasks(client) == ["work"]
    assert client.put(url, json={"workerId": "w", "result": {}}, headers=bearer()).status_code == 204


def test_what_an_expression_makes_is_no_deeper(client: FlaskClient) -> None:
    deploy(client, SCRIPTED)
    status, text = start_with(client, "scripted", "x", value=1)
    assert (status, "more than 200 lists and objects in one another" in text) == (500, True)


@pytest.mark.parametrize("depth", [MAX_BODY_DEPTH + 1, 1000, 2000])
def test_a_body_that_is_too_deep_is_refused_by_every_dialect(client: FlaskClient, depth: int) -> None:
    for path in (
        "/engine-rest/external-task/fetchAndLock",
        "/atlas_engine/api/v1/external_tasks/fetch_and_lock",
        "/api/external_task/v1/fetch_and_lock",
        "/api/v1/external-tasks/complete",
    ):
        response = client.post(path, data=nested(depth), content_type="application/json", headers=bearer())
        assert response.status_code == 413, path


def test_what_was_stored_before_is_written_all_the_same(app: Flask, database: Database) -> None:
    client = app.test_client()
    deploy(client, one_task(), TIMER)
    start(client, variables={"when": 1, "deep": "x"})
    start_with(client, "timer", "at", type="Long", value=LAST_INSTANT)
    database.write(lambda: VariableRow.update(type="Date", integer=BEYOND).where(VariableRow.name == "when").execute())
    poisoned = {"type": "Json", "text": nested(5000)}
    database.write(lambda: VariableRow.update(**poisoned).where(VariableRow.name == "deep").execute())
    database.write(lambda: Job.update(due_at=2**63 - 1).execute())

    jobs = client.get("/engine-rest/job", headers=bearer()).get_json()
    assert [job["dueDate"] for job in jobs] == ["9999-12-31T23:59:59.999+0000"]
    rows = client.get("/engine-rest/variable-instance?sortBy=variableName&sortOrder=asc", headers=bearer()).get_json()
    assert {row["name"]: row["value"] for row in rows} == {
        "at": LAST_INSTANT,
        "when": "9999-12-31T23:59:59.999+0000",
        "deep": nested(5000),
    }
    body = {
        "workerId": "w",
        "maxTasks": 1,
        "topics": [{"topicName": "work", "lockDuration": 1000, "deserializeValues": True}],
    }
    task = client.post("/engine-rest/external-task/fetchAndLock", json=body, headers=bearer()).get_json()[0]
    assert task["variables"]["deep"]["value"] == nested(5000)
    assert task["variables"]["when"]["value"] == "9999-12-31T23:59:59.999+0000"


def test_a_fetch_whose_answer_cannot_be_written_gives_its_tasks_back(app: Flask, database: Database) -> None:
    client = app.test_client()
    deploy(client, one_task())
    start(client)
    fetched = fetch(client)
    service = app.extensions[EXTENSION].external_tasks
    locked = database.read(lambda: list(ExternalTask.select()))
    with pytest.raises(ZeroDivisionError), service.handing_out(locked):
        raise ZeroDivisionError
    assert [task["id"] for task in fetch(client)] == [task["id"] for task in fetched]
