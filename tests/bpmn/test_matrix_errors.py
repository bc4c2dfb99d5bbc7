"""The behaviour matrix, second part: BPMN errors and error event subprocesses."""

from __future__ import annotations

from tests.bpmn.builders import (
    boundary,
    call,
    definitions,
    end,
    error,
    external,
    multi_instance,
    parallel,
    process,
    start,
    subprocess,
)
from tests.bpmn.driver import Instance, Model

CODES = ("E1", "E2")
CALLED = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")


def run(elements: list[str], flows: str, *others: str) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows), *others, errors=CODES)).start("p")


def with_boundary(*boundaries: str, handlers: tuple[str, ...] = ("h",), flows: str = "be>h h>end") -> Instance:
    """Start task `a`, then `n`, with error boundary events on `a`."""
    elements = [external("a"), *boundaries, external("n"), end(), *(external(name) for name in handlers)]
    return run(elements, f"start>a a>n n>end {flows}")


def event_subprocess(id: str, definition: str, task: str) -> str:
    """Return an event subprocess with one task."""
    elements = [start(f"{id}s", definition), external(task), end(f"{id}e")]
    return subprocess(id, elements, f"{id}s>{task} {task}>{id}e", event=True)


def test_a_boundary_event_with_the_code_catches_the_error_and_its_variables() -> None:
    i = with_boundary(boundary("be", "a", error("E1")))
    i.error("a", "E1", {"v": 1})
    assert i.active() == ["h"]
    assert i.task_variables("h") == {"v": 1}
    i.complete("h")
    assert i.ended


def test_a_boundary_event_without_a_code_catches_every_error() -> None:
    i = with_boundary(boundary("be", "a", error()))
    i.error("a", "ANY")
    assert i.active() == ["h"]


def test_the_exact_code_wins_over_one_for_all_codes() -> None:
    i = with_boundary(
        boundary("b0", "a", error()),
        boundary("b1", "a", error("E1")),
        handlers=("h0", "h1"),
        flows="b0>h0 b1>h1 h0>end h1>end",
    )
    i.error("a", "E1")
    assert i.active() == ["h1"]


def test_an_error_that_nobody_catches_ends_its_token() -> None:
    i = with_boundary(boundary("be", "a", error("E1")))
    i.error("a", "E2")
    assert i.ended
    assert i.visited() == {"start": 1, "a": 1}


def test_an_error_that_nobody_catches_leaves_other_branches_alone() -> None:
    i = run([parallel("f"), external("a"), external("b"), end("e1"), end("e2")], "start>f f>a f>b a>e1 b>e2")
    i.error("a", "E9")
    assert i.active() == ["b"]
    i.complete("b")
    assert i.ended


def test_a_boundary_event_of_the_subprocess_cancels_all_of_it() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), parallel("f"), external("a"), external("b"), end("e2")],
        "s2>f f>a f>b a>e2 b>e2",
    )
    i = run(
        [inner, boundary("be", "sp", error("E1")), external("h"), external("n"), end()],
        "start>sp sp>n n>end be>h h>end",
    )
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended
    assert "n" not in i.visited()


def test_an_inner_catch_all_wins_over_an_outer_exact_code() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), external("a"), boundary("bi", "a", error()), external("hi"), end("e2")],
        "s2>a a>e2 bi>hi hi>e2",
    )
    i = run([inner, boundary("bo", "sp", error("E1")), external("ho"), end()], "start>sp sp>end bo>ho ho>end")
    i.error("a", "E1")
    assert i.active() == ["hi"]
    i.complete("hi")
    assert i.ended


def test_an_error_goes_up_two_levels() -> None:
    innermost = subprocess("sp2", [start("s3"), external("a"), end("e3")], "s3>a a>e3")
    outer = subprocess("sp1", [start("s2"), innermost, end("e2")], "s2>sp2 sp2>e2")
    i = run([outer, boundary("be", "sp1", error("E1")), external("h"), end()], "start>sp1 sp1>end be>h h>end")
    i.error("a", "E1")
    assert i.active() == ["h"]


def test_a_handler_on_a_parallel_activity_does_not_catch() -> None:
    i = run(
        [
            parallel("f"),
            external("a"),
            external("b"),
            boundary("bb", "b", error("E1")),
            external("h"),
            end("e1"),
            end("e2"),
        ],
        "start>f f>a f>b a>e1 b>e2 bb>h h>e2",
    )
    i.error("a", "E1")
    assert i.active() == ["b"]


