"""What no route answers: unknown paths, wrong methods, bodies that are no JSON, too long, of another type; headers."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.database.database import Database
from config import Settings
from tests.builders import bearer, token
from tests.dialects.process_engine.five_minds import CONSUMER, LEGACY, report, waiting_task

REPORTS = ("extend_lock", "finish", "handle_bpmn_error", "handle_service_error")
ROUTES = [
    f"{base}{path}" for base in (LEGACY, CONSUMER) for path in ("/fetch_and_lock", *(f"/task/x/{v}" for v in REPORTS))
]


@pytest.mark.parametrize(
    "path", [f"{LEGACY}/nothing", f"{CONSUMER}/external_tasks/fetch_and_lock", "/security/nothing"]
)
def test_an_unknown_path_is_404_in_json(client: FlaskClient, path: str) -> None:
    answer = client.post(path, json={}, headers=bearer())
    assert (answer.status_code, answer.content_type, answer.get_json()) == (
        404,
        "application/json",
        {"message": "Not Found"},
    )


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_405_and_says_which_is_allowed(client: FlaskClient, route: str, method: str) -> None:
    answer = client.open(route, method=method, headers=bearer())
    assert (answer.status_code, answer.content_type) == (405, "application/json")
    assert answer.get_json() == {"message": "Method Not Allowed"}
    assert sorted(answer.headers["Allow"].split(", ")) == ["OPTIONS", "POST"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", [b"{", b"{'a': 1}", b"\xff", b'{"workerId": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_400(client: FlaskClient, route: str, body: bytes) -> None:
    answer = client.post(route, data=body, headers=bearer(), content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"message": "The request body is not valid JSON."})


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7"])
def test_a_body_that_is_no_object_is_400(client: FlaskClient, route: str, body: bytes) -> None:
    answer = client.post(route, data=body, headers=bearer(), content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"message": "The request body must be a JSON object."})


@pytest.mark.parametrize("route", ROUTES)
def test_the_token_is_looked_at_before_the_body(client: FlaskClient, route: str) -> None:
    assert client.post(route, data=b"{", content_type="application/json").status_code == 401
    headers = bearer("can_write_process_model")
    assert client.post(route, data=b"{", headers=headers, content_type="application/json").status_code == 403


def test_a_body_of_another_type_is_415(client: FlaskClient) -> None:
    answer = client.post(f"{LEGACY}/fetch_and_lock", data=b"{}", headers=bearer(), content_type="text/plain")
    assert (answer.status_code, answer.content_type, answer.get_json()) == (
        415,
        "application/json",
        {"message": "Unsupported Media Type"},
    )


def test_a_charset_beside_the_type_is_fine(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    answer = client.post(
        f"{LEGACY}/task/{task_id}/finish",
        data=b'{"workerId": "w1"}',
        headers=bearer(),
        content_type="application/json; charset=utf-8",
    )
    assert answer.status_code == 204


def test_a_body_that_is_too_long_is_413(settings: Settings, database: Database) -> None:
    client = create_app(replace(settings, max_body_bytes=1000), database=database).test_client()
    body = {"workerId": "w1", "result": "x" * 1000}
    answer = client.post(f"{LEGACY}/task/x/finish", json=body, headers=bearer())
    assert (answer.status_code, answer.content_type) == (413, "application/json")
    assert list(answer.get_json()) == ["message"]
    streamed = {"input_stream": io.BytesIO(json.dumps(body).encode()), "environ_base": {"wsgi.input_terminated": True}}
    answer = client.post(f"{LEGACY}/task/x/finish", **streamed, headers=bearer(), content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer ZHVtbXlfdG9rZW4=",
        "Bearer UHJvY2Vzc0VuZ2luZUludGVybmFsVXNlcg==",
        f"Bearer {token(expires_s=-10)}",
        f"Bearer {token()}x",
        f"Bearer {token()}, Bearer {token()}",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwiY2FuX2FjY2Vzc19leHRlcm5hbF90YXNrcyI6dHJ1ZX0.",
    ],
)
def test_whatever_is_no_valid_token_is_401_and_not_echoed(client: FlaskClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = client.post(f"{LEGACY}/fetch_and_lock", json={}, headers=headers)
    assert (answer.status_code, answer.content_type, list(answer.get_json())) == (401, "application/json", ["message"])
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    if header and len(header) > 8:
        assert header.split()[1] not in answer.get_data(as_text=True)


def test_the_first_base_path_names_its_successor_for_each_operation(client: FlaskClient) -> None:
    task_id = waiting_task(client)
    finished = report(client, task_id, "finish")
    again = report(client, task_id, "finish")
    assert [finished.status_code, again.status_code] == [204, 410]
    for answer in (finished, again):
        assert answer.headers["Deprecation"] == "true"
        assert answer.headers["Link"] == f'<{CONSUMER}/task/{task_id}/finish>; rel="successor-version"'
    fetched = client.post(f"{LEGACY}/fetch_and_lock", json={}, headers=bearer())
    assert fetched.headers["Link"] == f'<{CONSUMER}/fetch_and_lock>; rel="successor-version"'
    assert "Deprecation" not in report(client, task_id, "finish", base=CONSUMER).headers


def test_a_path_in_the_link_is_written_safely(client: FlaskClient) -> None:
    answer = report(client, "%3E%0D%0AX:%20y", "finish")
    assert answer.status_code == 404
    assert answer.headers["Link"] == f'<{CONSUMER}/task/%3E%0D%0AX%3A%20y/finish>; rel="successor-version"'


def test_the_deprecation_can_be_switched_off(settings: Settings, database: Database) -> None:
    app: Flask = create_app(replace(settings, deprecation_headers=False), database=database)
    answer = report(app.test_client(), "x", "finish")
    assert "Deprecation" not in answer.headers
    assert "Link" not in answer.headers
