"""Workers at once, on real threads: no task is handed out twice, of many reports one counts, nobody sees a failure."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.models import ExternalTask, ExternalTaskLog, ProcessInstance
from tests import builders
from tests.builders import external_task, flow, process, task_with_error
from tests.dialects.atlas import cube
from tests.dialects.process_engine.five_minds import (
    CONSUMER,
    LEGACY,
    deploy,
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


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run jobs on a thread each, begun at one moment, and return what they returned, in their order."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(number: int) -> None:
        barrier.wait()
        results[number] = jobs[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_eight_workers_of_all_generations_share_37_tasks_and_work_each_off_once(
    app: Flask, client: FlaskClient
) -> None:
    deploy(client, TWO_TASKS)
    for _ in range(37):
        start(client)
    done: list[str] = []

    def legacy(name: str) -> None:
        own = app.test_client()
        while tasks := fetch(own, workerId=name, maxTasks=3):
            for task in tasks:
                assert report(own, task["id"], "finish", workerId=name, result={"by": name}).status_code == 204
                done.append(task["id"])

    def consumer(name: str) -> None:
        own = app.test_client()
        while tasks := fetch(own, base=CONSUMER, workerId=name, maxTasks=1):
            assert report(own, tasks[0]["id"], "finish", base=CONSUMER, workerId=name).status_code == 204
            done.append(tasks[0]["id"])

    def atlas(name: str) -> None:
        own = app.test_client()
        while tasks := cube.fetch(own, ["work", "nothing"], workerId=name, maxTasks=2):
            for task in tasks:
                assert cube.report(own, task["id"], "finish", workerId=name).status_code == 204
                done.append(task["id"])

    def camunda(name: str) -> None:
        own = app.test_client()
        while tasks := builders.fetch(own, "work", worker_id=name, max_tasks=2):
            for task in tasks:
                path = f"/engine-rest/external-task/{task['id']}/complete"
                assert own.post(path, json={"workerId": name}, headers=builders.bearer()).status_code == 204
                done.append(task["id"])

    workers = (legacy, consumer, atlas, camunda) * 2
    at_once([partial(work, f"w{number}") for number, work in enumerate(workers)])
    assert (len(done), len(set(done))) == (37, 37)
    assert Counter(row.topic for row in rows(ExternalTask)) == {"next": 37}
    assert len(rows(ExternalTaskLog, ExternalTaskLog.outcome == "completed")) == 37


REPORTS: dict[str, dict[str, Any]] = {
    "finish": {"result": {"by": "finish"}},
    "handle_bpmn_error": {"errorCode": "A", "errorMessage": "m"},
    "handle_service_error": {"errorCode": "A", "errorMessage": "m"},
}


@pytest.mark.parametrize("verb", [*REPORTS, "each"])
@pytest.mark.parametrize("worker", ["w1", "any"])
def test_of_reports_at_once_one_is_204_and_the_others_are_410(
    app: Flask, client: FlaskClient, verb: str, worker: str
) -> None:
    task_id = waiting_task(client, task_with_error("A"))
    if worker == "any":
        clock.advance(60_001)
    verbs = list(REPORTS) * 2 if verb == "each" else [verb] * 6

    def job(number: int) -> Callable[[], int]:
        name = "w1" if worker == "w1" else f"stranger-{number}"
        base = (LEGACY, CONSUMER)[number % 2]
        each = verbs[number]
        return lambda: report(app.test_client(), task_id, each, base=base, workerId=name, **REPORTS[each]).status_code

    assert sorted(at_once([job(number) for number in range(6)])) == [204, 410, 410, 410, 410, 410]
    assert len(rows(ExternalTaskLog, ExternalTaskLog.outcome.is_null(False))) == 1
    assert len(rows(ExternalTask)) + (rows(ProcessInstance)[0].state == "COMPLETED") == 1


def test_a_report_and_a_fetch_at_once_never_give_a_finished_task_away(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        task_id = waiting_task(client)
        clock.advance(60_001)
        jobs = [
            partial(report, app.test_client(), task_id, "finish"),
            partial(fetch_answer, app.test_client(), workerId="w2"),
        ]
        finished, fetched = at_once(jobs)
        tasks = [task["id"] for task in fetched.get_json()]
        assert (finished.status_code, tasks) in [(204, []), (423, [task_id])]
        for id in tasks:
            assert report(client, id, "finish", workerId="w2").status_code == 204


def test_branches_that_end_at_once_meet_at_their_gateway(app: Flask, client: FlaskClient) -> None:
    branches = [f"branch{number}" for number in range(4)]
    deploy(
        client,
        process(
            '<startEvent id="start"/><parallelGateway id="fork"/><parallelGateway id="join"/>',
            *(external_task(each, "work") + flow("fork", each) + flow(each, "join") for each in branches),
            external_task("last", "last"),
            '<endEvent id="end"/>',
            flow("start", "fork"),
            flow("join", "last"),
            flow("last", "end"),
        ),
    )
    start(client)
    tasks = fetch(client)
    finish = [partial(report, app.test_client(), task["id"], "finish", result={task["id"]: True}) for task in tasks]
    assert [answer.status_code for answer in at_once(finish)] == [204] * 4
    (last,) = fetch(client, "last")
    assert sorted(last["payload"]) == sorted(task["id"] for task in tasks)
