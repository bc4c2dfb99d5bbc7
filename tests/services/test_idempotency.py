"""The same report with the same key is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import clock
from app.database.database import Database
from app.errors import IdempotencyConflict, InvalidInput
from app.identity import Identity
from app.models import ExternalTask, IdempotencyKey
from app.records.reports import Completion
from app.services.external_tasks.service import ExternalTaskService
from app.services.idempotency import RETENTION_MS, fingerprint, forget_old_keys, once
from tests.services.builders import WORKER, given_task, orders

PRINT = fingerprint("complete", "t1", b"{}")


def test_a_repeated_report_is_done_once(service: ExternalTaskService, database: Database) -> None:
    task_id = given_task(database)
    service.fetch_and_lock(WORKER, "w1", 1, [orders()])

    def complete() -> None:
        service.complete(WORKER, task_id, Completion("w1"))

    assert [once(database, WORKER, "k1", PRINT, complete) for _ in range(3)] == [True, False, False]
    assert database.read(lambda: ExternalTask.select().count()) == 0


def test_another_report_with_the_same_key_is_refused(database: Database) -> None:
    once(database, WORKER, "k1", PRINT, lambda: None)
    with pytest.raises(IdempotencyConflict):
        once(database, WORKER, "k1", fingerprint("complete", "t1", b"{ }"), lambda: None)


def test_keys_of_different_callers_are_different_keys(database: Database) -> None:
    assert once(database, WORKER, "k1", PRINT, lambda: None)
    assert once(database, Identity("other"), "k1", PRINT, lambda: None)


def test_without_a_key_every_report_is_done(database: Database) -> None:
    assert [once(database, WORKER, None, PRINT, lambda: None) for _ in range(2)] == [True, True]


def test_a_failed_report_leaves_no_key_behind(database: Database) -> None:
    def fail() -> None:
        raise RuntimeError("the engine failed")

    with pytest.raises(RuntimeError):
        once(database, WORKER, "k1", PRINT, fail)
    assert once(database, WORKER, "k1", PRINT, lambda: None)


def test_of_simultaneous_reports_one_is_done(database: Database) -> None:
    done: list[int] = []
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: once(database, WORKER, "k1", PRINT, lambda: done.append(n)), range(8)))
    assert sorted(answers) == [False] * 7 + [True]
    assert len(done) == 1


def test_a_key_is_forgotten_after_a_day(database: Database) -> None:
    with clock.frozen():
        once(database, WORKER, "k1", PRINT, lambda: None)
        once(database, WORKER, "k2", PRINT, lambda: None)
        clock.advance(RETENTION_MS)
        assert once(database, WORKER, "k1", PRINT, lambda: None)
        assert forget_old_keys(database) == 1
    assert database.read(lambda: [row.key for row in IdempotencyKey.select()]) == ["k1"]


def test_many_keys_are_forgotten_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.idempotency.AT_ONCE", 2)
    with clock.frozen():
        for number in range(5):
            once(database, WORKER, f"k{number}", PRINT, lambda: None)
        clock.advance(RETENTION_MS)
        assert forget_old_keys(database) == 5


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b"])
def test_impossible_keys_are_refused(database: Database, key: str) -> None:
    with pytest.raises(InvalidInput):
        once(database, WORKER, key, PRINT, lambda: None)
