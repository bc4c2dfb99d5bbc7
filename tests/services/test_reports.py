"""What workers report: who may, what it changes, and what is left behind when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app import clock, signals
from app.bpmn.values import Variable
from app.database.database import Database
from app.errors import (
    ExternalTaskNotFound,
    Forbidden,
    InvalidInput,
    LockExpired,
    LockNotOwned,
    Suspended,
    TaskFinished,
    TopicForbidden,
)
from app.identity import Identity
from app.models import ExternalTask, ExternalTaskLog, Incident
from app.models.external_task import HELD_BY, NOT_HELD_BY_ANOTHER, LockRule, TaskRow
from app.models.external_task_log import DELETED, FAILED, SUCCESSFUL
from app.records.reports import BpmnError, Completion, Failure
from app.services.external_tasks.failures import plan
from app.services.external_tasks.service import ExternalTaskService
from tests.services.builders import (
    FOR_ORDERS_ONLY,
    WORKER,
    given_instance,
    given_task,
    given_tasks,
    orders,
    the_task,
)

RULES = pytest.mark.parametrize("lock_rule", [HELD_BY, NOT_HELD_BY_ANOTHER], ids=lambda rule: rule.name)
Report = Callable[..., Any]


def complete(service: ExternalTaskService, task_id: str, worker: str | None = "w1", **options: Any) -> None:
    service.complete(WORKER, task_id, Completion(worker, **options))


def fail(service: ExternalTaskService, task_id: str, worker: str | None = "w1", **options: Any) -> None:
    service.report_failure(WORKER, task_id, Failure(worker, **{"retries": 3, "retry_timeout_ms": 0, **options}))


def raise_error(service: ExternalTaskService, task_id: str, worker: str | None = "w1", **options: Any) -> None:
    service.handle_bpmn_error(WORKER, task_id, BpmnError(worker, "OUT_OF_STOCK", **options))


def extend(service: ExternalTaskService, task_id: str, worker: str | None = "w1", **options: Any) -> None:
    service.extend_lock(WORKER, task_id, worker, 5_000, **options)


REPORTS = pytest.mark.parametrize("report", [complete, fail, raise_error])
TOUCHES = pytest.mark.parametrize("touch", [complete, fail, raise_error, extend])


@pytest.fixture
def held(service: ExternalTaskService, database: Database) -> Iterator[str]:
    """Return a task that w1 holds for ten seconds; the clock stands still."""
    with clock.frozen():
        task_id = given_task(database)
        service.fetch_and_lock(WORKER, "w1", 1, [orders(10_000)])
        yield task_id


def logged(database: Database, task_id: str) -> list[tuple[int, str | None, int | None]]:
    """Return kind, outcome and retries of the task's log."""
    query = ExternalTaskLog.select().where(ExternalTaskLog.external_task_id == task_id)
    rows = database.read(lambda: list(query.order_by(ExternalTaskLog.at, ExternalTaskLog.id)))
    return [(row.kind, row.outcome, row.retries) for row in rows]


def incidents(database: Database) -> list[tuple[str, str]]:
    """Return process instance and state of all incidents, in the order of their making."""
    rows = database.read(lambda: list(Incident.select().order_by(Incident.created_at, Incident.process_instance_id)))
    return [(row.process_instance_id, row.state) for row in rows]


def is_open(database: Database, task_id: str) -> bool:
    return database.read(lambda: ExternalTask.get_or_none(ExternalTask.id == task_id)) is not None


