"""Which scope a variable belongs to, and what mappings do with it."""

from __future__ import annotations

import pytest

from app.bpmn import commands
from app.bpmn.delta import VariableRemoved
from app.bpmn.values import Variable
from app.errors import ExpressionFailed
from tests.bpmn.builders import (
    boundary,
    call,
    definitions,
    end,
    error,
    exclusive,
    external,
    input_output,
    multi_instance,
    process,
    script,
    start,
    subprocess,
)
from tests.bpmn.driver import Instance, Model


def run(elements: list[str], flows: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows), errors=("E1",))).start("p", variables)


def mapped(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> Instance:
    """Start task `a` with an input-output mapping, then task `b`; `q` is 1."""
    mapping = input_output(inputs, outputs)
    return run([external("a", extensions=mapping), external("b"), end()], "start>a a>b b>end", {"q": 1})


def test_a_result_with_the_name_of_an_input_parameter_stays_in_the_task() -> None:
    i = mapped({"q": "${q + 1}"})
    i.complete("a", {"q": 7})
    assert i.task_variables("b") == {"q": 1}


def test_a_result_without_a_scope_of_its_own_goes_to_the_process_instance() -> None:
    i = mapped({"inp": "x"})
    i.complete("a", {"new": 7})
    assert i.variables() == {"q": 1, "new": 7}


def test_local_results_are_gone_after_the_task() -> None:
    i = mapped()
    i.complete("a", local={"loc": 7})
    assert i.variables() == {"q": 1}


def test_later_input_parameters_see_earlier_ones() -> None:
    i = mapped({"one": "${q + 1}", "two": "${one + 1}"})
    assert i.task_variables("a") == {"q": 1, "one": 2, "two": 3}


def test_parameters_may_be_lists_and_maps_in_each_other() -> None:
    value = (
        "<camunda:map><camunda:entry key='k'>${q}</camunda:entry><camunda:entry key='l'><camunda:list>"
        "<camunda:value>x</camunda:value><camunda:value>${q + 1}</camunda:value></camunda:list></camunda:entry>"
        "</camunda:map>"
    )
    i = mapped({"m": value, "nothing": ""})
    assert i.task_variables("a") == {"q": 1, "m": {"k": 1, "l": ["x", 2]}, "nothing": None}


def test_a_variable_that_is_only_passed_on_keeps_its_type() -> None:
    model = Model(
        definitions(
            process("p", [start(), external("a", extensions=input_output({"copy": "${v}"})), end()], "start>a a>end")
        )
    )
    i = Instance(model)
    i.run(commands.StartInstance("p", "root", variables={"v": Variable("Long", 5), "j": Variable("Json", "[1]")}))
    assert i.stored[i.task("a")] == {"copy": Variable("Long", 5)}


def test_conditions_of_flows_are_asked_before_the_output_mapping() -> None:
    mapping = input_output({"inner": "yes"}, {"x": "2"})
    i = run(
        [external("a", extensions=mapping), external("b"), external("c"), end()],
        "start>a a>b[${inner == 'yes' && x == 1}] a>c* b>end c>end",
        {"x": 1},
    )
    i.complete("a")
    assert i.active() == ["b"]
    assert i.variables() == {"x": "2"}


def test_a_script_may_have_mappings_of_its_own() -> None:
    mapping = input_output({"n": "${q * 10}"}, {"out": "${n}"})
    i = run([script("s", "${n + 1}", "r", mapping), external("b"), end()], "start>s s>b b>end", {"q": 2})
    assert i.variables() == {"q": 2, "r": 21, "out": 20}


def test_an_output_mapping_runs_when_the_activity_is_cancelled() -> None:
    i = run(
        [
            external("a", extensions=input_output({}, {"out": "mapped"})),
            boundary("be", "a", error("E1")),
            external("h"),
            end(),
        ],
        "start>a a>end be>h h>end",
    )
    i.error("a", "E1")
    assert i.variables() == {"out": "mapped"}


def test_an_output_mapping_that_fails_on_a_cancelled_activity_is_skipped_with_a_remark() -> None:
    i = run(
        [
            external("a", extensions=input_output({}, {"out": "${missing}"})),
            boundary("be", "a", error("E1")),
            external("h"),
            end(),
        ],
        "start>a a>end be>h h>end",
    )
    delta = i.error("a", "E1")
    assert i.active() == ["h"]
    assert [(remark.kind, remark.activity_id) for remark in delta.remarks] == [("output mapping skipped", "a")]


def test_an_output_mapping_that_fails_on_completion_fails_the_completion() -> None:
    i = run([external("a", extensions=input_output({}, {"out": "${missing}"})), end()], "start>a a>end")
    with pytest.raises(ExpressionFailed, match="missing"):
        i.complete("a")
    assert i.active() == ["a"]


def test_variables_of_a_scope_go_with_it() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), external("a"), end("e2")],
        "s2>a a>e2",
        inner=f"<extensionElements>{input_output({'scoped': '1'})}</extensionElements>",
    )
    i = run([inner, external("b"), end()], "start>sp sp>b b>end")
    assert i.task_variables("a") == {"scoped": "1"}
    delta = i.complete("a", {"scoped": "2"})
    assert i.variables() == {}
    assert [removed.name for removed in delta.variables_removed] == [None]


