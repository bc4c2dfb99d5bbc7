"""What the hot path sends to Postgres: how much, and which abilities of the database it needs.

docs/scaling.md tells which distributed engines have these abilities; a new one must be added there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.database.postgres.pipeline import PipelinedConnection
from app.records.reports import BpmnError, Completion
from app.services.external_tasks.fetch_requests import TopicRequest
from tests.builders import task_with_error
from tests.engine.scene import ME, Scene, typed

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

ABILITIES = {
    "row lock": r"FOR UPDATE(?! SKIP)",
    "skip locked": r"FOR UPDATE SKIP LOCKED",
    "array": r"= ANY",
    "unnest": r"\bunnest\(",
    "returning": r"\bRETURNING\b",
    "upsert on a partial index": r"ON CONFLICT \([^)]*\) WHERE",
    "changes in WITH": r"\bWITH part_0 AS",
    "partial index": r"\b(?:ready = 1|live = 1|state = 'open')",
    "join": r"\bJOIN\b",
    "setting of a transaction": r"^SET LOCAL ",
}
UNEXPECTED = re.compile(r"LISTEN|NOTIFY|pg_|ctid|LATERAL|OVER \(|::", re.IGNORECASE)


@contextmanager
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the statements that go to Postgres during the block, without BEGIN and COMMIT."""
    found: list[str] = []
    original = PipelinedConnection._send

    def send(self: PipelinedConnection, sql: str, params: list[object]) -> None:
        if sql not in ("BEGIN", "COMMIT"):
            found.append(sql)
        original(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(PipelinedConnection, "_send", send)
        yield found


def abilities(statements: list[str]) -> set[str]:
    """Return what the statements need of a database, beyond plain SQL."""
    assert [sql for sql in statements if UNEXPECTED.search(sql)] == []
    return {name for name, pattern in ABILITIES.items() for sql in statements if re.search(pattern, sql)}


def fetching(scene: Scene, _: str) -> None:
    topic = TopicRequest(topic="work", lock_duration_ms=60_000)
    assert len(scene.service.fetch_and_lock(ME, "worker", 1, [topic])) == 1


def starting(scene: Scene, _: str) -> None:
    scene.start(a=1)


def completing(scene: Scene, task_id: str) -> None:
    scene.service.complete(ME, task_id, Completion("worker"))


def completing_with_variables(scene: Scene, task_id: str) -> None:
    scene.service.complete(ME, task_id, Completion("worker", typed({"a": 2, "b": 3})))


def erring(scene: Scene, task_id: str) -> None:
    scene.service.handle_bpmn_error(ME, task_id, BpmnError("worker", "OUT_OF_STOCK"))


Verb = Callable[[Scene, str], None]

REPORT = {"skip locked", "join", "changes in WITH", "unnest"}
CASES: list[tuple[Verb, int, set[str]]] = [
    (fetching, 3, {"skip locked", "array", "returning", "partial index", "setting of a transaction"}),
    (starting, 2, {"upsert on a partial index", "partial index", "changes in WITH", "unnest"}),
    (completing, 3, {*REPORT, "partial index"}),
    (completing_with_variables, 4, {*REPORT, "partial index", "upsert on a partial index"}),
    (erring, 4, REPORT),
]
"""Verb, statements at most, abilities. With events recorded each verb has one more change, in the last statement."""


@pytest.mark.parametrize(("verb", "most", "needed"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_the_hot_path_sends_few_statements_of_known_kinds(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    verb: Verb,
    most: int,
    needed: set[str],
) -> None:
    scene.deploy(task_with_error())
    for _ in range(3):
        scene.start(a=1)
    task_id = scene.lock("work")
    with sent(monkeypatch) as statements:
        verb(scene, task_id)
    assert len(statements) <= most, statements
    assert abilities(statements) == needed, statements


def test_a_completion_costs_the_same_with_a_long_history(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deploy(task_with_error())
    numbers = []
    for _ in range(3):
        for _ in range(10):
            scene.start(a=1)
            scene.complete("work")
        scene.start(a=1)
        task_id = scene.lock("work")
        with sent(monkeypatch) as statements:
            scene.service.complete(ME, task_id, Completion("worker"))
        numbers.append(len(statements))
    assert len(set(numbers)) == 1
