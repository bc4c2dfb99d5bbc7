"""The behaviour matrix, third part: timers, messages, signals, event subprocesses, event-based gateways."""

from __future__ import annotations

from tests.bpmn.builders import (
    boundary,
    catch,
    definitions,
    end,
    event_gateway,
    external,
    message,
    parallel,
    process,
    receive,
    signal,
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


def with_boundary(event: str, variables: dict[str, object] | None = None) -> Instance:
    """Start task `a`, then `n`, with one boundary event `be` on `a` that leads to `h`."""
    elements = [external("a"), event, external("n"), end(), external("h"), end("e2")]
    return run(elements, "start>a a>n n>end be>h h>e2", variables=variables)


def message_subprocess(*, interrupting: bool) -> str:
    """Return an event subprocess that message M starts."""
    elements = [start("xs", message("M"), interrupting=interrupting), external("h"), end("xe")]
    return subprocess("x", elements, "xs>h h>xe", event=True)


def test_a_non_interrupting_event_subprocess_starts_with_every_message() -> None:
    i = run([external("a"), end(), message_subprocess(interrupting=False)], "start>a a>end")
    i.message("M")
    assert i.active() == ["a", "h"]
    i.message("M")
    assert i.active() == ["a", "h", "h"]
    i.complete("a")
    i.complete("h")
    assert not i.ended
    i.complete("h")
    assert i.ended


def test_an_interrupting_event_subprocess_cancels_the_rest() -> None:
    i = run([external("a"), end(), message_subprocess(interrupting=True)], "start>a a>end")
    i.message("M")
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def test_an_interrupting_timer_leaves_its_activity() -> None:
    i = with_boundary(boundary("be", "a", timer("PT1H")))
    i.fire_jobs()
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended
    assert "n" not in i.visited()


def test_a_timer_goes_with_its_activity() -> None:
    i = with_boundary(boundary("be", "a", timer("PT1H")))
    i.complete("a")
    assert i.jobs == {}
    assert i.active() == ["n"]


def test_a_non_interrupting_timer_runs_beside_its_activity() -> None:
    i = with_boundary(boundary("be", "a", timer("PT1H"), interrupting=False))
    i.fire_jobs()
    assert i.active() == ["a", "h"]
    i.complete("a")
    assert i.active() == ["h", "n"]
    i.complete("n")
    i.complete("h")
    assert i.ended


def test_a_repeating_timer_fires_until_its_activity_is_left() -> None:
    i = with_boundary(boundary("be", "a", timer("R3/PT1H", "timeCycle"), interrupting=False))
    i.fire_jobs()
    i.fire_jobs()
    assert i.active() == ["a", "h", "h"]
    i.complete("a")
    i.fire_jobs()
    assert i.active() == ["h", "h", "n"]


def test_the_duration_of_a_timer_may_be_an_expression() -> None:
    i = with_boundary(boundary("be", "a", timer("${d}")), {"d": "PT1H"})
    assert i.deltas[0].jobs_created[0].due_at == i.now_ms + 3_600_000
    i.fire_jobs()
    assert i.active() == ["h"]


def test_a_timer_on_a_subprocess_cancels_all_of_it() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), parallel("f"), external("a"), external("b"), end("e2")],
        "s2>f f>a f>b a>e2 b>e2",
    )
    i = run([inner, boundary("be", "sp", timer("PT1H")), external("h"), end()], "start>sp sp>end be>h h>end")
    i.complete("a")
    i.fire_jobs()
    assert i.active() == ["h"]
    i.complete("h")
    assert i.ended


def test_a_message_brings_its_variables() -> None:
    i = with_boundary(boundary("be", "a", message("M")))
    i.message("M", {"z": 1})
    assert i.active() == ["h"]
    assert i.task_variables("h") == {"z": 1}


def test_a_non_interrupting_message_may_come_twice() -> None:
    i = with_boundary(boundary("be", "a", message("M"), interrupting=False))
    i.message("M")
    i.message("M")
    assert i.active() == ["a", "h", "h"]
    i.complete("a")
    i.complete("n")
    i.complete_all("h")
    assert i.ended


def test_receive_tasks_and_catch_events_wait_for_their_messages() -> None:
    i = run([receive("r", "M"), catch("c", message("N")), external("a"), end()], "start>r r>c c>a a>end")
    i.message("M")
    i.message("N", {"k": 2})
    assert i.active() == ["a"]
    assert i.task_variables("a") == {"k": 2}


SIGNALLED = [parallel("f"), catch("c1", signal("S")), external("a"), external("b"), end("e1")]


def test_a_signal_reaches_who_waits_for_it() -> None:
    i = run([*SIGNALLED, end()], "start>f f>c1 f>b c1>a a>e1 b>end")
    assert i.active() == ["b"]
    i.signal("S")
    assert i.active() == ["a", "b"]


def test_a_signal_end_event_reaches_who_waits_in_the_same_instance() -> None:
    i = run([*SIGNALLED, end("se", signal("S"))], "start>f f>c1 f>b c1>a a>e1 b>se")
    i.complete("b")
    assert i.active() == ["a"]


def test_a_timer_catch_event_waits_for_its_time() -> None:
    i = run([catch("t", timer("PT1M")), external("a"), end()], "start>t t>a a>end")
    assert i.active() == []
    i.fire_jobs()
    assert i.active() == ["a"]


def test_an_event_based_gateway_goes_on_with_the_first_event_alone() -> None:
    i = run(
        [event_gateway("g"), catch("c", message("M")), catch("t", timer("PT1M")), external("a"), external("b"), end()],
        "start>g g>c g>t c>a t>b a>end b>end",
    )
    i.message("M")
    assert i.active() == ["a"]
    assert i.jobs == {}


def test_a_non_interrupting_signal_is_caught_again_and_again() -> None:
    i = with_boundary(boundary("be", "a", signal("S"), interrupting=False))
    i.signal("S")
    i.signal("S")
    assert i.active() == ["a", "h", "h"]
