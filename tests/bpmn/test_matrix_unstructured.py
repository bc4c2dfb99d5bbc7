"""The behaviour matrix, last part: loops, recursion, and what is not block-structured."""

from __future__ import annotations

import pytest

from app.errors import EngineFailed
from tests.bpmn.builders import (
    boundary,
    call,
    catch,
    definitions,
    end,
    error,
    exclusive,
    external,
    inclusive,
    message,
    multi_instance,
    parallel,
    process,
    script,
    start,
    subprocess,
    timer,
)
from tests.bpmn.driver import Instance, Model


def run(elements: list[str], flows: str, *others: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    xml = definitions(
        process("p", [start(), *elements], flows),
        *others,
        errors=("E1",),
        messages=("M", "N"),
        signals=("S",),
    )
    return Model(xml).start("p", variables)


def test_two_tokens_through_one_parallel_block_keep_apart() -> None:
    i = run(
        [
            *(parallel(id) for id in ("f1", "f2", "j")),
            exclusive("m"),
            *(external(id) for id in ("x", "y", "a", "b", "c")),
            end(),
        ],
        "start>f1 f1>x f1>y x>m y>m m>f2 f2>a f2>b a>j b>j j>c c>end",
    )
    i.complete("x")
    i.complete("y")
    assert i.active() == ["a", "a", "b", "b"]
    i.complete("a")
    i.complete("b")
    assert i.active() == ["a", "b", "c"]
    i.complete("a")
    i.complete("b")
    assert i.active() == ["c", "c"]
    i.complete_all("c")
    assert i.ended


def test_an_inclusive_join_waits_for_a_loop_before_it() -> None:
    i = run(
        [inclusive("f"), external("a"), exclusive("m"), external("b"), exclusive("g"), inclusive("j"), external("d")],
        "start>f f>a[${x>0}] f>m[${x>0}] m>b b>g g>m[${n < 2}] g>j* a>j j>d",
        variables={"x": 1, "n": 0},
    )
    i.complete("a")
    assert i.active() == ["b"]
    i.complete("b", {"n": 1})
    assert i.active() == ["b"]
    i.complete("b", {"n": 2})
    assert i.active() == ["d"]


def test_an_inclusive_join_goes_on_when_the_last_other_token_ends_elsewhere() -> None:
    i = run(
        [inclusive("f"), external("a"), external("b"), exclusive("g"), end("e1"), inclusive("j"), external("d")],
        "start>f f>a[${true}] f>b[${true}] b>g g>e1[${x}] g>j* a>j j>d",
        variables={"x": True},
    )
    i.complete("a")
    assert i.active() == ["b"]
    i.complete("b")
    assert i.active() == ["d"]


def test_a_process_may_call_itself() -> None:
    mappings = '<camunda:in sourceExpression="${n - 1}" target="n"/>'
    i = run(
        [exclusive("g"), call("ca", "p", mappings=mappings), external("leaf"), end()],
        "start>g g>ca[${n > 0}] g>leaf* ca>end leaf>end",
        variables={"n": 3},
    )
    assert i.active() == ["leaf"]
    i.complete("leaf")
    assert i.ended


CALLED = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")


def test_an_error_nobody_catches_in_a_called_process_completes_the_call() -> None:
    i = run([call("ca", "c"), external("n"), end()], "start>ca ca>n n>end", CALLED)
    i.error("a", "E9")
    assert i.active() == ["n"]


def test_an_error_of_one_called_process_cancels_all_calls_of_a_multi_instance() -> None:
    many = call("ca", "c", inner=multi_instance(cardinality="3"))
    i = run([many, boundary("be", "ca", error("E1")), external("h"), end()], "start>ca ca>end be>h h>end", CALLED)
    assert i.active() == ["a", "a", "a"]
    i.complete("a")
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def test_an_error_beside_a_non_interrupting_timer_cancels_both_tokens() -> None:
    inner = subprocess(
        "sp",
        [
            start("s2"),
            external("a"),
            boundary("bt", "a", timer("PT1H"), interrupting=False),
            external("r"),
            end("e2"),
            end("e3"),
        ],
        "s2>a a>e2 bt>r r>e3",
    )
    i = run([inner, boundary("be", "sp", error("E1")), external("h"), end()], "start>sp sp>end be>h h>end")
    i.fire_jobs()
    assert i.active() == ["a", "r"]
    i.error("r", "E1")
    assert i.active() == ["h"]


def test_a_subprocess_with_a_boundary_event_in_a_loop_starts_afresh_in_every_round() -> None:
    inner = subprocess("sp", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    i = run(
        [exclusive("m"), inner, boundary("be", "sp", error("E1")), external("h"), exclusive("g"), end()],
        "start>m m>sp sp>g g>m[${n < 3}] g>end* be>h h>m",
        variables={"n": 0},
    )
    i.error("a", "E1")
    i.complete("h")
    i.complete("a", {"n": 1})
    i.error("a", "E1")
    assert i.active() == ["h"]
    i.complete("h")
    i.complete("a", {"n": 3})
    assert i.ended


def test_a_loop_of_scripts_runs_without_depth() -> None:
    i = run(
        [exclusive("m"), script("sc", "${n + 1}", "n"), exclusive("g"), external("a"), end()],
        "start>m m>sc sc>g g>m[${n < 2000}] g>a* a>end",
        variables={"n": 0},
    )
    assert i.task_variables("a") == {"n": 2000}


def test_a_message_finds_its_branch() -> None:
    i = run(
        [
            parallel("f"),
            catch("c1", message("M")),
            catch("c2", message("N")),
            external("a"),
            external("b"),
            end("e1"),
            end("e2"),
        ],
        "start>f f>c1 f>c2 c1>a c2>b a>e1 b>e2",
    )
    i.message("N")
    assert i.active() == ["b"]
    i.message("M")
    assert i.active() == ["a", "b"]


def test_a_gateway_without_a_way_out_refuses_and_the_task_stays() -> None:
    i = run(
        [external("a"), exclusive("g"), end("e1"), end("e2")],
        "start>a a>g g>e1[${x == 1}] g>e2[${x == 2}]",
    )
    with pytest.raises(EngineFailed, match="No outgoing sequence flow for the element with id 'g'"):
        i.complete("a", {"x": 3})
    assert i.active() == ["a"]
    i.complete("a", {"x": 2})
    assert i.ended