def test_variables_are_set_from_an_execution_outwards_or_locally() -> None:
    i = mapped({"inp": "x"})
    task = i.task("a")
    i.run(commands.SetVariables(task, {"inp": Variable("String", "y"), "q": Variable("Integer", 2)}))
    assert i.task_variables("a") == {"inp": "y", "q": 2}
    i.run(commands.SetVariables(task, {"q": Variable("Integer", 3)}, local=True))
    assert (i.task_variables("a")["q"], i.variables()["q"]) == (3, 2)


def test_variables_are_removed_locally_or_where_they_are_seen() -> None:
    i = mapped({"inp": "x"})
    task = i.task("a")
    assert i.run(commands.SetVariables(task, removals=("q",), local=True)).variables_removed == []
    delta = i.run(commands.SetVariables(task, removals=("q", "inp")))
    assert delta.variables_removed == [
        VariableRemoved("root", "q", explicit=True),
        VariableRemoved(task, "inp", explicit=True),
    ]


def test_a_transient_variable_is_seen_in_its_step_and_never_stored() -> None:
    i = run(
        [external("a"), exclusive("g"), external("b"), external("c")],
        "start>a a>g g>b[${t == 1}] g>c*",
    )
    delta = i.run(commands.CompleteExternalTask(i.task("a"), variables={"t": Variable("Integer", 1, transient=True)}))
    assert i.active() == ["b"]
    assert delta.variables_set == []


def test_stored_variables_are_not_loaded_when_nothing_reads_them() -> None:
    i = run([external("a"), external("b"), end()], "start>a a>b b>end", {"q": 1})
    i.stored = Unreadable()
    i.run(commands.CompleteExternalTask(i.task("a"), variables={"q": Variable("Integer", 2)}))
    assert i.active() == ["b"]


class Unreadable(dict[str, dict[str, Variable]]):
    """Stored variables that nobody may look at."""

    def get(self, *_: object) -> dict[str, Variable]:
        """Refuse."""
        raise AssertionError("stored variables have been loaded")


CALLED = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")


def calling(mappings: str, attributes: str = "") -> Instance:
    """Start a process that calls another one with task `a`; `q` is 1, `r` is 2."""
    activity = call("ca", "${'c'}", mappings=mappings, attributes=attributes)
    caller = process("p", [start(), activity, external("b"), end()], "start>ca ca>b b>end")
    return Model(definitions(caller, CALLED)).start("p", {"q": 1, "r": 2}, business_key="order-1")


def test_all_variables_go_in_and_come_out_when_the_mapping_says_so() -> None:
    i = calling('<camunda:in variables="all"/><camunda:out variables="all"/>')
    assert i.task_variables("a") == {"q": 1, "r": 2}
    i.complete("a", {"q": 10, "new": 3})
    assert i.variables() == {"q": 10, "r": 2, "new": 3}


def test_a_source_that_does_not_exist_is_null() -> None:
    i = calling('<camunda:in source="missing" target="m"/>')
    assert i.task_variables("a") == {"m": None}


def test_the_business_key_is_handed_over_by_an_expression() -> None:
    i = calling('<camunda:in businessKey="#{execution.processBusinessKey}-sub"/>')
    assert [started.business_key for started in i.deltas[0].instances_started] == ["order-1", "order-1-sub"]


def test_a_called_instance_is_linked_to_its_caller_and_its_definition() -> None:
    i = calling("")
    root, called = i.deltas[0].instances_started
    assert (root.id, root.definition_id, root.start_activity_id) == ("root", "p", "start")
    assert (called.definition_id, called.super_instance_id, called.start_activity_id) == ("c", "root", "s2")
    record = next(record for record in i.records.values() if record.activity_id == "ca")
    assert (record.called_instance_id, record.execution_id) == (called.id, called.super_execution_id)


def test_completed_instances_are_counted_where_the_completion_condition_sees_them() -> None:
    loop = multi_instance(collection="items", element="it", until="${it == 'stop'}")
    i = run([external("a", inner=loop), external("b"), end()], "start>a a>b b>end", {"items": ["go", "stop", "never"]})
    i.complete("a")
    assert i.active() == ["a", "a"]
    i.complete("a")
    assert i.active() == ["b"]
    assert i.seen_variables["nrOfCompletedInstances"] == 2
