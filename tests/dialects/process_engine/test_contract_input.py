"""What a body may hold: the leniencies of the original that stay, and bad input, which is 400 naming its member."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from app.models import ExternalTask, ExternalTaskLog
from tests.builders import Headers, bearer, error_boundary, external_task, flow, process, task_with_error
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    LEGACY,
    deploy,
    everything_stored,
    fetch,
    fetch_answer,
    report,
    rows,
    start,
    waiting_task,
)

TWO_TASKS = process(
    '<startEvent id="start"/>',
    external_task("work"),
    external_task("next", "next"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "next"),
    flow("next", "end"),
)
CATCH_ALL = process(
    '<startEvent id="start"/>',
    external_task("work"),
    error_boundary("work"),
    external_task("repair", "repair"),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "end"),
    flow("caught", "repair"),
    flow("repair", "end"),
)
LONG = 100 * 365 * 24 * 3_600_000


def post(client: FlaskClient, path: str, text: str, headers: Headers | None = None) -> tuple[int, Any]:
    """Send a body as it is written, and return status and body of the answer."""
    sent = headers or bearer()
    answer = client.post(f"{LEGACY}{path}", data=text.encode(), headers=sent, content_type="application/json")
    return answer.status_code, answer.get_json(silent=True)


@pytest.mark.parametrize(
    ("written", "duration_ms"),
    [
        ("1500", 1500),
        ("1500.9", 1500),
        ('"1500"', 1500),
        ('" 1500 "', 1500),
        ("1.5e3", 1500),
        ('"1.5e3"', 1500),
        ("0", 1),
        ("-0.0", 1),
        ("2147483648", 2**31),
        ("9223372036854775808", LONG),
        ("1" * 40, LONG),
    ],
)
def test_a_duration_may_be_text_a_fraction_or_longer_than_any_calendar(
    client: FlaskClient, written: str, duration_ms: int
) -> None:
    waiting_task(client, worker=None)
    with clock.frozen():
        body = f'{{"workerId": "w1", "topicName": "work", "lockDuration": {written}}}'
        status, tasks = post(client, "/fetch_and_lock", body)
        assert (status, tasks[0]["lockExpirationTime"]) == (200, iso_instant(clock.now_ms() + duration_ms))
        extended = f'{{"workerId": "w1", "additionalDuration": {written}}}'
        assert post(client, f"/task/{tasks[0]['id']}/extend_lock", extended) == (204, None)
        assert rows(ExternalTask)[0].lock_expires_at == clock.now_ms() + duration_ms


NO_NUMBERS = ("true", "null", "{}", "[5]", '""', '"abc"', '"0x10"', '"7 apples"', '"Infinity"', '"NaN"')
NEGATIVE = ("-1", '"-1"', "-0.5", "-1e3")


@pytest.mark.parametrize("member", ["lockDuration", "maxTasks", "longPollingTimeout"])
def test_what_is_no_number_or_negative_is_400_and_locks_nothing(client: FlaskClient, member: str) -> None:
    waiting_task(client, worker=None)
    before = everything_stored()
    absent_is_fine = {"null"} if member != "lockDuration" else set()
    for written in (*NO_NUMBERS, *NEGATIVE):
        if written in absent_is_fine:
            continue
        said = "must not be negative" if written in NEGATIVE else "must be a number"
        said = "Field may not be null." if written == "null" else said
        members = {"workerId": '"w1"', "topicName": '"work"', "lockDuration": "1000", member: written}
        body = "{" + ", ".join(f'"{name}": {value}' for name, value in members.items()) + "}"
        assert (written, post(client, "/fetch_and_lock", body)) == (written, (400, {"message": f"{member}: {said}"}))
    assert everything_stored() == before


def test_a_poll_whose_time_is_null_missing_or_text_is_answered(client: FlaskClient) -> None:
    deploy(client)
    for time in (None, 0, "0", 0.4, "50"):
        assert fetch(client, longPollingTimeout=time) == []


def test_no_limit_is_as_much_as_the_server_gives_oldest_first(client: FlaskClient) -> None:
    deploy(client)
    started = []
    for _ in range(12):
        started.append(start(client)["processInstanceId"])
        clock.advance(5)
    for most in (0, None, "0", 1000, 10**30):
        tasks = fetch(client, maxTasks=most, lockDuration=0)
        assert (most, [task["processInstanceId"] for task in tasks]) == (most, started)
        clock.advance(5)


@pytest.mark.parametrize("verb", ["extend_lock", "finish", "handle_bpmn_error", "handle_service_error"])
def test_the_worker_must_be_named_by_a_text(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    body: dict[str, Any] = {"additionalDuration": 1, "errorCode": "E"}
    for worker, said in {
        "": "must not be empty",
        "  ": "must not be empty",
        7: "must be a text",
        None: "Field may not be null.",
        ("w1",): "must be a text",
        False: "must be a text",
        "w" * 4001: "must not be longer than 4000 characters",
    }.items():
        answer = report(client, task_id, verb, workerId=worker, **body)
        assert (answer.status_code, answer.get_json()) == (400, {"message": f"workerId: {said}"})
    missing = post(client, f"/task/{task_id}/{verb}", json.dumps(body))
    assert missing == (400, {"message": "workerId: Missing data for required field."})
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("result", "payload"),
    [
        (False, {"a": 1, "result": False}),
        (0, {"a": 1, "result": 0}),
        ("", {"a": 1, "result": ""}),
        ([], {"a": 1, "result": []}),
        ({}, {"a": 1}),
        (None, {"a": 1}),
        (True, {"a": 1, "result": True}),
        (-1.5, {"a": 1, "result": -1.5}),
        (2**31, {"a": 1, "result": 2**31}),
        (2**63 - 1, {"a": 1, "result": 2**63 - 1}),
        (10**30, {"a": 1, "result": 10**30}),
        ("ä😀", {"a": 1, "result": "ä😀"}),
        ([None, [0], {"b": []}], {"a": 1, "result": [None, [0], {"b": []}]}),
        ({"a": [], "b": None, "c": "", "d": False, "e": 0}, {"a": [], "b": None, "c": "", "d": False, "e": 0}),
        ({"result": {"x": 1}}, {"a": 1, "result": {"x": 1}}),
        ({"n" * 255: 1}, {"a": 1, "n" * 255: 1}),
    ],
)
def test_a_result_of_every_json_type_comes_back_as_it_was(client: FlaskClient, result: Any, payload: Any) -> None:
    task_id = waiting_task(client, TWO_TASKS, inputValues={"a": 1})
    assert report(client, task_id, "finish", result=result, unknown={"member": 1}).status_code == 204
    told = fetch(client, "next")[0]["payload"]
    assert (told, [type(value) for value in told.values()]) == (payload, [type(value) for value in payload.values()])


def test_a_result_that_no_variable_can_hold_is_400_and_names_no_value(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    for result in ({"": 1}, {" ": 1}, {"a\0": 1}, {"a": "secret\0"}, {"n" * 5000: 1}, "\0"):
        answer = report(client, task_id, "finish", result=result)
        assert (answer.status_code, list(answer.get_json())) == (400, ["message"])
        assert "secret" not in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_a_missing_result_changes_nothing(client: FlaskClient) -> None:
    task_id = waiting_task(client, TWO_TASKS, inputValues={"a": 1})
    assert report(client, task_id, "finish").status_code == 204
    assert fetch(client, "next")[0]["payload"] == {"a": 1}


def test_a_result_nested_too_deeply_is_413(client: FlaskClient) -> None:
    task_id = waiting_task(client, TWO_TASKS)
    written = {depth: f'{{"workerId": "w1", "result": {"[" * depth}1{"]" * depth}}}' for depth in (200, 1_000, 100_000)}
    for depth in (100_000, 1_000):
        assert post(client, f"/task/{task_id}/finish", written[depth])[0] == 413
    assert post(client, f"/task/{task_id}/finish", written[200])[0] == 204
    assert json.dumps(fetch(client, "next")[0]["payload"]["result"]).count("[") == 200


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        (None, None),
        ("", ""),
        ("stack", "stack"),
        (0, "0"),
        ({"a": [1]}, '{"a": [1]}'),
        (False, "false"),
        ("a\0b", "a�b"),
    ],
)
def test_the_details_of_a_service_error_may_be_anything(client: FlaskClient, details: Any, kept: str | None) -> None:
    task_id = waiting_task(client)
    answer = report(client, task_id, "handle_service_error", errorMessage="m", errorDetails=details)
    assert answer.status_code == 204
    (row,) = rows(ExternalTaskLog, ExternalTaskLog.outcome.is_null(False))
    assert (row.outcome, row.error_details) == ("service error", kept)


@pytest.mark.parametrize("verb", ["handle_bpmn_error", "handle_service_error"])
def test_codes_and_messages_as_clients_write_them(client: FlaskClient, verb: str) -> None:
    deploy(client, CATCH_ALL)
    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"errorCode": 0}, ("0", "")),
        ({"errorCode": -1.5, "errorMessage": None}, ("-1.5", "")),
        ({"errorCode": "  x ", "errorMessage": ""}, ("  x ", "")),
        ({"errorCode": "E", "errorMessage": "it was Terminated"}, ("E", "it was Terminated")),
        ({"errorCode": "E", "errorMessage": "m" * 5000}, ("E", "m" * 5000)),
        ({"errorCode": "é😀", "errorMessage": " "}, ("é😀", " ")),
    ]
    for sent, token in cases:
        start(client)
        (task,) = fetch(client)
        assert (sent, report(client, task["id"], verb, **sent).status_code) == (sent, 204)
        (repair,) = fetch(client, "repair")
        assert repair["payload"] == {"errorCode": token[0], "errorMessage": token[1]}
        assert report(client, repair["id"], "finish").status_code == 204


@pytest.mark.parametrize("verb", ["handle_bpmn_error", "handle_service_error"])
def test_codes_and_messages_of_another_type_are_400(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client, task_with_error())
    before = everything_stored()
    cases: list[tuple[str, Any]] = [
        ("errorCode", True),
        ("errorCode", []),
        ("errorCode", {}),
        ("errorCode", "x" * 4001),
        ("errorMessage", 5),
        ("errorMessage", ["m"]),
    ]
    for member, value in cases:
        answer = report(client, task_id, verb, **({"errorCode": "E"} | {member: value}))
        assert (member, answer.status_code) == (member, 400)
        assert answer.get_json()["message"].startswith(f"{member}: must ")
    assert everything_stored() == before


def test_a_fetch_sent_as_the_published_clients_send_it(client: FlaskClient) -> None:
    waiting_task(client, worker=None)
    headers = bearer() | {"Accept": "*/*", "Accept-Encoding": "gzip", "user-id": "x", "X-Unknown": "y"}
    answer = fetch_answer(client, base=CONSUMER, headers=headers, unknown=None)
    assert (answer.status_code, answer.content_type, len(answer.get_json())) == (200, "application/json", 1)
