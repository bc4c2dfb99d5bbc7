"""What a step costs in statements: the budget of the hot path, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.records.reports import Completion
from tests.builders import external_task, one_task
from tests.engine.models import chain
from tests.engine.scene import ME, Scene, typed


@contextmanager
def counted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the statements that the block sends, without BEGIN and COMMIT."""
    sent: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("rows", "rows_changed", "execute_later"):
            original = getattr(type(scene.database), name)

            def count(self: object, sql: str, *rest: object, original: object = original, **options: object) -> object:
                sent.append(sql.split(" WHERE ")[0][:70])
                return original(self, sql, *rest, **options)  # type: ignore[operator]

            patch.setattr(type(scene.database), name, count)
        yield sent


def test_starting_a_simple_instance(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    [definition] = scene.deploy(one_task()).definitions
    with counted(scene, monkeypatch) as sent:
        scene.components.process_instances.start(ME, definition_id=definition.id)
    assert len(sent) <= 6, sent


def test_completing_a_task_that_another_follows(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deploy(chain(("one", external_task("one")), ("two", external_task("two"))))
    scene.start()
    task_id = scene.lock("one")
    with counted(scene, monkeypatch) as sent:
        scene.service.complete(ME, task_id, Completion("worker"))
    assert len(sent) <= 8, sent


def test_completing_the_last_task(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deploy(one_task())
    scene.start()
    task_id = scene.lock("work")
    with counted(scene, monkeypatch) as sent:
        scene.service.complete(ME, task_id, Completion("worker", typed({"a": 1})))
    assert len(sent) <= 11, sent
