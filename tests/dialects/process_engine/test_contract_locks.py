"""Who may touch a task, and when: everything that follows from "refused only while another worker's lock runs"."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.bpmn.plain_json import iso_instant
from app.models import ExternalTask
from tests import builders
from tests.builders import bearer
from tests.dialects.process_engine.five_minds import deploy, everything_stored, fetch, report, rows, start, waiting_task

REPORTS: dict[str, dict[str, Any]] = {
    "finish": {},
    "handle_bpmn_error": {"errorCode": "E"},
    "handle_service_error": {},
}
EXTENSION: dict[str, Any] = {"additionalDuration": 60_000}
VERBS = {"extend_lock": EXTENSION, **REPORTS}


def statuses(client: FlaskClient, task_id: str, *workers: str, verb: str = "extend_lock") -> list[int]:
    """Let workers report one after the other, and return their statuses."""
    return [report(client, task_id, verb, workerId=worker, **VERBS[verb]).status_code for worker in workers]


@pytest.mark.parametrize("verb", VERBS)
def test_an_own_lock_that_is_over_still_counts_while_nobody_took_the_task(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client)
    clock.advance(3_600_000)
    assert statuses(client, task_id, "w1", verb=verb) == [204]


@pytest.mark.parametrize("verb", VERBS)
def test_of_an_expired_lock_anybody_may_report(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client)
    assert statuses(client, task_id, "stranger", verb=verb) == [423]
    clock.advance(60_001)
    assert statuses(client, task_id, "stranger", verb=verb) == [204]


@pytest.mark.parametrize("verb", VERBS)
def test_a_task_that_was_never_fetched_is_open_to_everybody(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client, worker=None)
    assert statuses(client, task_id, "stranger", verb=verb) == [204]


@pytest.mark.parametrize("verb", VERBS)
def test_who_let_the_lock_run_out_loses_it_to_the_next_one(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client)
    clock.advance(60_001)
    assert [task["id"] for task in fetch(client, workerId="w2")] == [task_id]
    assert statuses(client, task_id, "w1", "w2", verb=verb) == [423, 204]


@pytest.mark.parametrize("verb", VERBS)
def test_the_last_millisecond_of_a_lock_is_the_one_before_its_end(client: FlaskClient, verb: str) -> None:
    with clock.frozen():
        task_id = waiting_task(client)
        clock.advance(59_999)
        assert statuses(client, task_id, "w2", verb=verb) == [423]
        clock.advance(1)
        assert statuses(client, task_id, "w2", verb=verb) == [204]


def test_a_report_on_an_expired_lock_is_logged_with_the_worker_that_held_it_last(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    clock.advance(60_001)
    assert statuses(client, task_id, "stranger", verb="finish") == [204]
    path = "/engine-rest/history/external-task-log?successLog=true"
    assert [entry["workerId"] for entry in client.get(path, headers=bearer()).get_json()] == ["w1"]


def test_an_extension_makes_its_worker_the_owner_of_a_free_or_expired_task(client: FlaskClient) -> None:
    free = waiting_task(client, worker=None)
    assert statuses(client, free, "w2", "w1", "w2") == [204, 423, 204]
    assert fetch(client) == []
    clock.advance(60_001)
    assert statuses(client, free, "w1", "w2", "w1") == [204, 423, 204]
    row = rows(ExternalTask)[0]
    assert (row.worker_id, row.ready) == ("w1", 0)
    assert statuses(client, free, "w2", verb="finish") == [423]
    assert statuses(client, free, "w1", verb="finish") == [204]


def test_an_extension_counts_from_now_and_may_shorten(client: FlaskClient) -> None:
    with clock.frozen():
        task_id = waiting_task(client)
        for ahead, duration in ((0, 5), (1, 3_600_000), (30_000, 1_000)):
            clock.advance(ahead)
            assert report(client, task_id, "extend_lock", additionalDuration=duration).status_code == 204
            assert rows(ExternalTask)[0].lock_expires_at == clock.now_ms() + duration
        clock.advance(1_000)
        (task,) = fetch(client, workerId="w2")
        assert (task["id"], task["lockExpirationTime"]) == (task_id, iso_instant(clock.now_ms() + 60_000))


def test_a_refused_extension_changes_nothing(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    assert statuses(client, task_id, "w2") == [423]
    assert everything_stored() == before


def test_one_worker_may_hold_many_tasks_and_fetch_no_held_one_again(client: FlaskClient) -> None:
    deploy(client)
    for _ in range(3):
        start(client)
    first, rest = fetch(client, maxTasks=1), fetch(client)
    assert len({task["id"] for task in first + rest}) == 3
    assert fetch(client) == []


def test_a_camunda_workers_lock_is_a_lock_here_and_its_unlock_frees(client: FlaskClient) -> None:
    deploy(client)
    start(client)
    (task,) = builders.fetch(client, "work", worker_id="camunda")
    assert statuses(client, task["id"], "w1", "camunda") == [423, 204]
    assert client.post(f"/engine-rest/external-task/{task['id']}/unlock", headers=bearer()).status_code == 204
    assert statuses(client, task["id"], "w1", verb="finish") == [204]


@pytest.mark.parametrize("verb", VERBS)
def test_a_suspended_instance_is_423_until_it_goes_on(client: FlaskClient, verb: str) -> None:
    task_id = waiting_task(client)
    path = f"/engine-rest/process-instance/{rows(ExternalTask)[0].process_instance_id}/suspended"
    for suspended, status in ((True, 423), (False, 204)):
        assert client.put(path, json={"suspended": suspended}, headers=bearer()).status_code == 204
        before = everything_stored()
        answer = report(client, task_id, verb, **VERBS[verb])
        assert answer.status_code == status
        assert status == 204 or everything_stored() == before
