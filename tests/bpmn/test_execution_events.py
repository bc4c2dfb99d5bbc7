"""Conditional events, signals, asynchronous continuations, waiting executions."""

from __future__ import annotations

import pytest

from app.bpmn import commands
from app.bpmn.delta import SignalThrown
from app.bpmn.values import Variable
from app.errors import EngineFailed, StepLimitReached
from tests.bpmn.builders import (
    boundary,
    catch,
    condition,
    definitions,
    end,
    error,
    event_gateway,
    exclusive,
    external,
    link,
    message,
    multi_instance,
    parallel,
    process,
    receive,
    script,
    signal,
    start,
    subprocess,
    throw,
    timer,
)
from tests.bpmn.driver import Instance, Model


def begin(elements: list[str], flows: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    xml = definitions(process("p", [start(), *elements], flows), messages=("M",), signals=("S",), errors=("E1",))
    return Model(xml).start("p", variables)


def guarded(definition: str, *, interrupting: bool = True, variables: dict[str, object] | None = None) -> Instance:
    """Start task `a`, then `n`, with one boundary event on `a` that leads to `h`."""
    return begin(
        [
            external("a"),
            boundary("be", "a", definition, interrupting=interrupting),
            *map(external, "nh"),
            end(),
            end("e2"),
        ],
        "start>a a>n n>end be>h h>e2",
        variables,
    )


def test_a_conditional_event_looks_when_a_variable_changes() -> None:
    i = guarded(condition("${x > 5}"))
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 3)}))
    assert i.active() == ["a"]
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 7)}))
    assert i.active() == ["h"]


def test_a_conditional_event_that_holds_at_the_beginning_fires_at_once() -> None:
    i = guarded(condition("${x > 5}"), variables={"x": 6})
    assert i.active() == ["h"]
    assert i.deltas[0].tasks_created == [task for task in i.deltas[0].tasks_created if task.activity_id == "h"]


def test_results_that_make_a_condition_true_leave_by_the_boundary_event() -> None:
    i = guarded(condition("${x > 5}"))
    i.complete("a", {"x": 6})
    assert i.active() == ["h"]
    assert "a" not in i.visited()


def test_a_non_interrupting_condition_fires_once_for_each_changed_variable() -> None:
    i = guarded(condition("${x > 5}"), interrupting=False)
    i.complete("a", {"x": 6, "y": 1})
    assert i.active() == ["h", "h", "n"]


def test_a_condition_may_name_its_variable_and_the_kind_of_change() -> None:
    attributes = 'camunda:variableName="x" camunda:variableEvents="update"'
    i = guarded(condition("${x > 5}", attributes), interrupting=False)
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 6), "y": Variable("Integer", 6)}))
    assert i.active() == ["a"]
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 7)}))
    assert i.active() == ["a", "h"]


def test_a_local_change_is_seen_below_it_alone() -> None:
    i = begin(
        [parallel("f"), external("a"), boundary("be", "a", condition("${x == 1}")), *map(external, "bh"), end()],
        "start>f f>a f>b a>end b>end be>h h>end",
    )
    i.run(commands.SetVariables(i.task("b"), {"x": Variable("Integer", 1)}, local=True))
    assert i.active() == ["a", "b"]
    i.run(commands.SetVariables(i.task("a"), {"x": Variable("Integer", 1)}, local=True))
    assert i.active() == ["b", "h"]


def test_a_conditional_event_subprocess_interrupts_the_script_that_made_it_true() -> None:
    watching = subprocess("x", [start("xs", condition("${n == 1}")), external("h"), end("xe")], "xs>h h>xe", event=True)
    i = begin([script("s", "${1}", "n"), external("a"), end(), watching], "start>s s>a a>end", {"n": 0})
    assert i.active() == ["h"]
    assert i.visited() == {"start": 1, "xs": 1}


def test_an_intermediate_condition_waits_until_it_holds() -> None:
    i = begin([catch("c", condition("${x == 1}")), external("a"), end()], "start>c c>a a>end")
    assert i.active() == []
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 1)}))
    assert i.active() == ["a"]


def test_a_condition_behind_an_event_based_gateway_may_come_first() -> None:
    i = begin(
        [
            event_gateway("g"),
            catch("c", condition("${x == 1}")),
            catch("t", timer("PT1H")),
            *map(external, "ab"),
            end(),
        ],
        "start>g g>c g>t c>a t>b a>end b>end",
    )
    i.run(commands.SetVariables("root", {"x": Variable("Integer", 1)}))
    assert i.active() == ["a"]
    assert "g" not in i.visited()


def test_a_link_leads_to_its_other_end_and_leaves_no_trace() -> None:
    i = begin(
        [external("a"), throw("lt", link("L")), catch("lc", link("L")), external("b"), end()], "start>a a>lt lc>b b>end"
    )
    i.complete("a")
    assert i.active() == ["b"]
    assert i.visited() == {"start": 1, "a": 1}


