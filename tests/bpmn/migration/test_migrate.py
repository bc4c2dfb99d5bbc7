"""What a migration does to an instance: what stays, what moves, what begins and what goes."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import EngineFailed
from tests.bpmn import builders as b
from tests.bpmn.migration.instance import MigratingInstance
from tests.bpmn.migration.models import between, one, plan, version


def inside(*inner: str, flows: str = "is>a a>ie", extensions: str = "", more: tuple[str, ...] = ()) -> str:
    """Return a version with a subprocess `sub`."""
    extra = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    sub = b.subprocess("sub", [b.start("is"), *inner, b.end("ie")], flows, inner=extra)
    return version([b.start(), sub, *more, b.end()], "start>sub sub>end")


def moved(instance: MigratingInstance, *pairs: str, **options: Any) -> dict[str, Any]:
    """Migrate and return what is seen then."""
    migrated = instance.migrate(plan(*pairs), **options)
    assert not migrated.report.is_refused, migrated.report
    return instance.observe()


def test_a_task_keeps_its_id_its_lock_and_its_topic_under_a_new_name() -> None:
    second = version([b.start(), b.external("z"), b.end()], "start>z z>end")
    instance = between(one(b.external("a")), second)
    instance.observe()
    instance.do(["lock", "a"])
    seen = moved(instance, "a>z")
    assert seen["tasks"] == [["z<a", "a", "w", None]]
    assert seen["tree"] == ["", [["z<a", [], []]], []]
    assert seen["history"] == {"start/A/False": 1, "z/B/open": 1}
    assert instance.do(["complete", "z"])
    assert instance.observe()["history"] == {"end/B/False": 1, "start/A/False": 1, "z/B/False": 1}


def test_an_activity_without_an_instruction_is_named_and_nothing_changes() -> None:
    instance = between(one(b.user("a")), one(b.user("a")))
    before = instance.state
    refused = instance.migrate([])
    assert instance.refusal(refused) == {
        "activities": [["a", ["There is no migration instruction for this instance's activity"]]],
        "transitions": [],
    }
    assert instance.state == before


def test_a_new_subprocess_begins_once_for_all_that_move_into_it() -> None:
    first = version(
        [b.start(), b.parallel("fork"), b.user("a"), b.user("c"), b.end()], "start>fork fork>a fork>c a>end c>end"
    )
    io = b.input_output({"i": "in"}, {"o": "out"})
    instance = between(first, inside(b.user("a"), b.user("c"), flows="is>a a>c c>ie", extensions=io))
    seen = moved(instance, "a", "c")
    assert seen["tree"] == ["", [["sub", [["a", [], []], ["c", [], []]], []]], []]
    assert seen["variables"] == [["i", "in"]]
    assert "start/A/False" in seen["history"]
    assert seen["history"]["sub/B/open"] == 1


def test_a_subprocess_that_goes_leaves_its_tokens_and_maps_its_outputs() -> None:
    io = b.input_output({"i": "in"}, {"o": "out"})
    instance = between(inside(b.user("a"), extensions=io), one(b.user("a")))
    seen = moved(instance, "a")
    assert seen["tree"] == ["", [["a", [], []]], []]
    assert seen["variables"] == [["o", "out"]]
    assert seen["history"]["sub/A/True"] == 1
    assert instance.do(["complete", "a"])
    assert instance.observe()["ended"]


def test_mappings_are_skipped_on_request() -> None:
    io = b.input_output({"i": "in"}, {"o": "out"})
    there = inside(b.user("a"), extensions=io)
    assert moved(between(there, one(b.user("a"))), "a", skip_io_mappings=True)["variables"] == []
    assert moved(between(one(b.user("a")), there), "a", skip_io_mappings=True)["variables"] == []


def test_a_mapping_that_fails_leaves_everything_as_it_was() -> None:
    instance = between(one(b.user("a")), inside(b.user("a"), extensions=b.input_output({"i": "${nobody}"})))
    before = instance.state
    with pytest.raises(EngineFailed, match="nobody"):
        instance.migrate(plan("a"))
    assert instance.state == before


def heard(event: str) -> str:
    return f'<camunda:executionListener event="{event}" expression="${{execution.setVariable(\'{event}\', 1)}}"/>'


@pytest.mark.parametrize(("skipped", "variables"), [(False, [["end", 1]]), (True, [])])
def test_a_scope_that_goes_calls_its_listeners_of_the_end_unless_they_are_skipped(
    skipped: bool, variables: list[Any]
) -> None:
    instance = between(inside(b.user("a"), extensions=heard("end")), one(b.user("a")))
    assert moved(instance, "a", skip_listeners=skipped)["variables"] == variables


@pytest.mark.parametrize(("skipped", "variables"), [(False, [["start", 1]]), (True, [])])
def test_a_scope_that_comes_calls_its_listeners_of_the_start_unless_they_are_skipped(
    skipped: bool, variables: list[Any]
) -> None:
    instance = between(one(b.user("a")), inside(b.user("a"), extensions=heard("start")))
    assert moved(instance, "a", skip_listeners=skipped)["variables"] == variables


def test_the_listeners_of_what_is_mapped_are_not_called() -> None:
    listening = b.user("a", inner=f"<extensionElements>{heard('start')}{heard('end')}</extensionElements>")
    instance = between(one(b.user("a")), one(listening))
    assert moved(instance, "a")["variables"] == []


def late(hours: int, *, id: str = "late", interrupting: bool = True) -> str:
    return b.boundary(id, "a", b.timer(f"PT{hours}H"), interrupting=interrupting)


@pytest.mark.parametrize(
    ("instructions", "jobs"),
    [
        (["a", "late"], [["late", "timer", 1]]),
        (["a", "late!"], [["late", "timer", 5]]),
        (["a"], [["late", "timer", 5]]),
    ],
)
def test_a_mapped_timer_stays_or_is_set_anew_on_request_and_an_unmapped_one_begins_again(
    instructions: list[str], jobs: list[list[Any]]
) -> None:
    instance = between(one(b.user("a"), late(1)), one(b.user("a"), late(5)))
    before = set(instance.jobs)
    assert moved(instance, *instructions)["jobs"] == jobs
    assert (set(instance.jobs) == before) is ("late" in instructions[-1])


def test_a_timer_that_interrupts_nothing_and_has_fired_does_not_begin_again() -> None:
    model = one(b.user("a"), late(1, interrupting=False))
    instance = between(model, model)
    assert instance.do(["job", "late"])
    assert moved(instance, "a", "late")["jobs"] == []


def test_boundary_events_come_and_go_with_their_subscriptions() -> None:
    first = one(b.user("a"), b.boundary("old", "a", b.message("M")))
    second = one(b.user("a"), b.boundary("new", "a", b.message("N")), late(2))
    seen = moved(between(first, second), "a")
    assert seen["subscriptions"] == [["new", "message", "N"]]
    assert seen["jobs"] == [["late", "timer", 2]]


@pytest.mark.parametrize(("instruction", "name"), [("on", "M"), ("on!", "N")])
def test_a_mapped_subscription_keeps_its_name_unless_it_is_updated(instruction: str, name: str) -> None:
    first = one(b.user("a"), b.boundary("on", "a", b.message("M")))
    second = one(b.user("a"), b.boundary("on", "a", b.message("N")))
    assert moved(between(first, second), "a", instruction)["subscriptions"] == [["on", "message", name]]


def test_the_start_event_of_an_event_subprocess_listens_again_after_it_has_started() -> None:
    watch = b.subprocess("watch", [b.start("on", b.message("M")), b.user("w"), b.end("we")], "on>w w>we", event=True)
    model = one(b.user("a"), watch)
    instance = between(model, model)
    assert instance.do(["event", "on"])
    seen = moved(instance, "w", "watch", "on")
    assert seen["subscriptions"] == [["on", "message", "M"]]
    assert seen["tree"] == ["", [["watch", [["w", [], []]], []]], []]


def test_open_instances_of_a_body_that_goes_live_on_as_tokens() -> None:
    instance = between(one(b.user("a", inner=b.multi_instance(cardinality="3"))), one(b.user("a")))
    assert instance.do(["complete", "a"])
    seen = moved(instance, "a")
    assert seen["tree"] == ["", [["a", [], []], ["a", [], []]], []]
    assert seen["variables"] == [["loopCounter", 1], ["loopCounter", 2]]
    assert seen["history"]["a#multiInstanceBody/A/True"] == 1


def test_a_renamed_body_goes_on_with_the_instances_that_are_left() -> None:
    second = version([b.start(), b.user("z", inner=b.multi_instance(cardinality="3")), b.end()], "start>z z>end")
    instance = between(one(b.user("a", inner=b.multi_instance(cardinality="3"))), second)
    assert instance.do(["complete", "a"])
    moved(instance, "a>z", "a#multiInstanceBody>z#multiInstanceBody")
    assert instance.do(["complete all", "z"])
    assert instance.observe()["ended"]


def test_tokens_at_a_join_wait_for_the_flows_of_the_new_one() -> None:
    def forked(*branches: str) -> str:
        tasks = [b.user(id) for id in branches]
        flows = "start>fork join>end " + " ".join(f"fork>{id} {id}>join" for id in branches)
        return version([b.start(), b.parallel("fork"), *tasks, b.parallel("join"), b.end()], flows)

    instance = between(forked("a", "c"), forked("a", "c", "d"))
    assert instance.do(["complete", "a"])
    seen = moved(instance, "c", "join")
    assert seen["tree"] == ["", [["c", [], []], ["join", [], []]], []]
    assert instance.do(["complete", "c"])
    assert instance.observe()["tree"] == ["", [["join", [], []], ["join", [], []]], []]


def test_a_continuation_needs_its_kind_in_the_new_process() -> None:
    instance = between(one(b.user("a", 'camunda:asyncBefore="true"')), one(b.user("a")))
    refused = instance.refusal(instance.migrate(plan("a")))
    assert refused == {"activities": [], "transitions": [["a", ["Target activity is not asyncBefore"]]]}


def test_a_continuation_behind_an_activity_needs_its_flow() -> None:
    tasks = [b.user("a", 'camunda:asyncAfter="true"'), b.user("c"), b.user("d")]
    second = version([b.start(), *tasks, b.end()], "start>a a>c a>d c>end d>end")
    instance = between(one(b.user("a", 'camunda:asyncAfter="true"')), second)
    assert instance.do(["complete", "a"])
    refused = instance.refusal(instance.migrate(plan("a")))
    text = "Transition instance is assigned to a sequence flow that cannot be matched in the target activity"
    assert refused == {"activities": [], "transitions": [["a", [text]]]}


def test_a_continuation_moves_with_its_job_and_takes_the_only_flow() -> None:
    second = version([b.start(), b.user("z", 'camunda:asyncAfter="true"'), b.user("n"), b.end()], "start>z z>n n>end")
    instance = between(one(b.user("a", 'camunda:asyncAfter="true"')), second)
    assert instance.do(["complete", "a"])
    instance.observe()
    seen = moved(instance, "a>z")
    assert seen["jobs"] == [["z<a", "async-after", None]]
    assert instance.do(["job", "z"])
    assert instance.observe()["tasks"] == [["n", None, None]]


def undoable(id: str) -> tuple[str, ...]:
    return (
        b.user(id),
        b.boundary(f"u_{id}", id, b.compensate()),
        b.handler(f"h_{id}"),
        b.association(f"u_{id}", f"h_{id}"),
    )


def test_what_can_be_compensated_must_be_mapped_by_its_event() -> None:
    first = version([b.start(), *undoable("a"), b.user("c"), b.end()], "start>a a>c c>end")
    instance = between(first, first)
    assert instance.do(["complete", "a"])
    text = (
        "Cannot migrate subscription for compensation handler 'h_a'. "
        "There is no migration instruction for the compensation boundary event"
    )
    assert instance.refusal(instance.migrate(plan("c"))) == {"activities": [["A", [text]]], "transitions": []}
    assert moved(instance, "c", "u_a")["subscriptions"] == [["h_a", "compensate", None]]


def test_what_can_be_compensated_moves_into_a_new_scope_that_can_be_compensated() -> None:
    rest = [b.user("c"), b.throw("t", b.compensate()), b.end()]
    first = version([b.start(), *undoable("a"), *rest], "start>a a>c c>t t>end")
    sub = b.subprocess("sub", [b.start("is"), *undoable("a"), b.end("ie")], "is>a a>ie")
    second = version([b.start(), sub, *rest], "start>sub sub>c c>t t>end")
    instance = between(first, second)
    assert instance.do(["complete", "a"])
    seen = moved(instance, "c", "u_a")
    assert seen["subscriptions"] == [["h_a", "compensate", None], ["sub", "compensate", None]]
    assert instance.do(["complete", "c"])
    assert [task[0] for task in instance.observe()["tasks"]] == ["h_a"]
    assert instance.do(["complete", "h_a"])
    assert instance.observe()["ended"]


def test_an_instance_that_is_being_compensated_cannot_migrate() -> None:
    model = version([b.start(), *undoable("a"), b.throw("t", b.compensate()), b.end()], "start>a a>t t>end")
    instance = between(model, model)
    assert instance.do(["complete", "a"])
    refused = instance.refusal(instance.migrate(plan("h_a", "t")))
    text = "The type of the source activity is not supported for activity instance migration"
    assert ["t", [text]] in refused["activities"]


def test_variables_of_the_plan_are_set_at_last_and_fire_conditions() -> None:
    when = b.boundary("when", "a", b.condition("${x == 1}"))
    second = version([b.start(), b.user("a"), when, b.user("w"), b.end()], "start>a a>end when>w w>end")
    assert moved(between(one(b.user("a")), second, {"x": 1}), "a")["tasks"] == [["a", None, None]]
    seen = moved(between(one(b.user("a")), second), "a", variables={"x": 1})
    assert seen["tasks"] == [["w", None, None]]
    assert seen["variables"] == [["x", 1]]


def test_a_called_process_stays_and_its_end_lets_the_new_call_activity_go_on() -> None:
    second = version([b.start(), b.call("z", "called"), b.user("n"), b.end()], "start>z z>n n>end")
    instance = between(one(b.call("a", "called")), second)
    moved(instance, "a>z")
    assert instance.do(["complete", "ct"])
    assert [task[0] for task in instance.observe()["tasks"]] == ["n"]
