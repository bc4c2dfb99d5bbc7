"""The description of the API is valid and complete, and its page needs nothing from the internet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

UNDOCUMENTED = re.compile(r"^/(static|docs|openapi\.json|healthz|readyz|metrics|console)|^/engine-rest/engine/<|^/$")


@pytest.fixture(scope="module")
def described(all_routes: Flask) -> dict[str, Any]:
    document: dict[str, Any] = all_routes.test_client().get("/openapi.json").get_json()
    return document


def test_the_description_is_valid_openapi(described: dict[str, Any]) -> None:
    validate(described)


def test_every_route_is_described(all_routes: Flask, described: dict[str, Any]) -> None:
    paths = described["paths"]
    routes = {
        (re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in all_routes.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not UNDOCUMENTED.match(rule.rule) and not rule.endpoint.startswith("unsupported ")
    }
    assert {route for route in routes if route[1] not in paths.get(route[0], {})} == set()


def test_every_operation_names_its_answers_and_the_errors_among_them(described: dict[str, Any]) -> None:
    silent = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "parameters" and not {"200", "204", "201", "default"} & set(operation["responses"])
    ]
    assert silent == []


def test_the_page_loads_everything_from_this_server(all_routes: Flask) -> None:
    client = all_routes.test_client()
    page = client.get("/docs", follow_redirects=True)
    assert page.status_code == 200
    files = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert files
    for file in files:
        assert file.startswith("/docs/")
        with client.get(file) as answer:
            assert answer.status_code == 200
