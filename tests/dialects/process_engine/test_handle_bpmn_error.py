"""`POST /task/{id}/handle_bpmn_error`: every status, what it leaves behind, and which refusal comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from app.database.database import Database
from app.models import ExternalTaskLog, Incident, ProcessInstance
from tests.builders import bearer, task_with_error
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    LEGACY,
    deploy,
    everything_stored,
    fetch,
    report,
    rows,
    start,
    waiting_task,
)

UNKNOWN = "0198c5f2-6b1e-7d5a-9a55-0f6a5b1c2d3e"
NO_CLAIM = {"headers": bearer("can_write_process_model")}
NO_TOKEN: dict[str, dict[str, str]] = {"headers": {}}
ERROR = {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}


@pytest.mark.parametrize("base", [LEGACY, CONSUMER])
def test_a_caught_error_takes_the_error_path_with_the_error_as_token(client: FlaskClient, base: str) -> None:
    task_id = waiting_task(client, task_with_error(), inputValues={"amount": 3})
    answer = report(client, task_id, "handle_bpmn_error", base=base, **ERROR)
    assert (answer.status_code, answer.data, answer.content_type) == (204, b"", None)
    assert fetch(client, "work") == []
    (repair,) = fetch(client, "repair")
    assert repair["payload"] == {"amount": 3, "errorCode": "OUT_OF_STOCK", "errorMessage": "none left"}
    (row,) = rows(ExternalTaskLog, ExternalTaskLog.external_task_id == task_id, ExternalTaskLog.outcome.is_null(False))
    assert (row.outcome, row.error_code, row.error_message) == ("error", "OUT_OF_STOCK", "none left")


def test_an_uncaught_error_ends_the_instance_and_leaves_an_incident(client: FlaskClient) -> None:
    task_id = waiting_task(client, task_with_error())
    assert report(client, task_id, "handle_bpmn_error", errorCode="OTHER", errorMessage="why").status_code == 204
    (instance,) = rows(ProcessInstance)
    assert (instance.state, instance.error_code) == ("INTERNALLY_TERMINATED", "OTHER")
    assert [(row.kind, "OTHER" in row.message) for row in rows(Incident)] == [("unhandledBpmnError", True)]
    assert report(client, task_id, "finish").status_code == 410


def test_without_a_token_it_is_401_and_nothing_changes(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    answer = report(client, task_id, "handle_bpmn_error", **NO_TOKEN, **ERROR)
    assert (answer.status_code, answer.content_type) == (401, "application/json")
    assert answer.get_json().keys() == {"message"}
    assert everything_stored() == before


def test_without_the_claim_it_is_403_and_nothing_changes(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    answer = report(client, task_id, "handle_bpmn_error", **NO_CLAIM, **ERROR)
    assert answer.status_code == 403
    assert answer.get_json() == {
        "message": "Identity does not have the requested claim!",
        "additionalInformation": {"identity": {"userId": "tester"}, "claim": "can_access_external_tasks"},
    }
    assert everything_stored() == before


def test_for_a_topic_that_is_not_the_callers_it_is_403_and_nothing_changes(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    headers = bearer("can_access_external_tasks", topics=["other*"])
    answer = report(client, task_id, "handle_bpmn_error", headers=headers, **ERROR)
    assert answer.status_code == 403
    assert answer.get_json()["additionalInformation"]["claim"] == "topics"
    assert everything_stored() == before


@pytest.mark.parametrize("id", [UNKNOWN, "anything"])
def test_for_an_unknown_task_it_is_404_and_nothing_changes(client: FlaskClient, id: str) -> None:
    waiting_task(client)
    before = everything_stored()
    answer = report(client, id, "handle_bpmn_error", **ERROR)
    assert answer.status_code == 404
    assert answer.get_json() == {"message": f"ExternalTask with ID {id} not found."}
    assert everything_stored() == before


@pytest.mark.parametrize("verb", ["finish", "handle_bpmn_error", "handle_service_error"])
def test_for_a_finished_task_it_is_410_and_nothing_changes(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client, task_with_error())
    assert report(client, task_id, verb, **ERROR).status_code == 204
    before = everything_stored()
    answer = report(client, task_id, "handle_bpmn_error", **ERROR)
    assert answer.status_code == 410
    assert answer.get_json() == {
        "message": f"External Task with ID '{task_id}' has been finished and is no longer accessible."
    }
    assert everything_stored() == before


def test_for_a_terminated_instance_it_is_410(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    instance_id = rows(ProcessInstance)[0].id
    ended = client.post(f"/api/management/v1/process_instance/{instance_id}/terminate", headers=bearer())
    assert ended.status_code == 204
    assert report(client, task_id, "handle_bpmn_error", **ERROR).status_code == 410


def test_while_another_worker_holds_the_task_it_is_423_and_nothing_changes(client: FlaskClient) -> None:
    with clock.frozen():
        task_id = waiting_task(client, worker="w2")
        until = iso_instant(clock.now_ms() + 60_000)
        before = everything_stored()
        answer = report(client, task_id, "handle_bpmn_error", **ERROR)
        assert answer.status_code == 423
        assert answer.get_json() == {
            "message": f"External Task with ID '{task_id}' is locked by another worker, until {until}."
        }
        assert everything_stored() == before


def test_when_the_engine_fails_it_is_500_and_the_task_stays_locked(client: FlaskClient) -> None:
    model = task_with_error().replace(
        '<sequenceFlow id="caught_repair" sourceRef="caught" targetRef="repair"></sequenceFlow>',
        '<sequenceFlow id="caught_repair" sourceRef="caught" targetRef="repair">'
        '<conditionExpression xsi:type="tFormalExpression">${nobody}</conditionExpression></sequenceFlow>',
    )
    assert "nobody" in model
    task_id = waiting_task(client, model)
    before = everything_stored()
    answer = report(client, task_id, "handle_bpmn_error", **ERROR)
    assert (answer.status_code, answer.content_type) == (500, "application/json")
    assert everything_stored() == before
    assert report(client, task_id, "finish").status_code == 204


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"errorCode": None}, "errorCode: Field may not be null."),
        ({"errorCode": ""}, "errorCode: must not be empty"),
        ({"errorCode": True}, "errorCode: must be a text"),
        ({"errorCode": {}}, "errorCode: must be a text"),
        ({"errorCode": "a\0"}, "errorCode holds the character NUL, which cannot be stored."),
        ({"errorCode": "A", "workerId": ""}, "workerId: must not be empty"),
        ({"errorCode": "A", "workerId": 7}, "workerId: must be a text"),
        ({"errorCode": "A", "errorMessage": 7}, "errorMessage: must be a text"),
    ],
)
def test_bad_input_is_400_naming_the_member_and_nothing_changes(
    client: FlaskClient, body: dict[str, object], message: str
) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    answer = report(client, task_id, "handle_bpmn_error", **body)
    assert (answer.status_code, answer.get_json()) == (400, {"message": message})
    assert everything_stored() == before


@pytest.mark.parametrize(("code", "kept"), [(404, "404"), (1.5, "1.5"), (2.0, "2"), (10**30, str(10**30))])
def test_a_numeric_code_counts_as_its_text(client: FlaskClient, code: float, kept: str) -> None:
    task_id = waiting_task(client, task_with_error(kept) if kept == "404" else task_with_error())
    assert report(client, task_id, "handle_bpmn_error", errorCode=code).status_code == 204
    assert rows(ProcessInstance)[0].error_code == (None if kept == "404" else kept)


def test_a_message_that_is_null_or_missing_becomes_an_empty_text_in_the_token(client: FlaskClient) -> None:
    for message in ({}, {"errorMessage": None}, {"errorMessage": ""}):
        task_id = waiting_task(client, task_with_error())
        assert report(client, task_id, "handle_bpmn_error", errorCode="OUT_OF_STOCK", **message).status_code == 204
        (repair,) = fetch(client, "repair")
        assert repair["payload"] == {"errorCode": "OUT_OF_STOCK", "errorMessage": ""}
        assert report(client, repair["id"], "finish").status_code == 204


def test_any_worker_may_report_unless_anothers_lock_runs(client: FlaskClient) -> None:
    never_fetched = waiting_task(client, task_with_error(), worker=None)
    assert report(client, never_fetched, "handle_bpmn_error", workerId="stranger", **ERROR).status_code == 204
    expired = waiting_task(client, task_with_error(), worker="w2")
    clock.advance(60_001)
    assert report(client, expired, "handle_bpmn_error", workerId="stranger", **ERROR).status_code == 204


def _finished(client: FlaskClient) -> str:
    task_id = waiting_task(client, worker="w2")
    assert report(client, task_id, "finish", workerId="w2").status_code == 204
    return task_id


@pytest.mark.parametrize(
    ("status", "task", "request_body", "headers"),
    [
        (401, lambda client: UNKNOWN, {}, {}),
        (401, _finished, ERROR, {}),
        (403, lambda client: UNKNOWN, {}, NO_CLAIM["headers"]),
        (403, _finished, ERROR, NO_CLAIM["headers"]),
        (400, lambda client: UNKNOWN, {}, None),
        (400, _finished, {}, None),
        (404, lambda client: UNKNOWN, ERROR, None),
        (410, _finished, ERROR, None),
    ],
)
def test_401_comes_before_403_before_400_before_404_before_410_before_423(
    client: FlaskClient,
    status: int,
    task: Callable[[FlaskClient], str],
    request_body: dict[str, str],
    headers: dict[str, str] | None,
) -> None:
    deploy(client)
    assert report(client, task(client), "handle_bpmn_error", headers=headers, **request_body).status_code == status


def test_reports_lock_out_nobody_elsewhere(client: FlaskClient, database: Database) -> None:
    deploy(client, task_with_error())
    for _ in range(2):
        start(client)
    first, second = fetch(client)
    assert report(client, first["id"], "handle_bpmn_error", **ERROR).status_code == 204
    assert report(client, second["id"], "finish").status_code == 204
