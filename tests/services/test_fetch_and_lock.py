"""Which tasks a worker gets, in which order, with which variables."""

from __future__ import annotations

import json

import pytest

from app import clock
from app.bpmn.values import Variable
from app.database.database import Database
from app.errors import Forbidden, InvalidInput, TopicForbidden
from app.identity import Identity
from app.models import ExternalTask
from app.services.external_tasks.service import ExternalTaskService, TopicRequest
from tests.services.builders import (
    FOR_ORDERS_ONLY,
    WORKER,
    given_instance,
    given_task,
    given_tasks,
    given_variables,
    orders,
    the_task,
)


def ids(tasks: list) -> list[str]:
    return [task.id for task in tasks]


def test_a_fetched_task_is_locked_for_the_worker(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    with clock.frozen(1_000_000_000_000):
        (locked,) = service.fetch_and_lock(WORKER, "w1", 10, [orders(5_000)])
    assert (locked.id, locked.worker_id, locked.lock_expires_at, locked.epoch) == (task_id, "w1", 1_000_000_005_000, 1)
    assert (locked.suspended, locked.retries, locked.variables, locked.extension_properties) == (False, None, {}, {})
    row = the_task(database, task_id)
    assert (row.worker_id, row.lock_expires_at, row.ready, row.epoch) == ("w1", 1_000_000_005_000, 0, 1)


def test_a_locked_task_is_not_handed_out_again_not_even_to_its_worker(
    service: ExternalTaskService, database: Database
) -> None:
    given_task(database)
    assert len(service.fetch_and_lock(WORKER, "w1", 10, [orders()])) == 1
    assert service.fetch_and_lock(WORKER, "w2", 10, [orders()]) == []
    assert service.fetch_and_lock(WORKER, "w1", 10, [orders()]) == []


def test_a_lock_ends_at_its_very_millisecond(service: ExternalTaskService, database: Database) -> None:
    with clock.frozen():
        task_id = given_task(database)
        service.fetch_and_lock(WORKER, "w1", 10, [orders(5_000)])
        clock.advance(4_999)
        assert service.fetch_and_lock(WORKER, "w2", 10, [orders()]) == []
        clock.advance(1)
        (locked,) = service.fetch_and_lock(WORKER, "w2", 10, [orders()])
    assert (locked.id, locked.worker_id, locked.epoch, locked.silent_expiries) == (task_id, "w2", 2, 1)


def test_the_oldest_come_first(service: ExternalTaskService, database: Database) -> None:
    tasks = given_tasks(database, 5)
    assert ids(service.fetch_and_lock(WORKER, "w1", 3, [orders()])) == tasks[:3]
    assert ids(service.fetch_and_lock(WORKER, "w1", 3, [orders()])) == tasks[3:]


def test_sorting_desc_brings_the_newest_first(service: ExternalTaskService, database: Database) -> None:
    tasks = given_tasks(database, 3)
    assert ids(service.fetch_and_lock(WORKER, "w1", 2, [orders()], sorting="desc")) == [tasks[2], tasks[1]]


def test_priority_goes_before_age_when_asked_for(service: ExternalTaskService, database: Database) -> None:
    low, high, highest = (given_task(database, priority=priority) for priority in (-1, 7, 2**40))
    assert ids(service.fetch_and_lock(WORKER, "w1", 10, [orders()], use_priority=True)) == [highest, high, low]


@pytest.mark.parametrize(("use_priority", "expected"), [(False, [0, 1, 2]), (True, [2, 0, 1])])
def test_the_order_spans_topics(
    service: ExternalTaskService, database: Database, use_priority: bool, expected: list[int]
) -> None:
    now = clock.now_ms()
    made = [
        given_task(database, topic=topic, created_at=now + index, priority=priority)
        for index, (topic, priority) in enumerate([("a", 5), ("b", 5), ("a", 9), ("c", 99)])
    ]
    asked = [TopicRequest("b", 1_000), TopicRequest("a", 2_000)]
    locked = service.fetch_and_lock(WORKER, "w1", 3, asked, use_priority=use_priority)
    assert ids(locked) == [made[index] for index in expected]
    durations = {task.topic: task.lock_expires_at - clock.now_ms() for task in locked}
    assert durations["a"] > 1_000 >= durations["b"]


def test_max_tasks_caps_the_sum_over_all_topics(service: ExternalTaskService, database: Database) -> None:
    given_tasks(database, 3, topic="a")
    given_tasks(database, 3, topic="b")
    asked = [TopicRequest("a", 1_000), TopicRequest("b", 1_000)]
    assert len(service.fetch_and_lock(WORKER, "w1", 4, asked)) == 4
    assert len(service.fetch_and_lock(WORKER, "w1", 4, asked)) == 2


def test_of_two_requests_for_one_topic_the_last_counts(service: ExternalTaskService, database: Database) -> None:
    given_task(database, business_key="x")
    asked = [orders(business_key="x"), orders(business_key="y")]
    assert service.fetch_and_lock(WORKER, "w1", 10, asked) == []


def test_no_task_is_handed_out_when_none_is_asked_for(service: ExternalTaskService, database: Database) -> None:
    given_task(database)
    assert service.fetch_and_lock(WORKER, "w1", 0, [orders()]) == []
    assert service.fetch_and_lock(WORKER, "w1", 10, []) == []


def test_suspended_tasks_and_those_without_retries_stay(service: ExternalTaskService, database: Database) -> None:
    given_task(database, suspended=True, ready=0)
    given_task(database, retries=0, ready=0, lock_expires_at=1)
    left = given_task(database, retries=1)
    assert ids(service.fetch_and_lock(WORKER, "w1", 10, [orders()])) == [left]


MATCHING = {
    "business_key": {"business_key": "K1"},
    "definition_ids": {"definition_ids": ["order:1:x", "other"]},
    "definition_keys": {"definition_keys": ["order"]},
    "version_tag": {"version_tag": "v1.%"},
    "tenant_ids": {"tenant_ids": ["t1", "t2"], "without_tenant": True},
    "empty_lists": {"definition_ids": [], "definition_keys": [], "tenant_ids": []},
}
OTHER = {
    "business_key": {"business_key": "k1"},
    "definition_ids": {"definition_ids": ["other"]},
    "definition_keys": {"definition_ids": ["order:1:x"], "definition_keys": ["other"]},
    "version_tag": {"version_tag": "V1.%"},
    "tenant_ids": {"tenant_ids": ["t2"]},
    "without_tenant": {"without_tenant": True},
}


@pytest.mark.parametrize("case", MATCHING)
def test_a_filter_lets_through_what_matches(service: ExternalTaskService, database: Database, case: str) -> None:
    task_id = given_task(database, business_key="K1", definition_version_tag="v1.2", tenant_id="t1")
    assert ids(service.fetch_and_lock(WORKER, "w1", 10, [orders(**MATCHING[case])])) == [task_id]


@pytest.mark.parametrize("case", OTHER)
def test_a_filter_keeps_back_what_does_not_match(service: ExternalTaskService, database: Database, case: str) -> None:
    given_task(database, business_key="K1", definition_version_tag="v1.2", tenant_id="t1")
    assert service.fetch_and_lock(WORKER, "w1", 10, [orders(**OTHER[case])]) == []


WANTED = [
    ({"amount": 42}, True),
    ({"amount": Variable("Long", 42)}, False),
    ({"amount": "42"}, False),
    ({"flag": True}, True),
    ({"flag": False}, False),
    ({"name": "Ada"}, True),
    ({"name": "ada"}, False),
    ({"nothing": None}, True),
    ({"name": None}, False),
    ({"share": 0.5}, True),
    ({"name": "Bob", "amount": 42}, True),
    ({"inner": "x"}, False),
]


@pytest.mark.parametrize(("wanted", "matches"), WANTED)
def test_process_variables_match_by_type_and_value_any_of_them(
    service: ExternalTaskService, database: Database, wanted: dict, matches: bool
) -> None:
    given_task(database, process_instance_id="p1", execution_id="e1")
    given_variables(database, "p1", amount=42, flag=True, name="Ada", nothing=None, share=0.5)
    given_variables(database, "e1", inner="x")
    assert bool(service.fetch_and_lock(WORKER, "w1", 10, [orders(process_variables=wanted)])) is matches


@pytest.mark.parametrize("value", [b"x", [1], {"a": 1}, Variable("File", b"x"), Variable("Object", "{}")])
def test_files_bytes_and_objects_cannot_be_compared(service: ExternalTaskService, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.fetch_and_lock(WORKER, "w1", 10, [orders(process_variables={"x": value})])
    assert (refused.value.field, refused.value.rule) == ("process_variables", "type")


def test_a_worker_sees_the_nearest_variables_of_its_scopes(service: ExternalTaskService, database: Database) -> None:
    given_task(database, process_instance_id="p1", execution_id="e1", scopes=json.dumps(["e1", "s1", "p1"]))
    given_variables(database, "p1", name="process", other=1)
    given_variables(database, "s1", name="scope", middle=2.5)
    given_variables(database, "e1", own=True)
    given_variables(database, "elsewhere", name="not mine")
    (locked,) = service.fetch_and_lock(WORKER, "w1", 1, [orders()])
    assert locked.variables == {
        "name": Variable("String", "scope"),
        "other": Variable("Integer", 1),
        "middle": Variable("Double", 2.5),
        "own": Variable("Boolean", True),
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"variables": []}, set()),
        ({"variables": ["name", "unknown"]}, {"name"}),
        ({"local_variables": True}, {"own"}),
        ({"local_variables": True, "variables": ["name"]}, set()),
    ],
)
def test_a_worker_may_choose_its_variables(
    service: ExternalTaskService, database: Database, options: dict, expected: set[str]
) -> None:
    given_task(database, process_instance_id="p1", execution_id="e1")
    given_variables(database, "p1", name="Ada")
    given_variables(database, "e1", own=1)
    (locked,) = service.fetch_and_lock(WORKER, "w1", 1, [orders(**options)])
    assert set(locked.variables) == expected


