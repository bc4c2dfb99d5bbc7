"""Nothing of Camunda's REST API is a bare 404: every route of the catalogue is served or refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.camunda.coverage.catalogue import routes, same_place
from app.api.camunda.coverage.table import BEGIN, END, coverage, table
from tests.builders import bearer


def test_every_route_of_camunda_is_routed(app: Flask) -> None:
    routed = {
        (method, same_place(rule.rule.removeprefix("/engine-rest")))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert [route for route in routes() if (route[0], same_place(route[1])) not in routed] == []


def test_a_route_that_is_not_there_says_why(client: FlaskClient) -> None:
    answer = client.post("/engine-rest/case-definition/c/create", json={}, headers=bearer())
    assert answer.status_code == 501
    assert answer.get_json() == {
        "type": "NotSupportedException",
        "message": "Errand does not support POST /case-definition/{id}/create: "
        "there is no CMMN engine; model cases as BPMN processes",
        "code": None,
    }


def test_external_task_routes_are_all_there(app: Flask) -> None:
    missing = [row.path for row in coverage(app) if row.path.startswith("/external-task") and not row.there]
    assert missing == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_table_of_the_documentation_is_the_one_that_the_application_gives(app: Flask) -> None:
    document = (Path(__file__).parents[3] / "docs" / "camunda.md").read_text()
    sweep = json.loads(Path("docs/camunda_sweep.json").read_text())
    assert document.partition(BEGIN)[2].partition(END)[0].strip() == table(app, sweep)
