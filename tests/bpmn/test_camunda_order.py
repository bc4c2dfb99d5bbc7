"""The order in which a real Camunda 7.24 does things that come at the same moment, and what it does at the edges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.bpmn.parser import parse
from tests.bpmn.builders import (
    CANCEL,
    association,
    boundary,
    catch,
    compensate,
    condition,
    definitions,
    end,
    error,
    event_gateway,
    exclusive,
    external,
    handler,
    input_output,
    message,
    multi_instance,
    process,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from tests.bpmn.driver import Instance, Model


def begin(elements: list[str], flows: str, variables: dict[str, object] | None = None, *others: str) -> Instance:
    """Start an instance of a process of these elements."""
    xml = definitions(process("p", [start(), *elements], flows), *others, messages=("M",), errors=("E1",))
    return Model(xml).start("p", variables)


@pytest.mark.parametrize(("first", "second", "fired"), [("b38", "b42", "b42"), ("b42", "b38", "b42"), ("a", "b", "a")])
def test_of_two_timers_due_together_the_one_that_java_keeps_first_fires(first: str, second: str, fired: str) -> None:
    timers = [boundary(id, "work", timer("PT1H")) for id in (first, second)]
    after = [external(f"after_{id}") for id in (first, second)]
    flows = f"start>work work>end {first}>after_{first} {second}>after_{second}"
    instance = begin([external("work"), *timers, *after, end()], flows)
    instance.fire_jobs()
    assert instance.active() == [f"after_{fired}"]


def test_an_event_subprocess_sets_its_timer_before_a_boundary_event_does() -> None:
    inner = subprocess("on_time", [start("s103", timer("PT1H")), external("late")], "s103>late", event=True)
    scope = subprocess("sub", [start("s"), external("work"), inner], "s>work")
    instance = begin([scope, boundary("b116", "sub", timer("PT1H")), external("out"), end()], "start>sub b116>out")
    instance.fire_jobs()
    assert instance.active() == ["late"]


def test_a_condition_that_holds_already_passes_an_event_based_gateway() -> None:
    events = [catch("later", timer("PT1H")), catch("now", condition("${x > 0}"))]
    flows = "start>choice choice>later choice>now later>a now>b"
    instance = begin([event_gateway("choice"), *events, external("a"), external("b")], flows, {"x": 1})
    assert (instance.active(), instance.jobs) == (["b"], {})


def test_each_change_of_the_counters_of_parallel_instances_is_looked_at() -> None:
    work = external("work", inner=multi_instance(cardinality="3"))
    watched = boundary("watch", "work", condition("${x > 0}"), interrupting=False)
    instance = begin([work, watched, external("seen"), end()], "start>work work>end watch>seen", {"x": 0})
    instance.complete("work", {"x": 1})
    assert instance.active() == ["seen"] * 3 + ["work"] * 2
    instance.complete("work")
    assert instance.active() == ["seen"] * 5 + ["work"]


@pytest.mark.parametrize(("work", "seen"), [(external, 1), (user, 0)])
def test_the_counter_of_the_last_sequential_instance_is_looked_at_where_instances_are_scopes(
    work: Callable[..., str], seen: int
) -> None:
    loop = multi_instance(cardinality="1", sequential=True)
    watched = boundary("watch", "work", condition("${x > 0}"), interrupting=False)
    elements = [work("work", inner=loop), watched, user("seen"), external("after")]
    instance = begin(elements, "start>work work>after watch>seen", {"x": 1})
    before = instance.active().count("seen")
    instance.complete("work")
    assert instance.active() == ["after", *["seen"] * (before + seen)]


def test_a_change_before_an_uncaught_error_interrupts_the_activity() -> None:
    alarm = subprocess("alarm", [start("on", condition("${x > 1}")), external("alarmed")], "on>alarmed", event=True)
    instance = begin([external("work"), end(), alarm], "start>work work>end", {"x": 0})
    instance.error("work", "E1", {"x": 2})
    assert instance.active() == ["alarmed"]
    assert [(r.activity_id, r.canceled) for r in instance.records.values() if r.activity_id == "work"] == [
        ("work", True)
    ]


def test_an_activity_that_an_uncaught_error_ends_does_not_watch_itself() -> None:
    watched = boundary("watch", "work", condition("${x > 1}"))
    instance = begin([external("work"), watched, external("seen"), end()], "start>work work>end watch>seen", {"x": 0})
    instance.error("work", "E1", {"x": 2})
    assert instance.ended


def test_event_subprocesses_whose_conditions_come_true_together_interrupt_one_another() -> None:
    first = subprocess("first", [start("s97", condition("${x > 1}")), external("one")], "s97>one", event=True)
    second = subprocess("second", [start("s104", condition("${x > 1}")), external("two")], "s104>two", event=True)
    instance = begin([external("work"), end(), first, second], "start>work work>end", {"x": 0})
    instance.complete("work", {"x": 2})
    assert instance.active() == ["two"]


def test_a_variable_that_a_called_process_hands_over_is_looked_at_when_its_call_ends() -> None:
    called = process("q", [start("s"), external("work"), end("e", error("E1"))], "s>work work>e")
    out = '<extensionElements><camunda:out source="x" target="x"/></extensionElements>'
    call = f'<callActivity id="call" calledElement="q">{out}</callActivity>'
    watched = boundary("watch", "call", condition("${x > 1}"))
    instance = begin([call, watched, external("seen"), end()], "start>call call>end watch>seen", {"x": 0}, called)
    instance.complete("work", {"x": 2})
    assert instance.active() == ["seen"]
    assert instance.visited()["e"] == 1


@pytest.mark.parametrize(("inner", "after"), [("", []), (input_output({"i": "1"}), ["after"])])
def test_completing_what_an_error_has_ended_goes_on_only_with_an_execution_of_its_own(
    inner: str, after: list[str]
) -> None:
    extensions = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    work = user("work", 'camunda:asyncAfter="true"', extensions)
    instance = begin([work, external("after")], "start>work work>after")
    instance.error("work", "E1")
    assert instance.active() == ["work"]
    instance.complete("work")
    assert instance.active() == []
    instance.fire_jobs()
    assert (instance.active(), instance.ended) == (after, not after)


COMPENSATED = [external("a"), boundary("cb_a", "a", compensate()), handler("undo_a"), association("cb_a", "undo_a")]
COMPENSATED += [external("b"), boundary("cb_b", "b", compensate()), handler("undo_b"), association("cb_b", "undo_b")]


def compensating() -> Instance:
    """Start a process at the point where two handlers are at work."""
    instance = begin([*COMPENSATED, throw("undo", compensate()), external("after")], "start>a a>b b>undo undo>after")
    instance.complete("a")
    instance.complete("b")
    assert instance.active() == ["undo_a", "undo_b"]
    return instance


def test_a_thrower_whose_handlers_all_fail_ends_with_the_last_of_them() -> None:
    instance = compensating()
    instance.error("undo_a", "E1")
    instance.error("undo_b", "E1")
    assert instance.ended


def test_a_thrower_goes_on_when_the_last_handler_completes_after_another_has_failed() -> None:
    instance = compensating()
    instance.error("undo_a", "E1")
    instance.complete("undo_b")
    assert instance.active() == ["after"]


def test_a_compensation_handler_is_not_repeated() -> None:
    repeated = multi_instance(cardinality="3")
    undo = f'<serviceTask id="undo_a" isForCompensation="true" camunda:type="external" camunda:topic="t">{repeated}'
    elements = [external("a"), boundary("cb_a", "a", compensate()), f"{undo}</serviceTask>"]
    elements += [association("cb_a", "undo_a"), throw("undo", compensate()), external("after")]
    instance = begin(elements, "start>a a>undo undo>after")
    instance.complete("a")
    assert instance.active() == ["undo_a"]
    instance.complete("undo_a")
    assert instance.active() == ["after"]
    xml = definitions(process("p", [start(), *elements], "start>a a>undo undo>after"))
    warned = "A compensation handler runs once: its multiInstanceLoopCharacteristics have no effect, as in Camunda"
    assert [warning.message for warning in parse(xml).warnings] == [warned]


def test_an_asynchronous_signal_is_warned_of() -> None:
    thrown = '<signalEventDefinition signalRef="S" camunda:async="true"/>'
    xml = definitions(process("p", [start(), throw("shout", thrown)], "start>shout"), signals=("S",))
    assert [(warning.element_id, warning.message) for warning in parse(xml).warnings] == [
        ("shout", "camunda:async has no effect on a thrown signal: it is delivered at once")
    ]


@pytest.mark.parametrize(("sequential", "active"), [(True, []), (False, ["after"])])
def test_only_parallel_instances_count_handlers_that_fail(sequential: bool, active: list[str]) -> None:
    a = external("a", inner=multi_instance(cardinality="1", sequential=sequential))
    elements = [a, boundary("cb_a", "a", compensate()), handler("undo_a"), association("cb_a", "undo_a")]
    elements += [exclusive("again"), throw("undo", compensate()), external("after")]
    instance = begin(elements, "start>a a>again again>undo undo>after")
    instance.complete("a")
    instance.error("undo_a", "E1")
    assert instance.active() == active


def test_a_token_that_fails_handlers_sent_on_below_a_cancel_event_finds_its_transaction() -> None:
    inner = [start("s"), external("a", inner=multi_instance(cardinality="1")), boundary("cb_a", "a", compensate())]
    inner += [handler("undo_a"), association("cb_a", "undo_a"), external("b"), end("cancelled", CANCEL)]
    transaction = subprocess("t", inner, "s>a a>b b>cancelled", tag="transaction")
    instance = begin([transaction, boundary("on_cancel", "t", CANCEL), external("after")], "start>t on_cancel>after")
    instance.complete("a")
    instance.complete("b")
    instance.error("undo_a", "E1")
    assert instance.active() == ["b"]
    instance.complete("b")
    assert instance.active() == ["after"]


def test_a_message_still_reaches_what_waits_after_a_condition_was_refused() -> None:
    elements = [event_gateway("choice"), catch("told", message("M")), catch("true", condition("${x > 0}"))]
    instance = begin(
        [*elements, external("a"), external("b")], "start>choice choice>told choice>true told>a true>b", {"x": 0}
    )
    instance.message("M")
    assert instance.active() == ["a"]
