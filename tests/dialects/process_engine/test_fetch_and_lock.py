"""Fetching: the task's JSON, order and limits, leniencies and refusals."""

from __future__ import annotations

import re
import threading
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from tests.builders import bearer, external_task, flow, one_task, process
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    LEGACY,
    deploy,
    everything_stored,
    fetch,
    fetch_answer,
    report,
    start,
    waiting_task,
)

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MEMBERS = [
    "state",
    "id",
    "workerId",
    "topic",
    "flowNodeInstanceId",
    "correlationId",
    "processModelId",
    "processInstanceId",
    "identity",
    "payload",
    "lockExpirationTime",
    "finishedAt",
    "createdAt",
]


@pytest.mark.parametrize("base", [LEGACY, CONSUMER])
def test_a_task_has_the_members_of_the_original_in_their_order(client: FlaskClient, base: str) -> None:
    with clock.frozen():
        deploy(client)
        told = start(client, correlationId="order-7", inputValues={"a": 1, "b": {"c": [True, None]}})
        (task,) = fetch(client, base=base, lockDuration=1500)
        now = clock.now_ms()
    assert list(task) == MEMBERS
    assert UUID.fullmatch(task.pop("id"))
    assert UUID.fullmatch(task.pop("flowNodeInstanceId"))
    assert task == {
        "state": "pending",
        "workerId": "w1",
        "topic": "work",
        "correlationId": "order-7",
        "processModelId": "process",
        "processInstanceId": told["processInstanceId"],
        "identity": {"userId": "starter"},
        "payload": {"a": 1, "b": {"c": [True, None]}},
        "lockExpirationTime": iso_instant(now + 1500),
        "finishedAt": None,
        "createdAt": iso_instant(now),
    }


def test_without_a_correlation_id_the_instance_is_its_own_correlation(client: FlaskClient) -> None:
    deploy(client)
    for nothing in ({}, {"correlationId": None}, {"correlationId": ""}):
        told = start(client, **nothing)
        assert told == {"correlationId": told["processInstanceId"], "processInstanceId": told["processInstanceId"]}
        assert fetch(client)[0]["correlationId"] == told["processInstanceId"]


def test_a_models_payload_expression_says_what_the_worker_gets(client: FlaskClient) -> None:
    properties = (
        '<extensionElements><camunda:properties><camunda:property name="payload" '
        'value="{ id: token.current.order.id, who: identity.userId }"/></camunda:properties></extensionElements>'
    )
    model = process(
        '<startEvent id="start"/>',
        external_task("work", inner=properties),
        '<endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "end"),
    )
    deploy(client, model)
    start(client, inputValues={"order": {"id": 7, "secret": 8}})
    assert fetch(client)[0]["payload"] == {"id": 7, "who": "starter"}


def test_the_oldest_task_comes_first_and_a_task_goes_to_one_worker(client: FlaskClient) -> None:
    deploy(client)
    started = []
    for _ in range(3):
        started.append(start(client)["processInstanceId"])
        clock.advance(10)
    first = fetch(client, maxTasks=2)
    second = fetch(client, maxTasks=2, workerId="w2")
    assert [task["processInstanceId"] for task in first + second] == started
    assert fetch(client) == []


@pytest.mark.parametrize(
    ("most", "fetched"), [(0, 3), (None, 3), ("2", 2), (2.9, 2), ("", 400), (-1, 400), ("abc", 400), (True, 400)]
)
def test_max_tasks_is_lenient_as_the_original_but_never_negative(
    client: FlaskClient, most: object, fetched: int
) -> None:
    deploy(client)
    for _ in range(3):
        start(client)
    answer = fetch_answer(client, maxTasks=most)
    assert (answer.status_code if answer.status_code != 200 else len(answer.get_json())) == fetched