def test_a_thrown_signal_carries_the_variables_that_its_mapping_names() -> None:
    mapping = '<camunda:in source="q" target="got"/>'
    i = begin(
        [
            parallel("f"),
            catch("c", signal("S")),
            external("a"),
            throw("th", signal("S", mapping)),
            external("b"),
            end(),
        ],
        "start>f f>c f>a c>b a>th th>end b>end",
        {"q": 7},
    )
    delta = i.complete("a")
    assert delta.signals_thrown == [SignalThrown("S", {"got": Variable("Integer", 7)})]
    assert i.active() == ["b"]
    assert i.variables() == {"q": 7, "got": 7}


def test_message_variables_go_where_they_are_asked_to_go() -> None:
    i = begin(
        [
            external("a"),
            end(),
            subprocess(
                "x", [start("xs", message("M"), interrupting=False), external("h"), end("xe")], "xs>h h>xe", event=True
            ),
        ],
        "start>a a>end",
    )
    (subscription,) = i.messages
    one = {name: Variable("Integer", number) for number, name in enumerate(("outer", "triggered"))}
    i.run(
        commands.DeliverEvent(
            subscription, variables={"outer": one["outer"]}, triggered_variables={"triggered": one["triggered"]}
        )
    )
    assert i.variables() == {"outer": 0}
    assert i.task_variables("h") == {"outer": 0, "triggered": 1}


def test_a_receive_task_without_a_message_waits_to_be_signalled() -> None:
    i = begin([receive("r"), external("a"), end()], "start>r r>a a>end")
    execution = next(record.execution_id for record in i.records.values() if record.activity_id == "r")
    i.run(commands.SignalExecution(execution, {"v": Variable("Integer", 1)}))
    assert i.active() == ["a"]
    assert i.variables() == {"v": 1}


def test_a_process_instance_itself_cannot_be_signalled() -> None:
    i = begin([receive("r"), end()], "start>r r>end")
    with pytest.raises(EngineFailed, match="does not wait for a signal"):
        i.run(commands.SignalExecution("root"))


ASYNC = 'camunda:asyncBefore="true" camunda:asyncAfter="true" camunda:exclusive="false" camunda:jobPriority="7"'


def test_an_asynchronous_activity_waits_for_a_job_before_and_after() -> None:
    retries = "<camunda:failedJobRetryTimeCycle>R5/PT5M</camunda:failedJobRetryTimeCycle>"
    i = begin([external("a", attributes=ASYNC, extensions=retries), external("b"), end()], "start>a a>b b>end")
    (job,) = i.deltas[0].jobs_created
    assert (job.kind, job.due_at, job.retry_cycle, job.priority, job.exclusive) == (
        "async-before",
        None,
        "R5/PT5M",
        7,
        False,
    )
    assert i.active() == []
    i.fire_jobs()
    assert i.active() == ["a"]
    delta = i.complete("a")
    assert [job.kind for job in delta.jobs_created] == ["async-after"]
    assert i.visited() == {"start": 1, "a": 1}
    i.fire_jobs()
    assert i.active() == ["b"]


def test_each_instance_may_be_asynchronous_by_itself() -> None:
    attributes = 'camunda:asyncBefore="true" camunda:asyncAfter="true"'
    loop = multi_instance(cardinality="2", attributes=attributes)
    i = begin([external("a", inner=loop), external("b"), end()], "start>a a>b b>end")
    assert len(i.jobs) == 2
    i.fire_jobs()
    assert [i.task_variables("a", position)["loopCounter"] for position in range(2)] == [0, 1]
    i.complete_all("a")
    assert i.active() == []
    i.fire_jobs()
    assert i.active() == ["b"]


def test_a_job_goes_with_what_it_belongs_to() -> None:
    inner = subprocess("sp", [start("s2"), external("a", attributes=ASYNC), end("e2")], "s2>a a>e2")
    i = begin([inner, boundary("be", "sp", timer("PT1H")), external("h"), end()], "start>sp sp>end be>h h>end")
    boundary_job = i.deltas[0].jobs_created[0].id
    i.run(commands.FireJob(boundary_job))
    assert i.jobs == {}
    assert i.active() == ["h"]


def test_a_job_that_is_gone_cannot_be_fired() -> None:
    i = guarded(timer("PT1H"))
    with pytest.raises(EngineFailed, match="There is no job 'nonsense'"):
        i.run(commands.FireJob("nonsense"))


def test_an_endless_loop_is_stopped() -> None:
    i = begin(
        [external("a"), exclusive("m"), script("s", "${1}"), exclusive("g"), end()],
        "start>a a>m m>s s>g g>m[${true}] g>end*",
    )
    i.max_steps = 1000
    with pytest.raises(StepLimitReached, match="1000 steps"):
        i.complete("a")
    assert i.active() == ["a"]


def test_an_interrupting_event_subprocess_takes_the_boundary_events_of_its_scope_with_it() -> None:
    catching = subprocess("x", [start("xs", error("E1")), external("h"), end("xe")], "xs>h h>xe", event=True)
    inner = subprocess("sp", [start("s2"), external("a"), end("e2"), catching], "s2>a a>e2")
    i = begin([inner, boundary("be", "sp", timer("PT1H")), external("b"), end()], "start>sp sp>end be>b b>end")
    i.error("a", "E1")
    assert i.active() == ["h"]
    assert i.jobs == {}
