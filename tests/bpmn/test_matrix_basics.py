"""The behaviour matrix, first part: flows, gateways, variables, multi-instance."""

from __future__ import annotations

from tests.bpmn.builders import (
    TERMINATE,
    call,
    definitions,
    end,
    exclusive,
    external,
    inclusive,
    input_output,
    multi_instance,
    parallel,
    process,
    script,
    start,
    subprocess,
    user,
)
from tests.bpmn.driver import Instance, Model


def run(elements: list[str], flows: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows))).start("p", variables)


def test_a_sequence_runs_one_task_after_the_other() -> None:
    i = run([external("a"), external("b"), end()], "start>a a>b b>end", {"q": 1})
    assert i.active() == ["a"]
    i.complete("a", {"x": 5})
    assert i.active() == ["b"]
    i.complete("b")
    assert i.ended
    assert i.variables() == {"q": 1, "x": 5}


def test_send_and_business_rule_tasks_are_external_tasks_too() -> None:
    i = run([external("a", tag="sendTask"), external("b", tag="businessRuleTask"), end()], "start>a a>b b>end")
    i.complete("a")
    assert i.active() == ["b"]
    i.complete("b")
    assert i.ended


def test_an_exclusive_gateway_takes_the_first_condition_that_holds_else_its_default() -> None:
    elements = [exclusive("g"), external("hi"), external("lo"), end()]
    flows = "start>g g>hi[${amount > 100 && !flag}] g>lo* hi>end lo>end"
    assert run(elements, flows, {"amount": 150, "flag": False}).active() == ["hi"]
    assert run(elements, flows, {"amount": 150, "flag": True}).active() == ["lo"]


def test_a_parallel_join_waits_for_every_branch() -> None:
    i = run(
        [parallel("f"), external("a"), external("b"), parallel("j"), external("c"), end()],
        "start>f f>a f>b a>j b>j j>c c>end",
    )
    assert i.active() == ["a", "b"]
    i.complete("a", {"x": 1})
    assert i.active() == ["b"]
    i.complete("b", {"y": 2})
    assert i.active() == ["c"]
    i.complete("c")
    assert i.variables() == {"x": 1, "y": 2}


INCLUSIVE = [inclusive("f"), external("a"), external("b"), external("c"), inclusive("j"), external("d"), end()]
INCLUSIVE_FLOWS = "start>f f>a[${x>0}] f>b[${x>1}] f>c* a>j b>j c>j j>d d>end"


def test_an_inclusive_join_waits_for_the_branches_that_were_taken() -> None:
    i = run(INCLUSIVE, INCLUSIVE_FLOWS, {"x": 2})
    assert i.active() == ["a", "b"]
    i.complete("a")
    assert i.active() == ["b"]
    i.complete("b")
    assert i.active() == ["d"]


def test_an_inclusive_gateway_takes_its_default_alone_when_no_condition_holds() -> None:
    i = run(INCLUSIVE, INCLUSIVE_FLOWS, {"x": 0})
    assert i.active() == ["c"]
    i.complete("c")
    assert i.active() == ["d"]


def test_two_flows_out_of_an_activity_are_a_parallel_split() -> None:
    i = run([external("a"), external("b"), external("c"), end("e1"), end("e2")], "start>a a>b a>c b>e1 c>e2")
    i.complete("a")
    assert i.active() == ["b", "c"]
    i.complete("b")
    assert not i.ended
    i.complete("c")
    assert i.ended


def test_conditional_flows_may_leave_an_activity() -> None:
    i = run([external("a"), external("b"), external("c"), end()], "start>a a>b[${x==1}] a>c[${x==2}] b>end c>end")
    i.complete("a", {"x": 2})
    assert i.active() == ["c"]


def test_a_terminate_end_event_ends_everything_in_its_scope() -> None:
    i = run([parallel("f"), external("a"), external("b"), end("x", TERMINATE), end()], "start>f f>a f>b a>x b>end")
    i.complete("a")
    assert i.active() == []
    assert i.ended


def test_a_terminate_end_event_in_a_subprocess_ends_only_that() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), parallel("f"), external("a"), external("b"), end("x", TERMINATE), end("e2")],
        "s2>f f>a f>b a>x b>e2",
    )
    i = run([inner, external("c"), end()], "start>sp sp>c c>end")
    i.complete("a")
    assert i.active() == ["c"]


def test_two_tokens_through_an_exclusive_merge_run_what_follows_twice() -> None:
    i = run(
        [parallel("f"), external("a"), external("b"), exclusive("m"), external("c"), end()],
        "start>f f>a f>b a>m b>m m>c c>end",
    )
    i.complete("a")
    i.complete("b")
    assert i.active() == ["c", "c"]


def test_a_loop_runs_as_often_as_its_condition_says() -> None:
    i = run([exclusive("m"), external("a"), exclusive("g"), end()], "start>m m>a a>g g>m[${n < 3}] g>end*", {"n": 0})
    for number in range(3):
        assert i.active() == ["a"]
        i.complete("a", {"n": number + 1})
    assert i.ended


