"""Lists of open tasks: every filter by GET and by POST, sorting, pages, counts, and the headers of it all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from app import clock
from app.api.camunda.rest.dates import format_date
from tests.builders import bearer, deploy, fetch, one_task, start

BASE = "/engine-rest/external-task"


class Tasks:
    """Three tasks: one locked by a worker, one without retries, one suspended and of another definition and tenant."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        deploy(client, one_task())
        deploy(client, one_task("other", id="other"), tenant_id="t1")
        locked = start(client, business_key="x", variables={"n": 5, "s": "Text"})
        clock.advance(5)
        failed = start(client, variables={"n": 7.5})
        clock.advance(5)
        url = "/engine-rest/process-definition/key/other/tenant-id/t1/start"
        suspended = client.post(url, json={}, headers=bearer()).get_json()["id"]
        self.names = {locked: "locked", failed: "failed", suspended: "suspended"}
        self.ids = {self.names[task["processInstanceId"]]: task["id"] for task in self.get("")}
        fetch(client, max_tasks=1)
        client.put(f"{BASE}/{self.ids['failed']}/retries", json={"retries": 0}, headers=bearer())
        client.put(f"{BASE}/{self.ids['suspended']}/priority", json={"priority": 9}, headers=bearer())
        client.put(f"/engine-rest/process-instance/{suspended}/suspended", json={"suspended": True}, headers=bearer())

    def get(self, query: str) -> Any:
        return self.client.get(f"{BASE}?{query}", headers=bearer()).get_json()

    def found(self, **filters: Any) -> list[str]:
        posted = self.client.post(BASE, json=filters, headers=bearer())
        count = self.client.post(f"{BASE}/count", json=filters, headers=bearer())
        assert count.get_json() == {"count": len(posted.get_json())}
        return sorted(self.names[task["processInstanceId"]] for task in posted.get_json())

    def found_by_query(self, **filters: Any) -> list[str]:
        texts = {name: _text(value) for name, value in filters.items()}
        return sorted(self.names[task["processInstanceId"]] for task in self.get(urlencode(texts)))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def tasks(client: FlaskClient) -> Tasks:
    return Tasks(client)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["failed", "locked", "suspended"]),
        ({"topicName": "other"}, ["suspended"]),
        ({"workerId": "worker"}, ["locked"]),
        ({"processDefinitionKey": "process"}, ["failed", "locked"]),
        ({"processDefinitionKeyIn": ["other", "none"]}, ["suspended"]),
        ({"activityId": "work", "topicName": "work"}, ["failed", "locked"]),
        ({"activityIdIn": ["nothing"]}, []),
        ({"tenantIdIn": ["t1"]}, ["suspended"]),
        ({"locked": True}, ["locked"]),
        ({"notLocked": True}, ["failed", "suspended"]),
        ({"locked": False}, ["failed", "locked", "suspended"]),
        ({"active": True}, ["failed", "locked"]),
        ({"suspended": True}, ["suspended"]),
        ({"withRetriesLeft": True}, ["locked", "suspended"]),
        ({"noRetriesLeft": True}, ["failed"]),
        ({"priorityHigherThanOrEquals": 9}, ["suspended"]),
        ({"priorityLowerThanOrEquals": 8}, ["failed", "locked"]),
        ({"priorityHigherThanOrEquals": 10, "priorityLowerThanOrEquals": 1}, []),
        ({"externalTaskId": "unknown"}, []),
    ],
)
def test_tasks_are_listed_by_filters(tasks: Tasks, filters: dict[str, Any], expected: list[str]) -> None:
    assert tasks.found(**filters) == expected
    assert tasks.found_by_query(**filters) == expected