def test_a_completed_task_leaves_the_table_and_stays_in_the_log(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    complete(service, held)
    assert not is_open(database, held)
    assert logged(database, held) == [(SUCCESSFUL, "completed", None)]


def test_a_raised_error_is_remembered_with_code_and_message(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    raise_error(service, held, error_message="none left", outcome="service error")
    row = database.read(lambda: ExternalTaskLog.get(ExternalTaskLog.external_task_id == held))
    assert (row.kind, row.outcome, row.error_code, row.error_message, row.worker_id) == (
        DELETED,
        "service error",
        "OUT_OF_STOCK",
        "none left",
        "w1",
    )


@TOUCHES
def test_a_finished_task_is_gone_and_an_unknown_one_never_was(
    service: ExternalTaskService, held: str, touch: Report
) -> None:
    complete(service, held)
    with pytest.raises(TaskFinished) as refused:
        touch(service, held)
    assert refused.value.details == {"id": held, "outcome": "completed"}
    with pytest.raises(ExternalTaskNotFound):
        touch(service, "unknown")


@TOUCHES
@RULES
def test_another_worker_is_refused_while_the_lock_runs_and_changes_nothing(
    service: ExternalTaskService, database: Database, held: str, touch: Report, lock_rule: LockRule
) -> None:
    before = the_task(database, held).__data__
    with pytest.raises(LockNotOwned) as refused:
        touch(service, held, "w2", lock_rule=lock_rule)
    assert (refused.value.worker_id, refused.value.owner) == ("w2", "w1")
    assert the_task(database, held).__data__ == before
    assert logged(database, held) == []


@REPORTS
@RULES
def test_the_last_owner_may_report_after_its_lock_has_ended(
    service: ExternalTaskService, held: str, report: Report, lock_rule: LockRule
) -> None:
    clock.advance(60_000)
    report(service, held, "w1", lock_rule=lock_rule)


@REPORTS
def test_after_the_lock_has_ended_the_rules_differ_about_strangers(
    service: ExternalTaskService, held: str, report: Report
) -> None:
    clock.advance(10_000)
    with pytest.raises(LockNotOwned):
        report(service, held, "w2", lock_rule=HELD_BY)
    report(service, held, "w2", lock_rule=NOT_HELD_BY_ANOTHER)


@REPORTS
def test_once_another_worker_has_locked_it_the_first_is_refused(
    service: ExternalTaskService, held: str, report: Report
) -> None:
    clock.advance(10_000)
    service.fetch_and_lock(WORKER, "w2", 1, [orders()])
    for lock_rule in (HELD_BY, NOT_HELD_BY_ANOTHER):
        with pytest.raises(LockNotOwned):
            report(service, held, "w1", lock_rule=lock_rule)
    report(service, held, "w2")


@REPORTS
def test_a_task_that_nobody_locked_is_nobodys_or_everybodys(
    service: ExternalTaskService, database: Database, report: Report
) -> None:
    task_id = given_task(database)
    with pytest.raises(LockNotOwned) as refused:
        report(service, task_id, lock_rule=HELD_BY)
    assert refused.value.owner is None
    report(service, task_id, lock_rule=NOT_HELD_BY_ANOTHER)


@TOUCHES
def test_a_suspended_task_is_refused_but_not_before_the_worker_is_checked(
    service: ExternalTaskService, database: Database, held: str, touch: Report
) -> None:
    database.write(lambda: ExternalTask.update(suspended=True, ready=0).execute())
    with pytest.raises(LockNotOwned):
        touch(service, held, "w2")
    with pytest.raises(Suspended):
        touch(service, held)
    assert is_open(database, held)


@TOUCHES
def test_a_worker_must_say_who_it_is_before_anything_is_looked_up(service: ExternalTaskService, touch: Report) -> None:
    with pytest.raises(InvalidInput) as refused:
        touch(service, "unknown", None)
    assert (refused.value.field, refused.value.rule) == ("worker_id", "required")


def every_verb(service: ExternalTaskService, identity: Identity, task_id: str) -> list[Callable[[], object]]:
    return [
        lambda: service.complete(identity, task_id, Completion("w1")),
        lambda: service.report_failure(identity, task_id, Failure("w1", retries=1)),
        lambda: service.handle_bpmn_error(identity, task_id, BpmnError("w1", "E")),
        lambda: service.lock(identity, task_id, "w1", 1_000),
        lambda: service.extend_lock(identity, task_id, "w1", 1_000),
        lambda: service.unlock(identity, task_id),
        lambda: service.set_retries(identity, task_id, 1),
        lambda: service.set_retries_of(identity, [task_id], 1),
        lambda: service.set_priority(identity, task_id, 1),
    ]


def test_no_verb_works_without_the_claim_or_on_a_topic_of_others(
    service: ExternalTaskService, database: Database
) -> None:
    task_id = given_task(database, topic="bills", worker_id="w1", lock_expires_at=2**50, ready=0)
    before = the_task(database, task_id).__data__
    for verb in every_verb(service, Identity("nobody"), task_id):
        with pytest.raises(Forbidden):
            verb()
    for verb in every_verb(service, FOR_ORDERS_ONLY, task_id):
        with pytest.raises(TopicForbidden):
            verb()
    assert the_task(database, task_id).__data__ == before


def test_a_finished_task_of_a_foreign_topic_is_forbidden_not_gone(
    service: ExternalTaskService, database: Database
) -> None:
    task_id = given_task(database, topic="bills", worker_id="w1")
    complete(service, task_id)
    with pytest.raises(TopicForbidden):
        service.complete(FOR_ORDERS_ONLY, task_id, Completion("w1"))


def test_a_failure_keeps_the_task_for_its_pause_and_then_offers_it_again(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    fail(service, held, error_message="no answer", error_details="stack", retries=2, retry_timeout_ms=5_000)
    row = the_task(database, held)
    assert (row.retries, row.error_message, row.error_details, row.worker_id, row.ready) == (
        2,
        "no answer",
        "stack",
        "w1",
        0,
    )
    assert row.lock_expires_at == clock.now_ms() + 5_000
    assert logged(database, held) == [(FAILED, None, None)]
    clock.advance(4_999)
    assert service.fetch_and_lock(WORKER, "w2", 1, [orders()]) == []
    clock.advance(1)
    (again,) = service.fetch_and_lock(WORKER, "w2", 1, [orders()])
    assert (again.id, again.silent_expiries, again.error_details) == (held, 0, "stack")


def test_a_failure_without_details_keeps_the_details_but_not_the_message(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    fail(service, held, error_message="first", error_details="stack")
    fail(service, held, error_message=None, error_details=None, retries=2)
    row = the_task(database, held)
    assert (row.error_message, row.error_details) == (None, "stack")
    assert logged(database, held) == [(FAILED, None, None), (FAILED, None, 3)]


def test_a_long_message_is_cut_between_characters(service: ExternalTaskService, database: Database, held: str) -> None:
    fail(service, held, error_message="x" * 665 + "\N{GRINNING FACE}")
    assert the_task(database, held).error_message == "x" * 665
    fail(service, held, error_message="\N{GRINNING FACE}" * 400)
    assert the_task(database, held).error_message == "\N{GRINNING FACE}" * 333


def test_without_retries_left_an_incident_is_opened_and_new_retries_resolve_it(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    instance_id = the_task(database, held).process_instance_id
    fail(service, held, retries=0, error_message="broken")
    fail(service, held, retries=0)
    assert service.fetch_and_lock(WORKER, "w1", 1, [orders()]) == []
    assert incidents(database) == [(instance_id, "open")]
    service.set_retries(WORKER, held, 1)
    assert incidents(database) == [(instance_id, "resolved")]
    assert [task.id for task in service.fetch_and_lock(WORKER, "w1", 1, [orders()])] == [held]


@pytest.mark.parametrize(("report", "state"), [(complete, "resolved"), (raise_error, "deleted")])
def test_the_end_of_a_task_ends_its_incident(
    service: ExternalTaskService, database: Database, held: str, report: Report, state: str
) -> None:
    fail(service, held, retries=0)
    report(service, held)
    assert [found for _, found in incidents(database)] == [state]


def test_an_incident_of_a_called_process_shows_on_all_that_called_it(
    service: ExternalTaskService, database: Database
) -> None:
    given_instance(database, "p1")
    given_instance(database, "p2", root_id="p1", super_instance_id="p1", super_execution_id="e1")
    given_instance(database, "p3", root_id="p1", super_instance_id="p2", super_execution_id="e2")
    task_id = given_task(database, process_instance_id="p3", root_id="p1", worker_id="w1")
    fail(service, task_id, retries=0)
    rows = database.read(lambda: {row.process_instance_id: row for row in Incident.select()})
    assert set(rows) == {"p1", "p2", "p3"}
    assert {row.root_cause_incident_id for row in rows.values()} == {rows["p3"].id}
    assert [rows[name].cause_incident_id for name in ("p1", "p2")] == [rows["p2"].id, rows["p3"].id]
    assert [(rows[name].execution_id, rows[name].configuration) for name in ("p1", "p3")] == [
        ("e1", None),
        (rows["p3"].execution_id, task_id),
    ]
    service.set_retries(WORKER, task_id, 1)
    assert {state for _, state in incidents(database)} == {"resolved"}


class Cycle:
    """Facts of a model with a retry cycle."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def extension_properties(self, definition_id: str, activity_id: str) -> dict[str, str]:
        return {"activity": activity_id}

    def retry_cycle(self, definition_id: str, activity_id: str) -> str | None:
        return self.text


def test_the_models_retry_cycle_counts_where_the_worker_says_nothing(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    service.activities = Cycle("PT1M,PT5M")
    seen = []
    for _ in range(3):
        service.report_failure(WORKER, held, Failure("w1"))
        row = the_task(database, held)
        seen.append((row.retries, row.lock_expires_at - clock.now_ms()))
    assert [retries for retries, _ in seen] == [2, 1, 0]
    waits = [wait for _, wait in seen]
    assert 60_000 <= waits[0] < 66_000
    assert 300_000 <= waits[1] < 330_000
    assert waits[2] == 0
    assert [state for _, state in incidents(database)] == ["open"]


def test_tasks_that_failed_together_are_tried_again_at_different_times() -> None:
    now, activities = 1_000, Cycle("R3/PT1M")
    tasks = [TaskRow(**{**dict.fromkeys(TaskRow._fields), "id": f"task {number}"}) for number in range(20)]
    instants = [plan(activities, task, None, None, now).at for task in tasks]
    assert len(set(instants)) > 15
    assert all(61_000 <= at < 67_000 for at in instants)


def test_what_the_worker_says_wins_over_the_cycle(service: ExternalTaskService, database: Database, held: str) -> None:
    service.activities = Cycle("R5/PT1M")
    fail(service, held, retries=7, retry_timeout_ms=1)
    assert the_task(database, held).retries == 7


def test_without_retries_and_without_a_cycle_there_are_none_left(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    service.report_failure(WORKER, held, Failure("w1"))
    assert the_task(database, held).retries == 0


@pytest.mark.parametrize(
    ("options", "field"), [({"retries": -1}, "retries"), ({"retry_timeout_ms": -1}, "retry_timeout_ms")]
)
def test_impossible_failures_are_refused(service: ExternalTaskService, options: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fail(service, "unknown", **options)
    assert refused.value.field == field


@pytest.mark.parametrize(("code", "message", "field"), [(" ", None, "error_code"), ("E", "", "error_message")])
def test_a_blank_error_is_refused_after_the_lock_was_checked_and_keeps_the_task(
    service: ExternalTaskService, database: Database, held: str, code: str, message: str | None, field: str
) -> None:
    with pytest.raises(LockNotOwned):
        service.handle_bpmn_error(WORKER, held, BpmnError("w2", code, message))
    with pytest.raises(InvalidInput) as refused:
        service.handle_bpmn_error(WORKER, held, BpmnError("w1", code, message))
    assert (refused.value.field, refused.value.rule) == (field, "not_blank")
    assert is_open(database, held)


def test_a_lock_is_extended_from_now_even_to_an_earlier_end(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    clock.advance(1_000)
    extend(service, held)
    assert the_task(database, held).lock_expires_at == clock.now_ms() + 5_000


def test_an_expired_lock_is_extended_under_one_rule_only(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    clock.advance(10_000)
    extend(service, held)
    clock.advance(5_001)
    with pytest.raises(LockExpired) as refused:
        extend(service, held)
    assert refused.value.now_ms == clock.now_ms()
    extend(service, held, "w2", lock_rule=NOT_HELD_BY_ANOTHER)
    row = the_task(database, held)
    assert (row.worker_id, row.lock_expires_at, row.epoch) == ("w2", clock.now_ms() + 5_000, 2)
    assert service.fetch_and_lock(WORKER, "w3", 1, [orders()]) == []


def test_extending_checks_the_duration_first_and_locking_the_worker(service: ExternalTaskService) -> None:
    for verb, field in ((service.extend_lock, "duration_ms"), (service.lock, "worker_id")):
        with pytest.raises(InvalidInput) as refused:
            verb(WORKER, "unknown", None, 0)
        assert refused.value.field == field


def test_one_task_is_locked_by_its_id_whatever_its_retries(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database, suspended=True, retries=0, ready=0)
    with clock.frozen():
        service.lock(WORKER, task_id, "w1", 1_000)
        service.lock(WORKER, task_id, "w1", 2_000)
        clock.advance(2_000)
        with pytest.raises(LockNotOwned):
            service.lock(WORKER, task_id, "w2", 1_000)
        clock.advance(1)
        service.lock(WORKER, task_id, "w2", 1_000)
    assert the_task(database, task_id).worker_id == "w2"


def test_unlocking_frees_a_task_whoever_holds_it(service: ExternalTaskService, database: Database, held: str) -> None:
    service.unlock(WORKER, held)
    row = the_task(database, held)
    assert (row.worker_id, row.lock_expires_at, row.ready) == (None, None, 1)


def test_unlocking_a_task_without_retries_does_not_offer_it(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database, retries=0, ready=0, worker_id="w1", lock_expires_at=2**50)
    service.unlock(WORKER, task_id)
    assert the_task(database, task_id).ready == 0


def test_retries_do_not_end_a_lock(service: ExternalTaskService, database: Database, held: str) -> None:
    service.set_retries(WORKER, held, 5)
    assert (the_task(database, held).retries, the_task(database, held).ready) == (5, 0)


def test_many_retries_are_set_or_none(service: ExternalTaskService, database: Database) -> None:
    tasks = given_tasks(database, 3)
    with pytest.raises(ExternalTaskNotFound) as refused:
        service.set_retries_of(WORKER, [*tasks, "unknown"], 0)
    assert refused.value.id == "unknown"
    assert {the_task(database, task_id).retries for task_id in tasks} == {None}
    assert service.set_retries_of(WORKER, [*tasks, tasks[0]], 0) == 3
    assert [the_task(database, task_id).ready for task_id in tasks] == [0, 0, 0]
    assert len(incidents(database)) == 3


def test_priority_is_changed_without_a_lock(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    service.set_priority(WORKER, task_id, 2**40)
    assert the_task(database, task_id).priority == 2**40
    with pytest.raises(InvalidInput):
        service.set_priority(WORKER, task_id, None)


def test_the_engine_hears_of_a_report_inside_its_transaction(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    heard: list[Any] = []

    def receive(_: Any, **told: Any) -> None:
        heard.append((told["task"].id, told["task"].root_id, told["report"].variables, database.writing is not None))
        raise RuntimeError("the process cannot go on")

    root_id = the_task(database, held).root_id
    variables = {"a": Variable("Integer", 1)}
    with signals.reported.connected_to(receive, sender=service), pytest.raises(RuntimeError):
        complete(service, held, variables=variables)
    assert heard == [(held, root_id, variables, True)]
    assert is_open(database, held)
    assert logged(database, held) == []


def test_a_failure_that_became_an_error_ends_the_task(
    service: ExternalTaskService, database: Database, held: str
) -> None:
    def catch(_: Any, *, task: Any, report: Failure) -> None:
        report.caught = True

    with signals.reported.connected_to(catch, sender=service):
        fail(service, held, retries=0)
    assert not is_open(database, held)
    assert logged(database, held) == [(DELETED, "error", None)]
    assert incidents(database) == []
