"""Whom a message reaches: exactly one, or all that are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn.values import Variable
from app.errors import CorrelationMismatch, InvalidInput, InvalidVariable, NotFound, Refused, Suspended
from app.models import EventSubscription, ProcessInstance
from app.services.messages.service import Correlation
from tests.builders import external_task, flow, one_task, process
from tests.engine.models import END, START, calling, message, on_message, started_by, waiting_for_message
from tests.engine.scene import ME, Scene, typed


def correlate(scene: Scene, name: str = "paid", **options: Any) -> list[Correlation]:
    """Correlate a message."""
    return scene.components.messages.correlate(ME, name, **options)


def reached(scene: Scene, name: str = "paid", **options: Any) -> list[str]:
    """Return the process instances that a message reached."""
    return [correlation.instance.id for correlation in correlate(scene, name, **options)]


def test_a_message_reaches_the_one_that_waits(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    id = scene.start()
    [waiting] = scene.rows(EventSubscription)
    [correlation] = correlate(scene, variables=typed({"amount": 5}))
    assert (correlation.kind, correlation.execution_id, correlation.instance.id) == (
        "Execution",
        waiting.execution_id,
        id,
    )
    assert (scene.tasks(), scene.variables(id), scene.waits_for()) == (["work"], {"amount": 5}, [])


def test_a_message_that_nobody_waits_for_is_refused(scene: Scene) -> None:
    with pytest.raises(CorrelationMismatch) as refused:
        correlate(scene)
    assert refused.value.matches == 0
    assert refused.value.message == "The message 'paid' is waited for by nobody."


def test_a_message_that_two_wait_for_is_refused_and_reaches_neither(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start()
    scene.start()
    with pytest.raises(CorrelationMismatch, match="matches 2 executions, where it must match one") as refused:
        correlate(scene)
    assert refused.value.matches == 2
    assert scene.tasks() == []


def test_the_business_key_tells_instances_apart(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start(business_key="a")
    second = scene.start(business_key="b")
    assert reached(scene, business_key="b") == [second]
    with pytest.raises(CorrelationMismatch):
        correlate(scene, business_key="c")


def test_correlation_keys_are_variables_of_the_instance(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start(order=1, shop="x")
    second = scene.start(order=2, shop="x")
    assert reached(scene, correlation_keys={"order": 2, "shop": "x"}) == [second]


@pytest.mark.parametrize(
    ("stored", "key", "same"),
    [
        (5, Variable("Integer", 5), True),
        (5, Variable("Long", 5), False),
        (5, Variable("String", "5"), False),
        ("5", Variable("String", "5"), True),
        (True, Variable("Boolean", True), True),
        (1, Variable("Boolean", True), False),
        (1.5, Variable("Double", 1.5), True),
        (None, Variable("Null"), True),
        ("", Variable("Null"), False),
    ],
)
def test_a_key_is_equal_in_type_and_value(scene: Scene, stored: Any, key: Variable, same: bool) -> None:
    scene.deploy(waiting_for_message())
    id = scene.start(k=stored)
    if same:
        assert reached(scene, correlation_keys={"k": key}) == [id]
    else:
        with pytest.raises(CorrelationMismatch):
            correlate(scene, correlation_keys={"k": key})


def test_a_key_that_cannot_be_compared_is_refused(scene: Scene) -> None:
    with pytest.raises(InvalidVariable, match="Bytes"):
        correlate(scene, correlation_keys={"k": Variable("Bytes", b"x")})


def test_local_keys_are_variables_of_the_waiting_execution(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start()
    second = scene.start()
    [execution] = [row.execution_id for row in scene.rows(EventSubscription) if row.process_instance_id == second]
    scene.components.process_instances.set_variables(ME, execution, typed({"part": 7}), local=True)
    assert reached(scene, local_correlation_keys={"part": 7}) == [second]


def test_an_instance_id_looks_at_that_instance_alone(scene: Scene) -> None:
    scene.deploy(waiting_for_message(id="called"), calling())
    id = scene.start()
    with pytest.raises(CorrelationMismatch):
        correlate(scene, process_instance_id=id)
    [called] = [row.id for row in scene.rows(ProcessInstance) if row.id != id]
    assert reached(scene, process_instance_id=called) == [called]


def test_a_message_for_all_reaches_everyone_and_starts_what_it_starts(scene: Scene) -> None:
    scene.deploy(waiting_for_message(), started_by(on_message("paid"), message("paid"), id="begun"))
    ids = {scene.start(), scene.start()}
    found = correlate(scene, all=True)
    assert {c.instance.id for c in found if c.kind == "Execution"} == ids
    assert [c.instance.definition_key for c in found if c.kind == "ProcessDefinition"] == ["begun"]
    assert scene.tasks() == ["work", "work", "work"]
    assert correlate(scene, "nothing", all=True) == []


def test_a_message_starts_an_instance_of_the_latest_version(scene: Scene) -> None:
    scene.deploy(started_by(on_message("order"), message("order")))
    second = scene.deploy(started_by(on_message("order"), message("order"))).definitions[0]
    [correlation] = correlate(
        scene, "order", business_key="b", variables=typed({"a": 1}), triggered_variables=typed({"c": 2})
    )
    instance = correlation.instance
    assert (correlation.kind, correlation.execution_id) == ("ProcessDefinition", None)
    assert (instance.definition_id, instance.business_key, instance.start_activity_id) == (second.id, "b", "begin")
    assert scene.variables(instance.id) == {"a": 1, "c": 2}


def test_waiting_executions_come_before_start_events(scene: Scene) -> None:
    scene.deploy(waiting_for_message(), started_by(on_message("paid"), message("paid"), id="begun"))
    id = scene.start()
    assert reached(scene) == [id]
    [started] = correlate(scene)
    assert started.instance.definition_key == "begun"


def test_start_only_leaves_waiting_executions_alone(scene: Scene) -> None:
    scene.deploy(waiting_for_message(), started_by(on_message("paid"), message("paid"), id="begun"))
    scene.start()
    [started] = correlate(scene, start_only=True)
    assert started.instance.definition_key == "begun"
    assert len(scene.waits_for()) == 2


def test_tenants_are_kept_apart(scene: Scene) -> None:
    for tenant_id in (None, "a", "b"):
        scene.deploy(waiting_for_message(), tenant_id=tenant_id)
        scene.components.process_instances.start(ME, key="process", tenant_id=tenant_id)
    with pytest.raises(CorrelationMismatch, match="3 executions"):
        correlate(scene)
    assert correlate(scene, tenant_id="b")[0].instance.tenant_id == "b"
    assert correlate(scene, without_tenant=True)[0].instance.tenant_id is None
    assert correlate(scene)[0].instance.tenant_id == "a"


def test_a_suspended_instance_is_passed_over(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    id = scene.start()
    scene.components.process_instances.suspend(ME, instance_id=id, suspended=True)
    with pytest.raises(CorrelationMismatch):
        correlate(scene)


def test_a_suspended_definition_is_not_started(scene: Scene) -> None:
    scene.deploy(started_by(on_message("order"), message("order")))
    scene.components.process_instances.suspend(ME, definition_key="process", suspended=True)
    with pytest.raises(Suspended):
        correlate(scene, "order")


def test_a_message_needs_a_name(scene: Scene) -> None:
    with pytest.raises(InvalidInput, match="No message name supplied"):
        correlate(scene, "")


def test_a_boundary_message_may_interrupt_and_sees_its_own_variables(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            f'<boundaryEvent id="stop" attachedToRef="work">{on_message("paid")}</boundaryEvent>',
            external_task("after"),
            END,
            flow("start", "work"),
            flow("work", "end"),
            flow("stop", "after"),
            flow("after", "end"),
            definitions=message("paid"),
        )
    )
    scene.start()
    correlate(scene)
    assert scene.tasks() == ["after"]


def test_a_message_can_be_delivered_to_an_execution(scene: Scene) -> None:
    scene.deploy(waiting_for_message())
    scene.start()
    scene.start()
    execution = scene.rows(EventSubscription)[0].execution_id
    scene.components.messages.deliver(ME, execution, "paid", typed({"a": 1}))
    assert scene.tasks() == ["work"]


def test_an_execution_gets_only_what_it_waits_for(scene: Scene) -> None:
    scene.deploy(waiting_for_message(), one_task(id="other"))
    scene.start()
    execution = scene.rows(EventSubscription)[0].execution_id
    with pytest.raises(Refused, match="does not wait for the message 'lost'"):
        scene.components.messages.deliver(ME, execution, "lost")
    with pytest.raises(NotFound):
        scene.components.messages.deliver(ME, "nowhere", "paid")
