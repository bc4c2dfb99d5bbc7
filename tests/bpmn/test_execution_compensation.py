"""Compensation and transactions."""

from __future__ import annotations

from app.bpmn.values import Variable
from tests.bpmn.builders import (
    CANCEL,
    association,
    boundary,
    compensate,
    definitions,
    end,
    exclusive,
    external,
    handler,
    input_output,
    message,
    multi_instance,
    parallel,
    process,
    start,
    subprocess,
    throw,
)
from tests.bpmn.driver import Instance, Model


def begin(elements: list[str], flows: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows))).start("p", variables)


def compensable(id: str, inner: str = "") -> list[str]:
    """Return a task with a compensation boundary event and its handler `undo_{id}`."""
    event = f"cb_{id}"
    return [
        external(id, inner=inner),
        boundary(event, id, compensate()),
        handler(f"undo_{id}"),
        association(event, f"undo_{id}"),
    ]


def test_handlers_of_completed_activities_run_and_then_the_flow_goes_on() -> None:
    i = begin(
        [*compensable("a"), *compensable("b"), throw("ct", compensate()), external("n"), end()],
        "start>a a>b b>ct ct>n n>end",
    )
    i.complete("a")
    i.complete("b")
    assert [task.activity_id for task in i.deltas[-1].tasks_created] == ["undo_b", "undo_a"]
    i.complete("undo_b")
    assert i.active() == ["undo_a"]
    i.complete("undo_a")
    assert i.active() == ["n"]


def test_nothing_completed_means_nothing_to_compensate() -> None:
    i = begin([throw("ct", compensate()), external("n"), end()], "start>ct ct>n n>end")
    assert i.active() == ["n"]


def test_an_activity_is_compensated_once_for_each_time_it_completed() -> None:
    i = begin(
        [exclusive("m"), *compensable("a"), exclusive("g"), throw("ct", compensate("a")), end()],
        "start>m m>a a>g g>m[${again}] g>ct* ct>end",
        {"again": True},
    )
    i.complete("a")
    i.complete("a", {"again": False})
    assert i.active() == ["undo_a", "undo_a"]
    i.complete_all("undo_a")
    assert i.ended


def test_one_activity_alone_may_be_compensated() -> None:
    i = begin(
        [*compensable("a"), *compensable("b"), throw("ct", compensate("a")), external("n"), end()],
        "start>a a>b b>ct ct>n n>end",
    )
    i.complete("a")
    i.complete("b")
    assert i.active() == ["undo_a"]
    i.complete("undo_a")
    assert i.active() == ["n"]


def test_a_completed_subprocess_is_compensated_with_the_variables_it_had() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), *compensable("a"), end("e2")],
        "s2>a a>e2",
        inner=f"<extensionElements>{input_output({'room': '12'})}</extensionElements>",
    )
    i = begin([inner, throw("ct", compensate("sp")), external("n"), end()], "start>sp sp>ct ct>n n>end")
    i.complete("a", {"room": "13"})
    assert i.active() == ["undo_a"]
    assert i.task_variables("undo_a") == {"room": "13"}
    i.complete("undo_a")
    assert i.active() == ["n"]
    assert i.stored == {}


def test_subprocesses_in_each_other_are_compensated_from_the_outside() -> None:
    innermost = subprocess("sp2", [start("s3"), *compensable("a"), end("e3")], "s3>a a>e3")
    outer = subprocess("sp1", [start("s2"), innermost, *compensable("b"), end("e2")], "s2>sp2 sp2>b b>e2")
    i = begin([outer, end("ce", compensate())], "start>sp1 sp1>ce")
    i.complete("a")
    i.complete("b")
    assert i.active() == ["undo_a", "undo_b"]
    i.complete("undo_a")
    i.complete("undo_b")
    assert i.ended


def test_every_instance_of_a_multi_instance_activity_is_compensated() -> None:
    loop = multi_instance(cardinality="2")
    i = begin([*compensable("a", loop), throw("ct", compensate("a")), external("n"), end()], "start>a a>ct ct>n n>end")
    i.complete_all("a")
    assert i.active() == ["undo_a", "undo_a"]
    i.complete_all("undo_a")
    assert i.active() == ["n"]