def test_members_that_may_be_missing_and_members_that_nobody_knows(client: FlaskClient) -> None:
    deploy(client)
    start(client)
    body = {"workerId": "w1", "topicName": "work", "lockDuration": "1000", "whatever": {}}
    answer = client.post(f"{LEGACY}/fetch_and_lock?offset=0&limit=0", json=body, headers=bearer())
    assert (answer.status_code, len(answer.get_json())) == (200, 1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"workerId": ""}, "workerId: must not be empty"),
        ({"workerId": None}, "workerId: Field may not be null."),
        ({"topicName": ""}, "topicName: must not be empty"),
        ({"topicName": ["work"]}, "topicName: must be a text"),
        ({"lockDuration": None}, "lockDuration: Field may not be null."),
        ({"lockDuration": "abc"}, "lockDuration: must be a number"),
        ({"lockDuration": -1}, "lockDuration: must not be negative"),
        ({"lockDuration": {}}, "lockDuration: must be a number"),
        ({"longPollingTimeout": -1}, "longPollingTimeout: must not be negative"),
        ({"longPollingTimeout": "soon"}, "longPollingTimeout: must be a number"),
    ],
)
def test_bad_input_is_400_naming_the_member_and_nothing_is_locked(
    client: FlaskClient, body: dict[str, object], message: str
) -> None:
    waiting_task(client, worker=None)
    before = everything_stored()
    answer = fetch_answer(client, **body)
    assert (answer.status_code, answer.get_json()) == (400, {"message": message})
    assert everything_stored() == before


@pytest.mark.parametrize("missing", ["workerId", "topicName", "lockDuration"])
def test_a_required_member_that_is_missing_is_400(client: FlaskClient, missing: str) -> None:
    body = {"workerId": "w1", "topicName": "work", "lockDuration": 1000}
    del body[missing]
    answer = client.post(f"{LEGACY}/fetch_and_lock", json=body, headers=bearer())
    assert (answer.status_code, answer.get_json()) == (
        400,
        {"message": f"{missing}: Missing data for required field."},
    )


def test_a_lock_of_no_time_ends_at_once(client: FlaskClient) -> None:
    waiting_task(client, worker=None)
    assert len(fetch(client, lockDuration=0)) == 1
    clock.advance(2)
    assert len(fetch(client, workerId="w2")) == 1


def test_a_lock_longer_than_any_calendar_lasts_for_ever(client: FlaskClient) -> None:
    waiting_task(client, worker=None)
    (task,) = fetch(client, lockDuration=2**53)
    assert task["lockExpirationTime"] > "2100"


def test_a_topic_that_is_not_the_callers_is_403(client: FlaskClient) -> None:
    waiting_task(client, worker=None)
    before = everything_stored()
    answer = fetch_answer(client, headers=bearer("can_access_external_tasks", topics=["other.*"]))
    assert answer.status_code == 403
    assert answer.get_json() == {
        "message": "Identity does not have the requested claim!",
        "additionalInformation": {"identity": {"userId": "tester"}, "claim": "topics"},
    }
    assert everything_stored() == before
    assert len(fetch(client, headers=bearer("can_access_external_tasks", topics=["wo*"]))) == 1


def test_managing_process_instances_includes_the_workers_claim(client: FlaskClient) -> None:
    waiting_task(client, worker=None)
    assert len(fetch(client, headers=bearer("can_manage_process_instances"))) == 1


def test_no_token_is_ever_handed_to_a_worker(client: FlaskClient) -> None:
    deploy(client)
    start(client)
    assert "eyJ" not in fetch_answer(client).get_data(as_text=True)


def test_an_expired_lock_makes_the_task_available_again(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    assert fetch(client, workerId="w2") == []
    clock.advance(60_001)
    assert [task["id"] for task in fetch(client, workerId="w2")] == [task_id]
    assert report(client, task_id, "finish").status_code == 423
    assert report(client, task_id, "finish", workerId="w2").status_code == 204


def test_a_waiting_fetch_is_answered_as_soon_as_there_is_a_task(app: Flask, client: FlaskClient) -> None:
    deploy(client)
    answers: list[list[dict[str, object]]] = []

    def poll() -> None:
        answers.append(fetch(app.test_client(), longPollingTimeout=20_000))

    worker = threading.Thread(target=poll)
    begun = time.monotonic()
    worker.start()
    start(client)
    worker.join(20)
    assert [len(tasks) for tasks in answers] == [1]
    assert time.monotonic() - begun < 15


def test_a_waiting_fetch_without_a_task_ends_empty_after_its_time(client: FlaskClient) -> None:
    deploy(client)
    begun = time.monotonic()
    assert fetch(client, longPollingTimeout=200) == []
    assert 0.19 < time.monotonic() - begun < 5


def test_eight_workers_and_37_tasks_hand_no_task_out_twice(app: Flask, client: FlaskClient) -> None:
    deploy(client, one_task())
    for _ in range(37):
        start(client)
    fetched: list[str] = []

    def work(name: str) -> None:
        own = app.test_client()
        while tasks := fetch(own, workerId=name, maxTasks=3):
            fetched.extend(str(task["id"]) for task in tasks)

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(fetched), len(set(fetched))) == (37, 37)
