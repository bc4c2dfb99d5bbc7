"""What the server does shorter than Flask and Werkzeug, it does the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter

from app.api.http.plain_routes import PlainRoutes
from app.api.http.responses import Ready
from app.api.http.server import RouteAdapter
from tests.builders import bearer

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
HOT = (
    "/engine-rest/external-task/fetchAndLock",
    "/engine-rest/external-task/7/complete",
    "/engine-rest/external-task/7/failure",
    "/engine-rest/external-task/7/bpmnError",
    "/engine-rest/process-definition/key/order/start",
    "/api/external_task/v1/fetch_and_lock",
    "/api/external_task/v1/task/7/finish",
    "/api/external_task/v1/task/7/handle_bpmn_error",
    "/api/consumer/v1/task/7/finish",
)
BODY = b'{"workerId": "w", "maxTasks": 1, "topics": []}'
BAD_REQUEST = (400, {"type": "BadRequestException", "message": "HTTP 400 Bad Request", "code": None})


def paths(app: Flask) -> Iterator[str]:
    """Yield paths for every route: its variables filled with an id and with every word that stands in their place."""
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    words = {word for rule in rules for word in rule.split("/") if word and "<" not in word}
    for rule in rules:
        yield re.sub("<[^>]*>", "7", rule)
        if rule.count("<") == 1:
            yield from (re.sub("<[^>]*>", word, rule) for word in words)
        yield f"{rule}/"
        yield re.sub("<[^>]*>", "", rule)


def answer_of(adapter: MapAdapter) -> Any:
    """Return the rule and the values that werkzeug finds, None for a refusal or a redirection."""
    try:
        return MapAdapter.match(adapter, return_rule=True)
    except HTTPException:
        return None


def test_a_plain_route_is_the_one_that_werkzeug_finds(all_routes: Flask) -> None:
    plain = PlainRoutes(all_routes.url_map.iter_rules())
    found = [(method, path, plain.find(method, path)) for path in set(paths(all_routes)) for method in METHODS]
    answers = [(method, path, answer) for method, path, answer in found if answer is not None]
    assert len(answers) > 1000
    assert answers == [
        (method, path, answer_of(all_routes.url_map.bind("x", path_info=path, default_method=method)))
        for method, path, _ in answers
    ]


@pytest.mark.parametrize("path", HOT)
def test_what_workers_send_all_the_time_is_a_plain_route(all_routes: Flask, path: str) -> None:
    assert PlainRoutes(all_routes.url_map.iter_rules()).find("POST", path) is not None


def test_a_wrong_method_and_an_upgrade_are_left_to_werkzeug(all_routes: Flask) -> None:
    with all_routes.test_request_context(HOT[1], method="GET") as context:
        assert isinstance(context.url_adapter, RouteAdapter)
        assert isinstance(request.routing_exception, MethodNotAllowed)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    with all_routes.test_request_context(HOT[1], method="POST", headers=upgrade):
        assert request.routing_exception is not None


def fetch(client: FlaskClient, body: bytes, **environment: str) -> tuple[int, Any]:
    """Send a fetch whose WSGI environment is as given, and return its status and answer."""
    answer = client.post(
        HOT[0],
        headers=bearer(),
        content_type="application/json",
        input_stream=BytesIO(body),
        environ_overrides={"CONTENT_LENGTH": str(len(body)), **environment},
    )
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("errand.example:8080", (200, [])),
        ("[::1]:8080", (200, [])),
        ("two words", (200, [])),
        ("a" * 64, BAD_REQUEST),
    ],
)
def test_the_host_is_checked(client: FlaskClient, host: str, answer: tuple[int, Any]) -> None:
    assert [fetch(client, BODY, HTTP_HOST=host) for _ in range(2)] == [answer, answer]


def test_a_body_that_breaks_off_is_a_bad_request(client: FlaskClient) -> None:
    assert fetch(client, BODY, CONTENT_LENGTH="500") == BAD_REQUEST


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "9" * 30])
def test_a_length_that_is_none_is_refused_in_the_words_of_the_dialect(client: FlaskClient, length: str) -> None:
    status, document = fetch(client, BODY, CONTENT_LENGTH=length)
    assert (status, document["type"]) in [
        (400, "RestException"),
        (500, "NullValueException"),
        (413, "ClientErrorException"),
    ]


def test_an_answer_to_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    get, head = (client.open("/engine-rest/version", method=method, headers=bearer()) for method in ("GET", "HEAD"))
    assert (head.status_code, head.data, dict(head.headers)) == (200, b"", dict(get.headers))


def test_a_ready_answer_is_what_flask_would_send(all_routes: Flask) -> None:
    with all_routes.test_request_context("/"):
        ready = Ready(b"[]", 201, content_type="application/json")
        plain = all_routes.response_class(b"[]", 201, content_type="application/json")
        told: list[Any] = []
        bodies = [
            b"".join(answer(request.environ, lambda status, headers, _=None: told.append((status, headers))))  # type: ignore[arg-type,misc]
            for answer in (ready, plain)
        ]
    assert bodies == [b"[]", b"[]"]
    assert told[0] == told[1]
