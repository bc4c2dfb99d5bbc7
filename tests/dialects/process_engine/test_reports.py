"""Finishing, extending a lock, service errors: what becomes of result and error, and who may report."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from app.models import ExternalTask, ExternalTaskLog, Incident, ProcessInstance
from tests.builders import bearer, error_boundary, external_task, flow, process, task_with_error
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    LEGACY,
    everything_stored,
    fetch,
    report,
    rows,
    waiting_task,
)

TWO_TASKS = process(
    '<startEvent id="start"/>',
    external_task("work", "work"),
    external_task("next", "next"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "next"),
    flow("next", "end"),
)
CATCH_ALL = process(
    '<startEvent id="start"/>',
    external_task("work", "work"),
    error_boundary("work"),
    external_task("repair", "repair"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "end"),
    flow("caught", "repair"),
    flow("repair", "end"),
)


@pytest.mark.parametrize("base", [LEGACY, CONSUMER])
@pytest.mark.parametrize(
    ("result", "payload"),
    [
        ({"b": 2, "c": {"d": [1]}}, {"a": 1, "b": 2, "c": {"d": [1]}}),
        ({"a": None}, {"a": None}),
        ("text", {"a": 1, "result": "text"}),
        ([1, 2], {"a": 1, "result": [1, 2]}),
        (0, {"a": 1, "result": 0}),
        (None, {"a": 1}),
        ({}, {"a": 1}),
    ],
)
def test_the_result_becomes_variables_of_the_next_task(
    client: FlaskClient, base: str, result: Any, payload: dict[str, Any]
) -> None:
    task_id = waiting_task(client, TWO_TASKS, inputValues={"a": 1})
    answer = report(client, task_id, "finish", base=base, result=result)
    assert (answer.status_code, answer.data) == (204, b"")
    assert fetch(client, "next")[0]["payload"] == payload


def test_a_finished_process_leaves_a_log_of_its_task(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    assert report(client, task_id, "finish").status_code == 204
    assert rows(ExternalTask) == []
    (ended,) = rows(
        ExternalTaskLog, ExternalTaskLog.external_task_id == task_id, ExternalTaskLog.outcome.is_null(False)
    )
    assert (ended.outcome, ended.worker_id) == ("completed", "w1")
    assert rows(ProcessInstance)[0].state == "COMPLETED"


@pytest.mark.parametrize(
    ("model", "body", "caught"),
    [
        (
            CATCH_ALL,
            {"errorMessage": "no route", "errorDetails": {"host": "b"}},
            {"errorCode": "", "errorMessage": "no route"},
        ),
        (CATCH_ALL, {"errorMessage": "m", "errorCode": 503}, {"errorCode": "503", "errorMessage": "m"}),
        (CATCH_ALL, {}, {"errorCode": "", "errorMessage": ""}),
        (task_with_error("503"), {"errorMessage": "m", "errorCode": "503"}, {"errorCode": "503", "errorMessage": "m"}),
        (task_with_error("503"), {"errorMessage": "m", "errorCode": "504"}, None),
        (task_with_error("503"), {"errorMessage": "m"}, None),
    ],
)
def test_a_service_error_is_caught_by_code_or_catch_all_else_the_instance_ends(
    client: FlaskClient, model: str, body: dict[str, Any], caught: dict[str, str] | None
) -> None:
    task_id = waiting_task(client, model)
    assert report(client, task_id, "handle_service_error", **body).status_code == 204
    assert [task["payload"] for task in fetch(client, "repair")] == ([] if caught is None else [caught])
    state = "ACTIVE" if caught else "INTERNALLY_TERMINATED"
    assert rows(ProcessInstance)[0].state == state
    assert len(rows(Incident)) == (0 if caught else 1)
    assert report(client, task_id, "handle_service_error", **body).status_code == 410


def test_a_service_error_is_remembered_as_one_with_its_details(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    body = {"errorMessage": "no route", "errorDetails": {"host": "b"}, "errorCode": "503"}
    assert report(client, task_id, "handle_service_error", **body).status_code == 204
    (row,) = rows(ExternalTaskLog, ExternalTaskLog.outcome.is_null(False))
    assert (row.outcome, row.error_code, row.error_message, row.error_details) == (
        "service error",
        "503",
        "no route",
        '{"host": "b"}',
    )


def test_the_documented_route_that_never_existed_is_404(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    assert report(client, task_id, "handle_system_error", errorMessage="m").status_code == 404


def test_an_open_neighbour_is_closed_when_an_uncaught_error_ends_the_instance(client: FlaskClient) -> None:
    model = process(
        '<startEvent id="start"/><parallelGateway id="fork"/>',
        external_task("work", "work"),
        external_task("other", "other"),
        '<endEvent id="end"/>',
        flow("start", "fork"),
        flow("fork", "work"),
        flow("fork", "other"),
        flow("work", "end"),
        flow("other", "end"),
    )
    task_id = waiting_task(client, model)
    (other,) = fetch(client, "other")
    assert report(client, task_id, "handle_bpmn_error", errorCode="E").status_code == 204
    assert report(client, other["id"], "finish").status_code == 410
    assert rows(ExternalTask) == []


@pytest.mark.parametrize("duration", [500, "500", 500.9])
def test_extending_moves_the_end_of_the_lock_from_now_on_even_nearer(client: FlaskClient, duration: Any) -> None:
    with clock.frozen():
        task_id = waiting_task(client)
        answer = report(client, task_id, "extend_lock", additionalDuration=duration)
        assert (answer.status_code, answer.data) == (204, b"")
        assert rows(ExternalTask)[0].lock_expires_at == clock.now_ms() + 500


def test_extending_a_free_or_expired_task_makes_it_the_callers(client: FlaskClient) -> None:
    task_id = waiting_task(client, worker=None)
    assert report(client, task_id, "extend_lock", workerId="w2", additionalDuration=1000).status_code == 204
    assert report(client, task_id, "extend_lock", additionalDuration=1000).status_code == 423
    clock.advance(1001)
    assert report(client, task_id, "extend_lock", additionalDuration=1000).status_code == 204
    assert report(client, task_id, "finish", workerId="w2").status_code == 423


@pytest.mark.parametrize(
    ("duration", "message"),
    [
        (None, "additionalDuration: Field may not be null."),
        (-1, "additionalDuration: must not be negative"),
        ("x", "additionalDuration: must be a number"),
        ([], "additionalDuration: must be a number"),
    ],
)
def test_a_bad_extension_is_400_and_nothing_changes(client: FlaskClient, duration: Any, message: str) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    answer = report(client, task_id, "extend_lock", additionalDuration=duration)
    assert (answer.status_code, answer.get_json()) == (400, {"message": message})
    assert everything_stored() == before


def test_extending_by_nothing_ends_the_lock(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    assert report(client, task_id, "extend_lock", additionalDuration=0).status_code == 204
    clock.advance(2)
    assert [task["id"] for task in fetch(client, workerId="w2")] == [task_id]


VERBS = {
    "extend_lock": {"additionalDuration": 1000},
    "finish": {"result": {"x": 1}},
    "handle_bpmn_error": {"errorCode": "E"},
    "handle_service_error": {"errorMessage": "m"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("status", "task"), [(404, "unknown"), (410, "finished"), (423, "held")])
def test_every_report_knows_404_410_and_423_and_changes_nothing(
    client: FlaskClient, verb: str, status: int, task: str
) -> None:
    task_id = waiting_task(client, worker="w2")
    if task == "finished":
        assert report(client, task_id, "finish", workerId="w2").status_code == 204
    before = everything_stored()
    answer = report(client, "nothing" if task == "unknown" else task_id, verb, **VERBS[verb])
    assert (answer.status_code, answer.content_type, list(answer.get_json())) == (
        status,
        "application/json",
        ["message"],
    )
    assert everything_stored() == before


@pytest.mark.parametrize("verb", ["finish", "handle_bpmn_error", "handle_service_error"])
def test_of_simultaneous_reports_one_is_204_and_the_others_are_410(app: Flask, client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client, TWO_TASKS)
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(report(app.test_client(), task_id, verb, **VERBS[verb]).status_code)
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [204, 410, 410, 410, 410, 410]


def test_a_result_that_no_variable_can_hold_is_400_and_nothing_changes(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    for result in ({"": 1}, {"a": "\0"}):
        assert report(client, task_id, "finish", result=result).status_code == 400
    assert everything_stored() == before


def test_any_authorised_caller_may_use_any_worker_id(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    headers = bearer("can_access_external_tasks", subject="somebody-else")
    assert report(client, task_id, "finish", headers=headers).status_code == 204


def test_the_lock_of_another_worker_is_named_by_its_end_only(client: FlaskClient) -> None:
    with clock.frozen():
        task_id = waiting_task(client, worker="secret-worker")
        text = report(client, task_id, "finish").get_data(as_text=True)
        assert "secret-worker" not in text
        assert iso_instant(clock.now_ms() + 60_000) in text


REPEATED = [
    (LEGACY, "finish", {"result": {"a": 1}}),
    (CONSUMER, "handle_bpmn_error", {"errorCode": "OUT_OF_STOCK"}),
    (LEGACY, "handle_service_error", {"errorMessage": "timeout"}),
]


@pytest.mark.parametrize(("base", "verb", "body"), REPEATED, ids=[verb for _, verb, _ in REPEATED])
def test_a_report_repeated_under_its_key_gets_the_first_answer_again(
    client: FlaskClient, base: str, verb: str, body: dict[str, Any]
) -> None:
    task_id = waiting_task(client, task_with_error())
    headers = {**bearer(), "Idempotency-Key": "once"}
    assert [report(client, task_id, verb, base=base, headers=headers, **body).status_code for _ in range(2)] == [
        204
    ] * 2
    other = report(client, task_id, verb, base=base, headers=headers, **body, workerId="w2")
    told = {"message": "The Idempotency-Key 'once' was used for another report."}
    assert (other.status_code, other.get_json()) == (422, told)
    assert report(client, task_id, verb, base=base, **body).status_code == 410
