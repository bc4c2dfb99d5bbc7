"""Starting and cancelling activities of an instance from outside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.bpmn import commands
from app.bpmn.commands import StartInstruction
from app.bpmn.execution.inspect import ActivityInstance, activity_tree
from app.bpmn.values import Variable
from app.errors import InvalidInput, InvalidInstruction
from tests.bpmn.builders import (
    definitions,
    end,
    external,
    multi_instance,
    process,
    start,
    subprocess,
)
from tests.bpmn.driver import Instance, Model


def model(elements: list[str], flows: str, *others: str, attributes: str = "") -> Model:
    """Return a model of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows, attributes), *others))


def shape(node: ActivityInstance) -> Any:
    """Return an activity instance as nested tuples of activity ids; transitions are in brackets."""
    inner = [shape(child) for child in node.children] + [f"[{t.activity_id}]" for t in node.transitions]
    return (node.activity_id, *inner) if inner else node.activity_id


def tree(instance: Instance, instance_id: str | None = None) -> Any:
    """Return the shape of the activity tree of an instance."""
    return shape(activity_tree(json.loads(instance.state or ""), instance.model, instance_id))


def before(activity_id: str, **more: Any) -> StartInstruction:
    """Return the instruction to start an activity."""
    return StartInstruction("startBeforeActivity", activity_id=activity_id, **more)


def cancel(activity_id: str) -> StartInstruction:
    """Return the instruction to cancel every instance of an activity."""
    return StartInstruction("cancel", activity_id=activity_id)


def nested() -> Model:
    """Return a process with task `a`, a subprocess of tasks `b` and `c`, and task `d`."""
    inner = subprocess("sp", [start("s2"), external("b"), external("c"), end("e2")], "s2>b b>c c>e2")
    return model([external("a"), inner, external("d"), end()], "start>a a>sp sp>d d>end")


def modify(instance: Instance, *instructions: StartInstruction) -> None:
    """Modify the root instance."""
    instance.run(commands.ModifyInstance("root", instructions))


def test_an_activity_is_started_beside_what_runs_with_variables() -> None:
    i = nested().start("p")
    number = Variable("Integer", 1)
    modify(i, before("d", variables={"v": number}, local_variables={"loc": number}))
    assert i.active() == ["a", "d"]
    assert i.task_variables("d") == {"v": 1, "loc": 1}
    assert i.task_variables("a") == {"v": 1}


def test_missing_scopes_are_started_around_an_activity() -> None:
    i = nested().start("p")
    modify(i, cancel("a"), before("c"))
    assert tree(i) == ("p", ("sp", "c"))
    i.complete("c")
    assert i.active() == ["d"]


def test_an_activity_is_started_in_the_scope_that_runs_already() -> None:
    i = nested().start("p")
    i.complete("a")
    modify(i, before("c"))
    assert tree(i) == ("p", ("sp", "b", "c"))


def test_an_ambiguous_scope_is_refused_unless_the_ancestor_is_named() -> None:
    inner = subprocess(
        "sp", [start("s2"), external("b"), end("e2")], "s2>b b>e2", inner=multi_instance(cardinality="2")
    )
    i = model([inner, end()], "start>sp sp>end").start("p")
    with pytest.raises(InvalidInput, match="Ancestor activity execution is ambiguous"):
        modify(i, before("b"))
    scope = next(record.id for record in i.records.values() if record.activity_id == "sp")
    modify(i, before("b", ancestor_activity_instance_id=scope))
    assert tree(i) == ("p", ("sp#multiInstanceBody", ("sp", "b", "b"), ("sp", "b")))


def test_flows_are_taken_by_name_or_behind_an_activity() -> None:
    i = nested().start("p")
    modify(i, StartInstruction("startAfterActivity", activity_id="a"))
    assert i.active() == ["a", "b"]
    flow = next(flow.id for flow in i.model.get("p").nodes["sp"].outgoing)
    modify(i, StartInstruction("startTransition", transition_id=flow))
    assert i.active() == ["a", "b", "d"]


def test_a_multi_instance_body_gets_one_more_instance() -> None:
    i = model([external("a", inner=multi_instance(cardinality="2")), end()], "start>a a>end").start("p")
    modify(i, before("a"))
    assert [i.task_variables("a", position)["loopCounter"] for position in range(3)] == [0, 1, 2]
    i.complete("a")
    i.complete("a")
    assert not i.ended
    i.complete("a")
    assert i.ended


def test_one_activity_instance_is_cancelled_by_its_id() -> None:
    i = nested().start("p")
    i.complete("a")
    modify(i, before("b"))
    first = i.deltas[1].tasks_created[0].activity_instance_id
    modify(i, StartInstruction("cancel", activity_instance_id=first))
    assert tree(i) == ("p", ("sp", "b"))


def test_an_instance_in_which_nothing_is_left_ends() -> None:
    i = nested().start("p")
    modify(i, cancel("a"))
    assert i.ended_instances == {"root": "EXTERNALLY_TERMINATED"}


def test_what_does_not_exist_cannot_be_started_or_cancelled() -> None:
    i = nested().start("p")
    for instruction, text in (
        (before("nonsense"), "Start before activity 'nonsense'; Element 'nonsense' does not exist in process 'p'"),
        (StartInstruction("startAfterActivity", "no"), "Start after activity 'no'; Activity 'no' does not exist"),
        (StartInstruction("startTransition", transition_id="no"), "Start transition 'no'; Element 'no' does not exist"),
        (
            StartInstruction("cancel", activity_instance_id="no"),
            "Cancel activity instance 'no'; Activity instance 'no'",
        ),
        (
            StartInstruction("cancel", transition_instance_id="no"),
            "Cancel transition instance 'no'; Transition instance",
        ),
        (
            StartInstruction("startBeforeActivity", "c", ancestor_activity_instance_id="no"),
            "with ancestor activity instance 'no'; Ancestor activity instance 'no' does not exist",
        ),
    ):
        with pytest.raises(InvalidInstruction, match=text):
            modify(i, instruction)
    assert i.active() == ["a"]


def test_an_instance_may_start_in_the_middle() -> None:
    i = nested().start("p", {"q": 1}, instructions=(before("c"), before("d")))
    assert i.active() == ["c", "d"]
    assert i.deltas[0].instances_started[0].start_activity_id == "c"
    assert "s2" not in i.visited()