def test_tasks_are_listed_by_ids_and_by_the_end_of_their_lock(tasks: Tasks) -> None:
    assert tasks.found(externalTaskIdIn=[tasks.ids["locked"], tasks.ids["failed"]]) == ["failed", "locked"]
    assert tasks.found(externalTaskIdIn=[]) == ["failed", "locked", "suspended"]
    (execution,) = (task["executionId"] for task in tasks.get(f"externalTaskId={tasks.ids['failed']}"))
    assert tasks.found(executionId=execution) == ["failed"]
    now, later = (format_date(clock.now_ms() + plus) for plus in (0, 3_600_000))
    assert tasks.found_by_query(lockExpirationAfter=now) == ["locked"]
    assert tasks.found_by_query(lockExpirationBefore=now) == []
    assert tasks.found(lockExpirationBefore=later) == ["locked"]


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("n", "eq", 5, ["locked"]),
        ("n", "neq", 5, ["failed"]),
        ("n", "gt", 5, ["failed"]),
        ("n", "gteq", 5.0, ["failed", "locked"]),
        ("n", "lt", 7.5, ["locked"]),
        ("s", "eq", "Text", ["locked"]),
        ("s", "eq", "text", []),
        ("s", "like", "T%", ["locked"]),
        ("s", "like", "t%", []),
    ],
)
def test_tasks_are_listed_by_the_variables_of_their_instance(
    tasks: Tasks, name: str, operator: str, value: Any, expected: list[str]
) -> None:
    assert tasks.found(processVariables=[{"name": name, "operator": operator, "value": value}]) == expected


def test_variables_may_be_compared_without_case(tasks: Tasks) -> None:
    wanted = [{"name": "S", "operator": "eq", "value": "tExt"}]
    flags = {"variableNamesIgnoreCase": True, "variableValuesIgnoreCase": True}
    assert tasks.found(processVariables=wanted, **flags) == ["locked"]
    assert tasks.found_by_query(processVariables="s_eq_Text") == ["locked"]


@pytest.mark.parametrize(
    "by",
    [
        "id",
        "lockExpirationTime",
        "processInstanceId",
        "processDefinitionId",
        "processDefinitionKey",
        "tenantId",
        "taskPriority",
        "createTime",
    ],
)
def test_every_order_is_known(tasks: Tasks, by: str) -> None:
    for way in ("asc", "desc"):
        assert len(tasks.get(f"sortBy={by}&sortOrder={way}")) == 3


def test_tasks_are_sorted_by_several_levels_and_cut_into_pages(tasks: Tasks) -> None:
    levels = [{"sortBy": "taskPriority", "sortOrder": "desc"}, {"sortBy": "createTime", "sortOrder": "desc"}]

    def order(query: str = "") -> list[str]:
        found = tasks.client.post(f"{BASE}{query}", json={"sorting": levels}, headers=bearer()).get_json()
        return [tasks.names[task["processInstanceId"]] for task in found]

    assert order() == ["suspended", "failed", "locked"]
    assert order("?firstResult=1&maxResults=1") == ["failed"]
    assert order("?firstResult=2") == ["locked"]
    assert order("?maxResults=0") == []


def test_topics_are_named_once(tasks: Tasks) -> None:
    def topics(query: str = "") -> Any:
        return tasks.client.get(f"{BASE}/topic-names?{query}", headers=bearer()).get_json()

    assert topics() == ["other", "work"]
    assert topics("withLockedTasks=true") == ["work"]
    assert topics("withLockedTasks=yes") == ["other", "work"]
    assert topics("withLockedTasks=true&withUnlockedTasks=true") == []
    assert topics("withUnlockedTasks=true&withRetriesLeft=true") == ["other"]


def test_unknown_parameters_are_ignored_and_the_first_of_a_repeated_one_counts(tasks: Tasks) -> None:
    assert len(tasks.get("unknown=1&topicName=work&topicName=other")) == 2


def test_answers_to_get_are_not_to_be_cached_and_head_mirrors_get(client: FlaskClient) -> None:
    get = client.get(f"{BASE}/count", headers=bearer())
    head = client.head(f"{BASE}/count", headers=bearer())
    assert get.headers["Cache-Control"] == head.headers["Cache-Control"] == "no-cache"
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "11")
    assert "Cache-Control" not in client.post(f"{BASE}/count", json={}, headers=bearer()).headers


def test_a_path_answers_options_without_credentials(client: FlaskClient) -> None:
    response = client.options(f"{BASE}/count")
    assert response.status_code == 200
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(response.headers["Allow"].split(", "))