def test_a_compensation_event_subprocess_replaces_the_default_compensation() -> None:
    undo = subprocess("x", [start("xs", compensate()), external("undo"), end("xe")], "xs>undo undo>xe", event=True)
    inner = subprocess("sp", [start("s2"), *compensable("a"), end("e2"), undo], "s2>a a>e2")
    i = begin([inner, throw("ct", compensate()), external("n"), end()], "start>sp sp>ct ct>n n>end")
    i.complete("a")
    assert i.active() == ["undo"]
    i.complete("undo")
    assert i.active() == ["n"]


def test_an_error_of_a_handler_that_nobody_catches_leaves_the_thrower_waiting() -> None:
    i = begin([*compensable("a"), throw("ct", compensate()), external("n"), end()], "start>a a>ct ct>n n>end")
    i.complete("a")
    delta = i.error("undo_a", "E1")
    assert i.active() == []
    assert not i.ended
    assert [incident.activity_id for incident in delta.incidents] == ["undo_a"]


def transaction(*more: str, flows: str = "") -> Instance:
    """Start a transaction that cancels when `ok` is false; its cancel boundary event leads to `h`."""
    inner = subprocess(
        "tr",
        [start("s2"), *compensable("a"), exclusive("g"), end("e2"), end("cancel", CANCEL), *more],
        f"s2>a a>g g>cancel[${{!ok}}] g>e2* {flows}",
        tag="transaction",
    )
    return begin(
        [inner, boundary("be", "tr", CANCEL), external("h"), external("n"), end()],
        "start>tr tr>n n>end be>h h>end",
    )


def test_a_transaction_that_is_not_cancelled_completes_as_a_subprocess() -> None:
    i = transaction()
    i.complete("a", {"ok": True})
    assert i.active() == ["n"]


def test_a_cancelled_transaction_is_compensated_and_left_by_its_cancel_event() -> None:
    i = transaction()
    i.complete("a", {"ok": False})
    assert i.active() == ["undo_a"]
    i.complete("undo_a")
    assert i.active() == ["h"]
    assert "tr" not in i.visited()


def test_a_cancel_event_stops_everything_else_in_the_transaction_first() -> None:
    inner = subprocess(
        "tr",
        [start("s2"), parallel("f"), *compensable("a"), external("b"), end("e2"), end("cancel", CANCEL)],
        "s2>f f>a f>b a>cancel b>e2",
        tag="transaction",
    )
    i = begin([inner, boundary("be", "tr", CANCEL), external("h"), end()], "start>tr tr>end be>h h>end")
    i.complete("a")
    assert i.active() == ["undo_a"]
    i.complete("undo_a")
    assert i.active() == ["h"]


def test_compensation_subscriptions_come_and_go_with_the_delta() -> None:
    i = begin([*compensable("a"), external("b"), throw("ct", compensate()), end()], "start>a a>b b>ct ct>end")
    (made,) = i.complete("a").subscriptions_created
    assert (made.kind, made.activity_id, made.execution_id) == ("compensate", "undo_a", "root")
    assert i.complete("b").subscriptions_removed == [made.id]


def test_what_came_and_went_within_one_step_is_not_told() -> None:
    i = begin([*compensable("a"), throw("ct", compensate()), end()], "start>a a>ct ct>end")
    delta = i.complete("a")
    assert i.active() == ["undo_a"]
    assert (delta.subscriptions_created, delta.subscriptions_removed) == ([], [])


def test_what_a_handler_sets_goes_to_the_process_instance() -> None:
    i = begin([*compensable("a"), throw("ct", compensate()), external("n"), end()], "start>a a>ct ct>n n>end")
    i.complete("a")
    i.complete("undo_a", {"undone": True})
    assert i.stored == {"root": {"undone": Variable("Boolean", True)}}


def test_an_event_subprocess_that_has_finished_is_compensated_by_its_handlers_and_not_begun_again() -> None:
    watch = subprocess("watch", [start("on", message("M")), *compensable("a"), end("we")], "on>a a>we", event=True)
    sub = subprocess("sub", [start("is"), external("b"), end("ie"), watch], "is>b b>ie")
    file = definitions(
        process("p", [start(), sub, throw("ct", compensate()), end()], "start>sub sub>ct ct>end"), messages=["M"]
    )
    i = Model(file).start("p")
    i.message("M")
    i.complete("a")
    assert i.active() == ["undo_a"]
    i.complete("undo_a")
    assert i.ended