def test_a_handler_in_a_parallel_subprocess_does_not_catch() -> None:
    one = subprocess("sa", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    other = subprocess(
        "sb",
        [start("s3"), external("b"), boundary("bb", "b", error("E1")), external("h"), end("e3")],
        "s3>b b>e3 bb>h h>e3",
    )
    i = run([parallel("f"), one, other, end()], "start>f f>sa f>sb sa>end sb>end")
    i.error("a", "E1")
    assert i.active() == ["b"]


def test_a_boundary_event_of_a_call_activity_catches_what_the_called_process_throws() -> None:
    i = run(
        [call("ca", "c"), boundary("be", "ca", error("E1")), external("h"), end()],
        "start>ca ca>end be>h h>end",
        CALLED,
    )
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def test_an_error_end_event_is_caught_at_its_subprocess() -> None:
    inner = subprocess("sp", [start("s2"), external("a"), end("ee", error("E1"))], "s2>a a>ee")
    i = run(
        [inner, boundary("be", "sp", error("E1")), external("h"), external("n"), end()],
        "start>sp sp>n n>end be>h h>end",
    )
    i.complete("a")
    assert i.active() == ["h"]
    i.complete("h")
    assert "n" not in i.visited()


def test_an_error_end_event_of_a_called_process_is_caught_at_the_call_activity() -> None:
    called = process("c", [start("s2"), external("a"), end("ee", error("E1"))], "s2>a a>ee")
    i = run(
        [call("ca", "c"), boundary("be", "ca", error("E1")), external("h"), external("n"), end()],
        "start>ca ca>n n>end be>h h>end",
        called,
    )
    i.complete("a")
    assert i.active() == ["h"]


def test_code_and_message_are_set_where_the_model_names_variables_for_them() -> None:
    names = 'camunda:errorCodeVariable="ec" camunda:errorMessageVariable="em"'
    i = with_boundary(boundary("be", "a", error(None, names)))
    i.error("a", "E7", message="boom")
    assert i.task_variables("h") == {"ec": "E7", "em": "boom"}


def test_a_retry_loop_through_a_boundary_event_runs_as_often_as_it_must() -> None:
    i = run([external("a"), boundary("be", "a", error("E1")), external("h"), end()], "start>a a>end be>h h>a")
    for _ in range(3):
        i.error("a", "E1")
        assert i.active() == ["h"]
        i.complete("h")
        assert i.active() == ["a"]
    i.complete("a")
    assert i.ended


def test_an_error_of_one_instance_cancels_the_whole_multi_instance_activity() -> None:
    i = run(
        [external("a", inner=multi_instance(cardinality="3")), boundary("be", "a", error("E1")), external("h"), end()],
        "start>a a>end be>h h>end",
    )
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def test_an_event_subprocess_does_not_start_by_itself() -> None:
    i = run([external("a"), end(), event_subprocess("x", error("E1"), "h")], "start>a a>end")
    assert i.active() == ["a"]
    i.complete("a")
    assert i.ended


def test_an_event_subprocess_of_the_process_cancels_everything_else() -> None:
    i = run(
        [parallel("f"), external("a"), external("b"), end(), event_subprocess("x", error("E1"), "h")],
        "start>f f>a f>b a>end b>end",
    )
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def with_event_subprocess(*others: str, flows: str = "") -> Instance:
    """Start a subprocess of task `a` that has an event subprocess of task `h` for E1."""
    inner = subprocess(
        "sp", [start("s2"), external("a"), end("e2"), event_subprocess("x", error("E1"), "h")], "s2>a a>e2"
    )
    return run([inner, external("n"), end(), *others], f"start>sp sp>n n>end {flows}")


def test_a_subprocess_goes_on_after_its_event_subprocess() -> None:
    i = with_event_subprocess()
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.active() == ["n"]


def test_an_event_subprocess_wins_over_a_boundary_event_of_the_same_scope() -> None:
    i = with_event_subprocess(boundary("be", "sp", error("E1")), external("hb"), flows="be>hb hb>end")
    i.error("a", "E1")
    assert i.active() == ["h"]


def test_a_caller_goes_on_after_an_event_subprocess_of_the_called_process() -> None:
    elements = [start("s2"), external("a"), end("e2"), event_subprocess("x", error("E1"), "h")]
    called = process("c", elements, "s2>a a>e2")
    i = run([call("ca", "c"), external("n"), end()], "start>ca ca>n n>end", called)
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.active() == ["n"]


def test_an_event_subprocess_does_not_catch_what_is_thrown_inside_it() -> None:
    i = with_event_subprocess(boundary("be", "sp", error("E1")), external("hb"), flows="be>hb hb>end")
    i.error("a", "E1")
    i.error("h", "E1")
    assert i.active() == ["hb"]


def test_an_error_of_one_instance_does_not_leak_into_the_next_one() -> None:
    elements = [start(), external("a"), end(), event_subprocess("x", error("E1"), "h")]
    model = Model(definitions(process("p", elements, "start>a a>end"), errors=CODES))
    model.start("p").error("a", "E1")
    assert model.start("p").active() == ["a"]


def test_an_event_subprocess_inside_an_event_subprocess_catches_what_that_throws() -> None:
    inner = event_subprocess("y", error("E2"), "k")
    outer = subprocess("x", [start("xs", error("E1")), external("h"), end("xe"), inner], "xs>h h>xe", event=True)
    i = run([external("a"), end(), outer], "start>a a>end")
    i.error("a", "E1")
    i.error("h", "E2")
    assert i.active() == ["k"]
    i.complete("k")
    assert i.ended
