"""Instances are started in the middle, and changed while they run."""

from __future__ import annotations

import pytest

from app.bpmn.commands import StartInstruction
from app.errors import InvalidInput
from app.models import ExternalTask
from tests.builders import external_task
from tests.engine.models import chain
from tests.engine.scene import ME, Scene, typed

TWO = chain(("one", external_task("one")), ("two", external_task("two")))


def test_an_instance_can_be_started_before_an_activity(scene: Scene) -> None:
    scene.deploy(TWO)
    instruction = StartInstruction("startBeforeActivity", activity_id="two", variables=typed({"a": 1}))
    started = scene.components.process_instances.start(ME, key="process", instructions=[instruction])
    assert (scene.tasks(), scene.variables(started.id)) == (["two"], {"a": 1})


def test_a_running_instance_is_moved_to_another_activity(scene: Scene) -> None:
    scene.deploy(TWO)
    id = scene.start()
    scene.components.process_instances.modify(
        ME, id, [StartInstruction("startBeforeActivity", activity_id="two"), StartInstruction("cancel", "one")]
    )
    assert scene.tasks() == ["two"]
    scene.complete("two")
    assert scene.state(id) == "COMPLETED"


def test_cancelling_all_that_is_active_ends_the_instance(scene: Scene) -> None:
    scene.deploy(TWO)
    id = scene.start()
    [task] = scene.rows(ExternalTask)
    cancel = StartInstruction("cancel", activity_instance_id=task.activity_instance_id)
    scene.components.process_instances.modify(ME, id, [cancel])
    assert scene.instance(id).ended_at is not None


def test_an_instruction_that_names_nothing_changes_nothing(scene: Scene) -> None:
    scene.deploy(TWO)
    id = scene.start()
    with pytest.raises(InvalidInput, match="nowhere"):
        scene.components.process_instances.modify(
            ME, id, [StartInstruction("cancel", "one"), StartInstruction("startBeforeActivity", activity_id="nowhere")]
        )
    assert scene.tasks() == ["one"]