INVALID = [
    ({"worker_id": None}, "worker_id", "required"),
    ({"max_tasks": -1}, "max_tasks", "not_negative"),
    ({"topics": [TopicRequest(None, 1)]}, "topic", "required"),
    ({"topics": [TopicRequest("orders", 0)]}, "lock_duration_ms", "positive"),
    ({"topics": [TopicRequest("orders", None)]}, "lock_duration_ms", "positive"),
    ({"topics": [TopicRequest(str(number), 1) for number in range(101)]}, "topics", "too_long"),
]


@pytest.mark.parametrize(("arguments", "field", "rule"), INVALID)
def test_impossible_requests_are_refused(service: ExternalTaskService, arguments: dict, field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.fetch_and_lock(WORKER, **{"worker_id": "w1", "max_tasks": 1, "topics": [orders()], **arguments})
    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_worker_fetches_only_its_topics(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database, topic="orders-eu")
    with pytest.raises(TopicForbidden):
        service.fetch_and_lock(FOR_ORDERS_ONLY, "w1", 1, [TopicRequest("orders-eu", 1), TopicRequest("bills", 1)])
    assert ids(service.fetch_and_lock(FOR_ORDERS_ONLY, "w1", 1, [TopicRequest("orders-eu", 1)])) == [task_id]


def test_nobody_fetches_without_the_claim(service: ExternalTaskService) -> None:
    with pytest.raises(Forbidden):
        service.fetch_and_lock(Identity("nobody"), "w1", 1, [orders()])


def test_a_lock_that_never_ends_ends_with_the_year_9999(service: ExternalTaskService, database: Database) -> None:
    given_task(database)
    (locked,) = service.fetch_and_lock(WORKER, "w1", 1, [orders(2**62)])
    assert locked.lock_expires_at == 253_402_300_799_999


def test_an_answer_that_never_arrived_frees_its_tasks(service: ExternalTaskService, database: Database) -> None:
    given_tasks(database, 2)
    first, second = service.fetch_and_lock(WORKER, "w1", 2, [orders()])
    service.unlock(WORKER, second.id)
    service.fetch_and_lock(WORKER, "w1", 1, [orders()])
    assert service.give_back([first, second]) == 1
    row = the_task(database, first.id)
    assert (row.worker_id, row.lock_expires_at, row.ready) == (None, None, 1)


def test_silent_expiries_become_an_incident_that_names_the_workers(database: Database, settings: object) -> None:
    from dataclasses import replace

    from app.models import Incident

    service = ExternalTaskService(database, replace(settings, max_silent_expiries=2))
    given_instance(database, "p1")
    task_id = given_task(database, process_instance_id="p1")
    with clock.frozen():
        for worker in ("w1", "w2"):
            assert len(service.fetch_and_lock(WORKER, worker, 1, [orders(1_000)])) == 1
            clock.advance(1_000)
        assert service.fetch_and_lock(WORKER, "w3", 1, [orders(1_000)]) == []
    incident = database.read(lambda: Incident.get(Incident.configuration == task_id))
    assert (incident.kind, incident.message) == (
        "failedExternalTask",
        "The lock expired 2 times without a report. Workers: w1, w2",
    )
    assert database.read(lambda: ExternalTask.get_by_id(task_id).retries) == 0
