"""Whatever block-structured model: no token is lost or made twice, and every order of events leads to the end.

The driver stores and reloads everything as JSON around every command and carries each out twice: the same stored state
gives the same delta.
"""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bpmn.commands import CancelInstance
from app.bpmn.parser import parse
from tests.bpmn.instance_driver import Driver
from tests.bpmn.random_models import MODELS, RandomModel

MAX_COMMANDS = 3000
RANDOM_ORDER = st.randoms(use_true_random=False)
thoroughly = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def start(model: RandomModel) -> Driver:
    parsed = parse(model.xml)
    assert parsed.warnings == ()
    return Driver(parsed, "main", {"x": 1})


def step(driver: Driver, order: random.Random) -> None:
    """Let one of the things happen that can happen."""
    possible = driver.possible()
    assert possible, f"nothing can happen any more: {driver.state}"
    driver.apply(order.choice(possible)())


def assert_nothing_is_left(driver: Driver) -> None:
    assert (driver.state, driver.variables) == (None, {})
    assert (driver.tasks, driver.user_tasks, driver.jobs, driver.subscriptions) == ({}, {}, {}, {})
    assert all(record.ended_at is not None for record in driver.records.values())


@thoroughly
@given(MODELS, RANDOM_ORDER)
def test_every_activity_completes_as_often_as_the_model_says(model: RandomModel, order: random.Random) -> None:
    driver = start(model)
    while not driver.is_ended:
        step(driver, order)
        assert driver.steps < MAX_COMMANDS
    assert driver.visits() == model.visits
    assert set(driver.ended.values()) == {"COMPLETED"}
    assert_nothing_is_left(driver)


@thoroughly
@given(MODELS, RANDOM_ORDER, st.integers(0, 20))
def test_cancelling_at_any_moment_leaves_nothing_behind(model: RandomModel, order: random.Random, steps: int) -> None:
    driver = start(model)
    for _ in range(steps):
        if driver.is_ended:
            return
        step(driver, order)
    if not driver.is_ended:
        driver.apply(CancelInstance("root", "enough"))
        assert driver.ended["root"] == "EXTERNALLY_TERMINATED"
        assert_nothing_is_left(driver)
        assert driver.visits() <= model.visits
