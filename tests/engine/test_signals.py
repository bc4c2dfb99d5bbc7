"""A signal reaches everybody who waits for it, in one transaction."""

from __future__ import annotations

import pytest

from app.errors import EngineFailed, InvalidInput, NotFound
from app.models import EventSubscription, ExternalTask, ProcessInstance
from tests.builders import flow, process
from tests.engine.models import END, chain, on_signal, signal, started_by, throw, waiting_for_signal
from tests.engine.scene import ME, Scene, typed

THROWING = chain(("thrown", throw("thrown", on_signal("alarm"))), id="throwing", definitions=signal("alarm"))


def test_a_signal_reaches_all_that_wait_and_starts_what_it_starts(scene: Scene) -> None:
    scene.deploy(waiting_for_signal(), started_by(on_signal("alarm"), signal("alarm"), id="begun"))
    scene.start()
    scene.start()
    scene.components.messages.throw_signal(ME, "alarm", variables=typed({"level": 3}))
    assert scene.tasks() == ["work", "work", "work"]
    for record in scene.rows(ProcessInstance):
        assert scene.variables(record.id) == {"level": 3}


def test_a_signal_that_nobody_waits_for_is_no_error(scene: Scene) -> None:
    scene.components.messages.throw_signal(ME, "alarm")


def test_a_signal_can_be_thrown_to_one_execution(scene: Scene) -> None:
    scene.deploy(waiting_for_signal())
    scene.start()
    scene.start()
    execution = scene.rows(EventSubscription)[0].execution_id
    scene.components.messages.throw_signal(ME, "alarm", execution_id=execution)
    assert scene.tasks() == ["work"]
    with pytest.raises(NotFound):
        scene.components.messages.throw_signal(ME, "alarm", execution_id="nowhere")


def test_a_process_that_throws_a_signal_moves_other_instances(scene: Scene) -> None:
    scene.deploy(waiting_for_signal(), THROWING, started_by(on_signal("alarm"), signal("alarm"), id="begun"))
    scene.start()
    thrower = scene.start("throwing")
    assert scene.state(thrower) == "COMPLETED"
    assert scene.tasks() == ["work", "work"]


def test_a_signal_of_a_tenant_stays_with_it_and_with_those_without(scene: Scene) -> None:
    for tenant_id in (None, "a", "b"):
        scene.deploy(waiting_for_signal(), tenant_id=tenant_id)
        scene.components.process_instances.start(ME, key="process", tenant_id=tenant_id)
    scene.deploy(THROWING, tenant_id="a")
    scene.components.process_instances.start(ME, key="throwing", tenant_id="a")
    assert sorted(str(task.tenant_id) for task in scene.rows(ExternalTask)) == ["None", "a"]
    scene.components.messages.throw_signal(ME, "alarm", tenant_id="b")
    assert sorted(str(task.tenant_id) for task in scene.rows(ExternalTask)) == ["None", "a", "b"]


def test_suspended_instances_and_definitions_are_passed_over(scene: Scene) -> None:
    scene.deploy(waiting_for_signal(), started_by(on_signal("alarm"), signal("alarm"), id="begun"))
    id = scene.start()
    scene.components.process_instances.suspend(ME, instance_id=id, suspended=True)
    scene.components.process_instances.suspend(ME, definition_key="begun", suspended=True)
    scene.components.messages.throw_signal(ME, "alarm")
    assert scene.tasks() == []


def test_a_signal_fails_as_a_whole(scene: Scene) -> None:
    scene.deploy(
        waiting_for_signal(),
        process(
            '<startEvent id="start"/>',
            f'<intermediateCatchEvent id="wait">{on_signal("alarm")}</intermediateCatchEvent>',
            '<scriptTask id="script" scriptFormat="juel"><script>${missing}</script></scriptTask>',
            END,
            flow("start", "wait"),
            flow("wait", "script"),
            flow("script", "end"),
            id="failing",
            definitions=signal("alarm"),
        ),
    )
    scene.start()
    scene.start("failing")
    with pytest.raises(EngineFailed, match="missing"):
        scene.components.messages.throw_signal(ME, "alarm")
    assert scene.tasks() == []
    assert len(scene.waits_for()) == 2


def test_processes_that_answer_each_other_by_signals_are_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.signal_broadcast.MAX_DELIVERIES", 20)
    scene.deploy(
        process(
            f'<startEvent id="begin">{on_signal("alarm")}</startEvent>',
            throw("again", on_signal("alarm")),
            END,
            flow("begin", "again"),
            flow("again", "end"),
            definitions=signal("alarm"),
        )
    )
    with pytest.raises(EngineFailed, match="answer each other"):
        scene.components.messages.throw_signal(ME, "alarm")
    assert scene.count(ProcessInstance) == 0


def test_a_signal_needs_a_name(scene: Scene) -> None:
    with pytest.raises(InvalidInput, match="No signal name given"):
        scene.components.messages.throw_signal(ME, "")
