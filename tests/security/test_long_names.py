"""A name that no database index holds is refused in words, on both databases alike, and nothing of it is kept."""

from __future__ import annotations

import io
import random

import pytest
from flask.testing import FlaskClient

from tests.builders import bearer, deploy, external_task, fetch, flow, one_task, process, start

START = '<startEvent id="start"/>'
CHANCE = random.Random(7)
NAME = "".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=4000))
"""Compression would make a text of one letter short enough for any index."""
HIEROGLYPHS = "".join(chr(0x13000 + CHANCE.randrange(1000)) for _ in range(600))
"""The longest name that is allowed, four bytes a character."""


def refused(client: FlaskClient, model: str, **fields: str) -> tuple[int, str]:
    form = {**fields, "model": (io.BytesIO(model.encode()), "model.bpmn")}
    answer = client.post(
        "/engine-rest/deployment/create", data=form, headers=bearer(), content_type="multipart/form-data"
    )
    return answer.status_code, answer.get_json()["message"]


def on_message(kind: str) -> str:
    return process(
        f'<startEvent id="start"><{kind}EventDefinition {kind}Ref="it"/></startEvent>',
        definitions=f'<{kind} id="it" name="{NAME}"/>',
    )


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (one_task(NAME), "A topic has 600 characters at most"),
        (one_task(id=f"a{NAME}"), "The id of a process has 255 characters at most"),
        (on_message("message"), "The name of a message has 600 characters at most"),
        (on_message("signal"), "The name of a signal has 600 characters at most"),
    ],
    ids=["topic", "process", "message", "signal"],
)
def test_a_model_with_an_endless_name_is_refused(client: FlaskClient, model: str, reason: str) -> None:
    status, message = refused(client, model)
    assert (status, reason in message) == (400, True)


def test_an_endless_tenant_is_refused(client: FlaskClient) -> None:
    status, message = refused(client, one_task(), **{"tenant-id": NAME})
    assert (status, message) == (500, "The id of a tenant has 255 characters at most.")


@pytest.mark.parametrize("attribute", ["camunda:assignee"])
def test_an_expression_cannot_make_an_endless_name(client: FlaskClient, attribute: str) -> None:
    deploy(
        client,
        process(START, external_task("work", "${it}"), flow("start", "work"), id="topic"),
        process(START, f'<userTask id="work" {attribute}="${{it}}"/>', flow("start", "work"), id="assignee"),
        process(
            START,
            '<receiveTask id="work" messageRef="it"/>',
            flow("start", "work"),
            id="message",
            definitions='<message id="it" name="${it}"/>',
        ),
    )
    for key in ("topic", "assignee", "message"):
        answer = client.post(
            f"/engine-rest/process-definition/key/{key}/start",
            json={"variables": {"it": {"value": NAME}}},
            headers=bearer(),
        )
        assert (answer.status_code, "has 600 characters at most" in answer.get_json()["message"]) == (500, True)
    assert client.get("/engine-rest/process-instance/count", headers=bearer()).get_json() == {"count": 0}


def test_an_endless_business_key_is_refused(client: FlaskClient) -> None:
    deploy(client, one_task())
    answer = client.post(
        "/engine-rest/process-definition/key/process/start", json={"businessKey": NAME}, headers=bearer()
    )
    assert (answer.status_code, "business_key is longer than 600 characters." in answer.get_json()["message"]) == (
        500,
        True,
    )


def test_a_report_with_an_endless_name_of_a_variable_leaves_the_task_locked(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    (task,) = fetch(client)
    body = {"workerId": "worker", "variables": {NAME: {"value": 1}}}
    answer = client.post(f"/engine-rest/external-task/{task['id']}/complete", json=body, headers=bearer())
    assert (answer.status_code, answer.get_json()["message"]) == (
        400,
        "The name of a variable has 600 characters at most.",
    )
    (same,) = client.get("/engine-rest/external-task", headers=bearer()).get_json()
    assert (same["id"], same["workerId"]) == (task["id"], "worker")


def test_the_longest_names_work(client: FlaskClient) -> None:
    deploy(client, one_task(HIEROGLYPHS))
    start(client, business_key=HIEROGLYPHS, variables={HIEROGLYPHS: 1})
    (task,) = fetch(client, HIEROGLYPHS, worker_id=HIEROGLYPHS)
    assert (task["topicName"], task["businessKey"], [*task["variables"]]) == (HIEROGLYPHS, HIEROGLYPHS, [HIEROGLYPHS])
