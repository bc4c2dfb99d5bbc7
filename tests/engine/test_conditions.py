"""Conditional start events are evaluated on request."""

from __future__ import annotations

import pytest

from app.errors import Refused, Suspended
from tests.engine.models import started_by
from tests.engine.scene import ME, Scene, typed

CONDITION = (
    '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${amount > 10}</condition>'
    "</conditionalEventDefinition>"
)


def test_a_condition_that_holds_starts_an_instance(scene: Scene) -> None:
    scene.deploy(started_by(CONDITION), started_by(CONDITION.replace("> 10", "> 100"), id="other"))
    [started] = scene.components.conditional_starts.evaluate(ME, typed({"amount": 50}), business_key="b")
    assert (started.definition_key, started.business_key, started.start_activity_id) == ("process", "b", "begin")
    assert (scene.variables(started.id), scene.tasks()) == ({"amount": 50}, ["work"])


def test_a_condition_that_does_not_hold_or_lacks_a_variable_starts_nothing(scene: Scene) -> None:
    [definition] = scene.deploy(started_by(CONDITION)).definitions
    for values in ({"amount": 5}, {}, {"amount": 5, "more": 1}):
        assert scene.components.conditional_starts.evaluate(ME, typed(values), definition_id=definition.id) == []


def test_without_any_conditional_start_event_it_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused, match="No subscriptions were found"):
        scene.components.conditional_starts.evaluate(ME, {})


def test_a_suspended_definition_is_not_started_by_its_condition(scene: Scene) -> None:
    scene.deploy(started_by(CONDITION))
    scene.components.process_instances.suspend(ME, definition_key="process", suspended=True)
    with pytest.raises(Suspended):
        scene.components.conditional_starts.evaluate(ME, typed({"amount": 50}))