def test_a_parallel_block_inside_a_loop_joins_in_every_round() -> None:
    i = run(
        [exclusive("m"), parallel("f"), external("a"), external("b"), parallel("j"), exclusive("g"), end()],
        "start>m m>f f>a f>b a>j b>j j>g g>m[${n < 3}] g>end*",
        {"n": 0},
    )
    for number in range(3):
        assert i.active() == ["a", "b"]
        i.complete("b")
        i.complete("a", {"n": number + 1})
    assert i.ended


def test_user_tasks_wait_for_a_person_and_scripts_set_their_result() -> None:
    i = run([user("u"), script("sc", "${n * 2}", "m"), external("a"), end()], "start>u u>sc sc>a a>end", {"n": 4})
    assert i.active() == ["u"]
    i.complete("u")
    assert i.task_variables("a")["m"] == 8


def test_a_variable_of_one_branch_is_seen_by_the_other_at_once() -> None:
    i = run([parallel("f"), external("a"), external("b"), parallel("j"), end()], "start>f f>a f>b a>j b>j j>end")
    i.complete("a", {"x": 7})
    assert i.task_variables("b")["x"] == 7


def test_the_last_writer_of_a_variable_wins() -> None:
    i = run(
        [parallel("f"), external("a"), external("b"), parallel("j"), external("c"), end()],
        "start>f f>a f>b a>j b>j j>c c>end",
        {"x": 0},
    )
    i.complete("b", {"x": "b"})
    i.complete("a", {"x": "a"})
    assert i.task_variables("c")["x"] == "a"


def test_lists_and_maps_are_replaced_not_merged() -> None:
    i = run([external("a"), external("b"), end()], "start>a a>b b>end", {"l": [3, 1, 2], "d": {"a": 1, "b": 2}})
    i.complete("a", {"l": [2, 3, 1], "d": {"a": 9}})
    assert i.task_variables("b") == {"l": [2, 3, 1], "d": {"a": 9}}


def test_input_and_output_parameters_stay_in_and_come_out() -> None:
    mapping = input_output({"inp": "${q + 1}"}, {"res": "${out}"})
    i = run([external("a", extensions=mapping), external("b"), end()], "start>a a>b b>end", {"q": 1})
    assert i.task_variables("a") == {"q": 1, "inp": 2}
    i.complete("a", local={"out": 5})
    assert i.task_variables("b") == {"q": 1, "res": 5}


def test_a_call_activity_passes_only_what_its_mappings_name() -> None:
    mappings = '<camunda:in source="q" target="z"/><camunda:out source="r" target="rr"/>'
    caller = process("p", [start(), call("ca", "c", mappings=mappings), external("b"), end()], "start>ca ca>b b>end")
    called = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    i = Model(definitions(caller, called)).start("p", {"q": 1, "hidden": 2})
    assert i.task_variables("a") == {"z": 1}
    i.complete("a", {"r": 5})
    assert i.task_variables("b") == {"q": 1, "hidden": 2, "rr": 5}


def test_a_parallel_multi_instance_task_runs_once_for_each_item() -> None:
    loop = multi_instance(collection="items", element="it")
    i = run([external("a", inner=loop), external("b"), end()], "start>a a>b b>end", {"items": ["x", "y", "z"]})
    assert [i.task_variables("a", position)["it"] for position in range(3)] == ["x", "y", "z"]
    i.complete_all("a")
    assert i.active() == ["b"]
    assert i.task_variables("b") == {"items": ["x", "y", "z"]}


def test_a_sequential_multi_instance_task_takes_one_item_after_the_other() -> None:
    loop = multi_instance(collection="items", element="it", sequential=True)
    i = run([external("a", inner=loop), external("b"), end()], "start>a a>b b>end", {"items": ["x", "y"]})
    for item in ("x", "y"):
        assert i.active() == ["a"]
        assert i.task_variables("a")["it"] == item
        i.complete("a")
    assert i.task_variables("b") == {"items": ["x", "y"]}


def test_the_cardinality_may_be_an_expression_and_each_instance_has_a_counter() -> None:
    i = run([external("a", inner=multi_instance(cardinality="${n}")), end()], "start>a a>end", {"n": 3})
    assert [i.task_variables("a", position)["loopCounter"] for position in range(3)] == [0, 1, 2]


def test_a_completion_condition_cancels_the_remaining_instances() -> None:
    loop = multi_instance(cardinality="3", until="${nrOfCompletedInstances >= 2}")
    i = run([external("a", inner=loop), external("b"), end()], "start>a a>b b>end")
    i.complete("a")
    i.complete("a")
    assert i.active() == ["b"]


def test_an_empty_collection_passes_the_activity() -> None:
    loop = multi_instance(collection="items", element="it")
    i = run([external("a", inner=loop), external("b"), end()], "start>a a>b b>end", {"items": []})
    assert i.active() == ["b"]


def test_a_multi_instance_subprocess_runs_all_of_its_inside() -> None:
    loop = multi_instance(collection="items", element="it")
    inner = subprocess("sp", [start("s2"), external("a"), end("e2")], "s2>a a>e2", inner=loop)
    i = run([inner, external("b"), end()], "start>sp sp>b b>end", {"items": ["x", "y"]})
    assert i.active() == ["a", "a"]
    i.complete_all("a")
    assert i.active() == ["b"]
