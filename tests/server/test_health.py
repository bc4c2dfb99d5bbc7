"""What load balancers and Prometheus are told."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from app.models.database import open_database
from tests.builders import bearer, deploy, fetch, one_task, start


def test_a_server_without_its_database_is_up_and_not_ready(app: Flask) -> None:
    client = app.test_client()
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()) == (200, {"status": "ready"})
    unreachable = open_database("postgresql:///errand?host=/nowhere")
    app.extensions["errand"] = replace(app.extensions["errand"], database=unreachable)
    assert client.get("/healthz").get_json() == {"status": "up"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "the database does not answer"})


def test_metrics_count_what_is_open(client: FlaskClient) -> None:
    deploy(client, one_task())
    for _ in range(3):
        start(client)
    (task,) = fetch(client, max_tasks=1)
    failure = {"workerId": "worker", "errorMessage": "broken", "retries": 0}
    client.post(f"/engine-rest/external-task/{task['id']}/failure", json=failure, headers=bearer())
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.get_data(as_text=True).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "errand_external_tasks_open 3",
        "errand_external_tasks_ready 2",
        "errand_process_trees_running 3",
        "errand_incidents_open 1",
        "errand_jobs_due 0",
    ]
    assert "# TYPE errand_incidents_open gauge" in lines


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(app: Flask) -> None:
    limit = app.config["MAX_CONTENT_LENGTH"]
    assert limit == 50_000_000
    answer = app.test_client().post(
        "/engine-rest/external-task/fetchAndLock",
        headers={**bearer(), "Content-Type": "application/json"},
        environ_overrides={"CONTENT_LENGTH": str(limit + 1)},
    )
    assert answer.status_code == 413


def test_a_path_outside_every_dialect_is_answered_in_json_that_names_the_paths_there_are(client: FlaskClient) -> None:
    unknown, wrong_method = client.get("/nowhere"), client.post("/healthz")
    answers = [(answer.status_code, answer.content_type, answer.get_json()) for answer in (unknown, wrong_method)]
    paths = [
        "/api/consumer",
        "/api/external_task",
        "/api/management",
        "/api/v1",
        "/atlas_engine",
        "/engine-rest",
        "/process_engine",
        "/security",
    ]
    assert answers == [
        (404, "application/json", {"message": "Not Found", "paths": paths}),
        (405, "application/json", {"message": "Method Not Allowed", "paths": paths}),
    ]
    assert set(wrong_method.allow) == {"GET", "HEAD", "OPTIONS"}
