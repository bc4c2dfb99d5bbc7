"""fetchAndLock: its options one by one, and what a worker gets."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from tests.builders import bearer, deploy, external_task, fetch, flow, one_task, process, start

BASE = "/engine-rest/external-task"


def locked(client: FlaskClient, *topics: dict[str, Any], **body: Any) -> list[dict[str, Any]]:
    request = {
        "workerId": "worker",
        "maxTasks": 10,
        "topics": [{"topicName": "work", "lockDuration": 1000, **topic} for topic in topics or ({},)],
        **body,
    }
    response = client.post(f"{BASE}/fetchAndLock", json=request, headers=bearer())
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    tasks: list[dict[str, Any]] = response.get_json()
    return tasks


def instances(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["processInstanceId"] for task in tasks]


def test_a_fetched_task_has_every_property_and_no_more(client: FlaskClient) -> None:
    definition_id = next(iter(deploy(client, one_task(versionTag="v1"))["deployedProcessDefinitions"]))
    instance_id = start(client, business_key="order 1", variables={"amount": 5})

    with clock.frozen(1_700_000_000_000):
        (task,) = locked(client)

    assert {name: task.pop(name) for name in ("id", "executionId", "activityInstanceId", "createTime")}
    assert task == {
        "activityId": "work",
        "errorMessage": None,
        "errorDetails": None,
        "lockExpirationTime": "2023-11-14T22:13:21.000+0000",
        "processDefinitionId": definition_id,
        "processDefinitionKey": "process",
        "processDefinitionVersionTag": "v1",
        "processInstanceId": instance_id,
        "retries": None,
        "suspended": False,
        "workerId": "worker",
        "topicName": "work",
        "tenantId": None,
        "priority": 0,
        "businessKey": "order 1",
        "variables": {"amount": {"type": "Integer", "value": 5, "valueInfo": {}}},
        "extensionProperties": {},
    }


def test_a_worker_gets_all_named_or_no_variables(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client, variables={"a": 1, "b": 2})
    found = []
    for names in (None, [], ["b", "unknown"]):
        (task,) = locked(client, {"variables": names, "lockDuration": 1})
        found.append(sorted(task["variables"]))
        clock.advance(10)
    assert found == [["a", "b"], [], ["b"]]


def test_at_most_max_tasks_are_locked_over_all_topics(client: FlaskClient) -> None:
    deploy(client, one_task("a", id="a"), one_task("b", id="b"))
    for key in ("a", "a", "b", "b"):
        start(client, key)
    topics = ({"topicName": "a"}, {"topicName": "b"})
    assert locked(client, *topics, maxTasks=0) == []
    assert locked(client, *topics, maxTasks=None) == []
    assert len(locked(client, *topics, maxTasks=3)) == 3
    assert len(locked(client, *topics, maxTasks="3")) == 1


def test_of_a_topic_that_is_named_twice_the_last_entry_counts(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client, variables={"a": 1})
    (task,) = locked(client, {"variables": ["a"]}, {"variables": []})
    assert task["variables"] == {}


def test_tasks_are_chosen_by_business_key_definition_and_version_tag(client: FlaskClient) -> None:
    deployed = deploy(client, one_task(id="a", versionTag="1.5"), one_task(id="b"))["deployedProcessDefinitions"]
    ids = {definition["key"]: id for id, definition in deployed.items()}
    a, b = start(client, "a", business_key="x"), start(client, "b", business_key="y")

    def chosen(**topic: Any) -> list[str]:
        found = instances(locked(client, {**topic, "lockDuration": 1}))
        clock.advance(10)
        return sorted(found)

    assert chosen(businessKey="x") == [a]
    assert chosen(businessKey="z") == []
    assert chosen(processDefinitionKey="b") == [b]
    assert chosen(processDefinitionKeyIn=["a", "b"]) == sorted([a, b])
    assert chosen(processDefinitionKeyIn=[]) == sorted([a, b])
    assert chosen(processDefinitionKey="a", processDefinitionKeyIn=["b"]) == []
    assert chosen(processDefinitionId=ids["a"]) == [a]
    assert chosen(processDefinitionIdIn=[ids["b"]]) == [b]
    assert chosen(processDefinitionVersionTag="1.%") == [a]
    assert chosen(processDefinitionVersionTag="2.%") == []


def test_tasks_are_chosen_by_tenant(client: FlaskClient) -> None:
    deploy(client, one_task(id="none"))
    deploy(client, one_task(id="ten"), tenant_id="t1")
    none = start(client, "none")
    response = client.post("/engine-rest/process-definition/key/ten/tenant-id/t1/start", json={}, headers=bearer())
    ten = response.get_json()["id"]

    def chosen(**topic: Any) -> list[str]:
        found = instances(locked(client, {**topic, "lockDuration": 1}))
        clock.advance(10)
        return sorted(found)

    assert chosen() == sorted([none, ten])
    assert chosen(withoutTenantId=True) == [none]
    assert chosen(tenantIdIn=["t1", "t2"]) == [ten]
    assert chosen(tenantIdIn=["t1"], withoutTenantId=True) == [ten]
    assert chosen(tenantIdIn=[], withoutTenantId=True) == sorted([none, ten])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"n": 42}, True),
        ({"n": "42"}, False),
        ({"n": 42.0}, False),
        ({"s": "x", "n": 1}, True),
        ({"b": True}, True),
        ({"b": 1}, False),
        ({"nothing": None}, True),
        ({"unknown": None}, False),
        ({}, True),
    ],
)
def test_tasks_are_chosen_by_any_of_some_variables_with_their_types(
    client: FlaskClient, wanted: dict[str, Any], found: bool
) -> None:
    deploy(client, one_task())
    start(client, variables={"n": 42, "s": "x", "b": True, "nothing": None})
    assert len(locked(client, {"processVariables": wanted})) == found


def test_priority_comes_first_and_then_the_order_asked_for(client: FlaskClient) -> None:
    model = process(
        '<startEvent id="start"/>',
        external_task("work", taskPriority="${priority}"),
        '<endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "end"),
    )
    deploy(client, model)
    started = []
    for priority in (1, 7, 7, 3):
        clock.advance(5)
        started.append(start(client, variables={"priority": priority}))
    one, seven, later_seven, three = started

    def order(**body: Any) -> list[str]:
        clock.advance(2000)
        return instances(locked(client, **body))

    down, up = ([{"sortBy": "createTime", "sortOrder": way}] for way in ("desc", "asc"))
    assert order(usePriority=True, sorting=down) == [later_seven, seven, three, one]
    assert order(usePriority=True, sorting=up) == [seven, later_seven, three, one]
    assert order(usePriority=False, sorting=down) == [three, later_seven, seven, one]
    assert order() == [one, seven, later_seven, three]


def test_extension_properties_come_only_when_the_topic_asks_for_them(client: FlaskClient) -> None:
    inner = (
        "<extensionElements><camunda:properties>"
        '<camunda:property name="queue" value="fast"/></camunda:properties></extensionElements>'
    )
    model = process(
        '<startEvent id="start"/>',
        external_task("work", inner=inner),
        '<endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "end"),
    )
    deploy(client, model)
    start(client)
    (task,) = locked(client, {"lockDuration": 1}, includeExtensionProperties=True)
    assert task["extensionProperties"] == {}
    clock.advance(10)
    (task,) = locked(client, {"includeExtensionProperties": True})
    assert task["extensionProperties"] == {"queue": "fast"}


def test_json_comes_as_its_text_or_parsed(client: FlaskClient) -> None:
    deploy(client, one_task())
    variables = {"json": {"value": '{ "a": 1 }', "type": "Json"}, "file": {"value": "aGk=", "type": "File"}}
    variables["file"]["valueInfo"] = {"filename": "a.txt"}  # type: ignore[assignment]
    url = "/engine-rest/process-definition/key/process/start"
    assert client.post(url, json={"variables": variables}, headers=bearer()).status_code == 200
    (task,) = locked(client, {"lockDuration": 1})
    assert task["variables"] == {
        "json": {"type": "Json", "value": '{ "a": 1 }', "valueInfo": {}},
        "file": {"type": "File", "value": None, "valueInfo": {"filename": "a.txt"}},
    }
    clock.advance(10)
    (task,) = locked(client, {"deserializeValues": True})
    assert task["variables"]["json"]["value"] == {"a": 1}


def test_clients_may_send_every_field_as_null(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    nothing = dict.fromkeys(
        (
            "variables",
            "localVariables",
            "businessKey",
            "processDefinitionId",
            "processDefinitionIdIn",
            "processDefinitionKey",
            "processDefinitionKeyIn",
            "processDefinitionVersionTag",
            "withoutTenantId",
            "tenantIdIn",
            "processVariables",
            "includeExtensionProperties",
            "deserializeValues",
        )
    )
    assert len(locked(client, nothing, usePriority=None, asyncResponseTimeout=None, sorting=None)) == 1


def test_no_topics_are_no_tasks(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    assert locked(client, topics=[]) == locked(client, topics=None) == []


def test_a_long_poll_ends_empty_when_nothing_comes(client: FlaskClient) -> None:
    assert locked(client, asyncResponseTimeout=20) == []
    assert locked(client, asyncResponseTimeout=0) == locked(client, asyncResponseTimeout=-5) == []


def test_the_empty_worker_id_is_one(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    (task,) = fetch(client, worker_id="")
    response = client.post(f"{BASE}/{task['id']}/complete", json={"workerId": ""}, headers=bearer())
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
