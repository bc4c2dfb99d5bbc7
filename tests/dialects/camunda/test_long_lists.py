"""Lists without an end: sent in pieces, or refused where the server's setting says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, refusal


@pytest.fixture
def instances(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return eleven instances, where a list of more than four is long."""
    monkeypatch.setattr("app.api.camunda.rest.list_routes.PIECE", 4)
    monkeypatch.setattr("app.api.camunda.rest.streaming.AT_ONCE", 3)
    rest.deploy(one_task())
    return [rest.start(businessKey=f"{number:02}") for number in range(11)]


@pytest.mark.parametrize("most", [None, 4, 5, 9, 20])
def test_a_long_list_is_sent_in_pieces(rest: Rest, instances: list[str], most: int | None) -> None:
    parameters: dict[str, Any] = {"firstResult": 1, "sortBy": "businessKey", "sortOrder": "desc"}
    if most is not None:
        parameters["maxResults"] = most
    for path in ("/process-instance", "/history/process-instance"):
        order = {"sortBy": "instanceId"} if path == "/process-instance" else {}
        found = [row["id"] for row in rest.get(path, **{**parameters, **order})]
        assert found == instances[::-1][1 : None if most is None else 1 + most]


def test_long_lists_of_tasks_and_executions_are_the_same_in_pieces(rest: Rest, instances: list[str]) -> None:
    tasks = rest.get("/external-task")
    assert sorted(task["processInstanceId"] for task in tasks) == sorted(instances)
    assert len(rest.get("/execution")) == 22
    assert rest.post("/external-task", {"processInstanceIdIn": instances[:2]}) == tasks[:2]


def test_the_rows_that_go_meanwhile_are_left_out(rest: Rest, instances: list[str]) -> None:
    response = rest.call("GET", "/external-task", buffered=False)
    assert response.is_streamed
    pieces = iter(response.response)
    first = next(pieces)
    for id in instances[8:]:
        rest.delete(f"/process-instance/{id}")
    rest_of_it = b"".join(pieces)
    assert (first + rest_of_it).count(b'"processInstanceId"') == 8


def test_the_server_may_limit_how_many_rows_a_list_asks_for(rest: Rest, app: Flask, instances: list[str]) -> None:
    parts = app.extensions["errand"]
    app.extensions["errand"] = replace(parts, settings=replace(parts.settings, max_results=5))
    assert len(rest.get("/process-instance", maxResults=5)) == 5
    for parameters, text in (
        ({}, "An unbound number of results is forbidden!"),
        ({"maxResults": 6}, "Max results limit of 5 exceeded!"),
    ):
        expected = refusal(400, "BadUserRequestException", text, 0)
        assert rest.answer("GET", "/process-instance", **parameters) == expected
        assert rest.answer("POST", "/external-task", {}, **parameters) == expected
        assert rest.answer("GET", "/job-definition", **parameters) == expected
