"""History is forgotten when its time is over, and not before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import clock, make_components
from app.errors import ProcessInstanceNotFound, Refused
from app.models import TABLES, ExternalTaskLog, ProcessInstance
from tests.builders import one_task
from tests.engine.models import calling
from tests.engine.scene import ME, Scene

DAY = 86_400_000
DEPLOYED = {"Deployment", "DeploymentResource", "ProcessDefinition"}


def left(scene: Scene) -> set[str]:
    """Return the tables that hold rows of instances."""
    return {table.__name__ for table in TABLES if scene.count(table)} - DEPLOYED


def test_an_ended_instance_is_kept_for_its_time_to_live(scene: Scene) -> None:
    scene.deploy(one_task(historyTimeToLive="P2D"))
    with clock.frozen():
        id = scene.start(a=1)
        scene.complete("work")
        assert scene.instance(id).removal_at == clock.now_ms() + 2 * DAY
        clock.advance(2 * DAY - 1)
        assert scene.components.retention.clean_up() == 0
        clock.advance(1)
        assert scene.components.retention.clean_up() == 1
    assert left(scene) == set()


def test_without_a_time_to_live_the_setting_counts(scene: Scene) -> None:
    scene.deploy(one_task())
    with clock.frozen():
        id = scene.start()
        scene.complete("work")
        assert scene.instance(id).removal_at == clock.now_ms() + 30 * DAY


def test_without_both_it_is_kept_for_ever(scene: Scene) -> None:
    settings = replace(scene.engine.settings, history_days=0)
    components = make_components(settings, scene.database)
    scene.deploy(one_task())
    started = components.process_instances.start(ME, key="process")
    components.process_instances.delete(ME, started.id)
    assert scene.instance(started.id).removal_at is None


def test_a_running_instance_is_never_forgotten(scene: Scene) -> None:
    scene.deploy(one_task(historyTimeToLive="0"))
    id = scene.start()
    with clock.frozen():
        clock.advance(100 * DAY)
        assert scene.components.retention.clean_up() == 0
    assert scene.state(id) == "ACTIVE"


def test_a_called_instance_is_forgotten_with_its_root(scene: Scene) -> None:
    scene.deploy(one_task(id="called", historyTimeToLive="1"), calling())
    with clock.frozen():
        scene.start()
        scene.complete("work")
        clock.advance(2 * DAY)
        assert scene.components.retention.clean_up() == 0
        scene.complete("after")
        assert {row.removal_at for row in scene.rows(ProcessInstance)} == {clock.now_ms() + 30 * DAY}
        clock.advance(30 * DAY)
        assert scene.components.retention.clean_up() == 1
    assert left(scene) == set()


def given_overdue_trees(scene: Scene, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End so many instances whose time is over at once, to be forgotten two at a time."""
    monkeypatch.setattr("app.services.history.retention.TREES_AT_ONCE", 2)
    scene.deploy(one_task(historyTimeToLive="0"))
    for _ in range(number):
        scene.start()
        scene.complete("work")


def test_many_trees_are_forgotten_in_pieces(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    given_overdue_trees(scene, 5, monkeypatch)
    with clock.frozen():
        clock.advance(1)
        assert scene.components.retention.clean_up() == 5
    assert left(scene) == set()


def test_an_ended_instance_can_be_removed_at_once(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    with pytest.raises(Refused, match="still running"):
        scene.components.retention.remove(ME, id)
    scene.complete("work")
    scene.components.retention.remove(ME, id)
    assert scene.count(ExternalTaskLog) == 0
    with pytest.raises(ProcessInstanceNotFound):
        scene.components.retention.remove(ME, id)


def test_old_batches_are_forgotten(scene: Scene) -> None:
    batch = scene.components.batches.create(ME, "instance-deletion", {}, ["a"])
    scene.components.batches.delete(ME, batch.id)
    with clock.frozen():
        clock.advance(30 * DAY + 1)
        scene.components.retention.clean_up()
    assert left(scene) == set()


def test_a_piece_of_the_clean_up_says_whether_there_may_be_more(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    given_overdue_trees(scene, 3, monkeypatch)
    with clock.frozen():
        clock.advance(1)
        assert [scene.components.retention.clean_up_some() for _ in range(3)] == [True, True, False]
    assert left(scene) == set()
