"""Ids, history, the tree that a state shows, cancelling instances."""

from __future__ import annotations

import json
from typing import Any

from app.bpmn import commands
from app.bpmn.delta import ExternalTaskCreated, InstanceEnded, UserTaskCreated
from app.bpmn.execution.inspect import ActivityInstance, activity_tree, executions
from tests.bpmn.builders import (
    association,
    boundary,
    call,
    compensate,
    definitions,
    end,
    external,
    handler,
    input_output,
    multi_instance,
    parallel,
    process,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from tests.bpmn.driver import Instance, Model


def model(elements: list[str], flows: str, *others: str, attributes: str = "") -> Model:
    """Return a model of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows, attributes), *others))


def test_topic_and_priority_may_be_expressions() -> None:
    task = external("a", topic="ship-${country}", attributes='camunda:taskPriority="${p}"')
    i = model([task, end()], "start>a a>end").start("p", {"country": "DE", "p": 5})
    (created,) = i.deltas[0].tasks_created
    assert created == ExternalTaskCreated(
        id=created.id,
        topic="ship-DE",
        priority=5,
        activity_id="a",
        activity_instance_id=f"a:{created.execution_id}",
        execution_id=created.execution_id,
        instance_id="root",
        definition_id="p",
    )
    assert created.execution_id != "root"


def test_the_process_gives_its_priority_to_tasks_without_one() -> None:
    i = model([external("a"), end()], "start>a a>end", attributes='camunda:taskPriority="3"').start("p")
    assert i.deltas[0].tasks_created[0].priority == 3


def test_a_user_task_shows_its_evaluated_attributes() -> None:
    attributes = (
        'name="Check ${order}" camunda:assignee="${who}" camunda:candidateUsers="ann, bob" '
        'camunda:candidateGroups="${groups}" camunda:priority="7" camunda:dueDate="2026-01-02T03:04:05" '
        'camunda:formKey="embedded:form"'
    )
    task = user("u", attributes, "<documentation>For ${order}</documentation>")
    i = model([task, end()], "start>u u>end").start("p", {"order": "o1", "who": "cid", "groups": ["g1", "g2"]})
    (created,) = i.deltas[0].user_tasks_created
    assert created == UserTaskCreated(
        id=created.id,
        name="Check o1",
        activity_id="u",
        activity_instance_id=f"u:{created.execution_id}",
        execution_id=created.execution_id,
        instance_id="root",
        definition_id="p",
        assignee="cid",
        candidate_users=("ann", "bob"),
        candidate_groups=("g1", "g2"),
        due_date="2026-01-02T03:04:05",
        priority=7,
        form_key="embedded:form",
        description="For o1",
    )


def test_an_activity_instance_id_that_would_be_too_long_is_the_bare_id() -> None:
    name = "a" * 64
    i = model([external(name), end()], f"start>{name} {name}>end").start("p")
    (created,) = i.deltas[0].tasks_created
    assert created.activity_instance_id == created.execution_id


def history(instance: Instance) -> list[tuple[str, str, bool, bool]]:
    """Return activity, type, and whether it has ended and was cancelled, of every record."""
    records = instance.records.values()
    return [(r.activity_id, r.activity_type, r.ended_at is not None, r.canceled) for r in records]


def test_the_history_tells_what_was_done_and_what_was_cancelled() -> None:
    i = model(
        [parallel("f"), external("a"), external("b"), boundary("be", "b", timer("PT1H")), parallel("j"), end()],
        "start>f f>a f>b a>j b>j j>end be>end",
    ).start("p")
    i.complete("a")
    i.fire_jobs()
    assert history(i) == [
        ("start", "startEvent", True, False),
        ("f", "parallelGateway", True, False),
        ("a", "serviceTask", True, False),
        ("b", "serviceTask", True, True),
        ("j", "parallelGateway", False, False),
        ("be", "boundaryTimer", True, False),
        ("end", "noneEndEvent", True, False),
    ]


def test_activities_know_the_activity_instance_around_them() -> None:
    inner = subprocess(
        "sp", [start("s2"), external("a"), end("e2")], "s2>a a>e2", inner=multi_instance(cardinality="1")
    )
    i = model([inner, end()], "start>sp sp>end").start("p")
    by_activity = {record.activity_id: record for record in i.records.values()}
    body, scope, task = (by_activity[name] for name in ("sp#multiInstanceBody", "sp", "a"))
    assert (body.parent_id, scope.parent_id, task.parent_id) == ("root", body.id, scope.id)
    assert body.activity_type == "multiInstanceBody"


def shape(node: ActivityInstance) -> Any:
    """Return an activity instance as nested tuples of activity ids; transitions are in brackets."""
    inner = [shape(child) for child in node.children] + [f"[{t.activity_id}]" for t in node.transitions]
    return (node.activity_id, *inner) if inner else node.activity_id


def tree(instance: Instance, instance_id: str | None = None) -> Any:
    """Return the shape of the activity tree of an instance."""
    return shape(activity_tree(json.loads(instance.state or ""), instance.model, instance_id))


def test_the_activity_tree_shows_scopes_instances_joins_and_waiting_continuations() -> None:
    inner = subprocess(
        "sp",
        [start("s2"), parallel("f"), external("a", inner=multi_instance(cardinality="2")), parallel("j"), end("e2")],
        "s2>f f>a f>j a>j j>e2",
    )
    later = external("b", attributes='camunda:asyncBefore="true"')
    i = model([parallel("g"), inner, later, end()], "start>g g>sp g>b sp>end b>end").start("p")
    assert tree(i) == ("p", ("sp", ("a#multiInstanceBody", "a", "a"), "j"), "[b]")


def test_a_called_instance_has_an_activity_tree_of_its_own() -> None:
    called = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    i = model([call("ca", "c"), end()], "start>ca ca>end", called).start("p")
    assert tree(i) == ("p", "ca")
    assert tree(i, i.instances[1]) == ("c", "a")


def test_a_compensation_handler_stands_beside_the_event_that_called_it() -> None:
    i = model(
        [
            external("a"),
            boundary("cb", "a", compensate()),
            handler("undo"),
            throw("ct", compensate()),
            end(),
            association("cb", "undo"),
        ],
        "start>a a>ct ct>end",
    ).start("p")
    i.complete("a")
    assert tree(i) == ("p", "ct", "undo")


def test_executions_are_listed_with_their_parents() -> None:
    inner = subprocess("sp", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    i = model([inner, end()], "start>sp sp>end").start("p")
    root, scope, task = executions(json.loads(i.state or ""), i.model)
    assert (root.id, root.parent_id, root.activity_id, root.is_scope, root.ended) == ("root", None, None, True, False)
    assert (scope.parent_id, scope.activity_id) == ("root", "sp")
    assert (task.id, task.parent_id, task.instance_id) == (i.task("a"), scope.id, "root")


CALLED = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")


def test_cancelling_the_root_cancels_what_it_called() -> None:
    i = model([call("ca", "c"), end()], "start>ca ca>end", CALLED).start("p")
    delta = i.run(commands.CancelInstance("root", reason="no longer wanted"))
    called = i.instances[1]
    assert delta.instances_ended == [
        InstanceEnded(called, "EXTERNALLY_TERMINATED", "no longer wanted"),
        InstanceEnded("root", "EXTERNALLY_TERMINATED", "no longer wanted"),
    ]
    assert (delta.state, i.tasks) == (None, {})
    assert all(canceled for activity, _, _, canceled in history(i) if activity in ("ca", "a"))


def test_cancelling_a_called_instance_takes_its_call_activity_along() -> None:
    i = model([parallel("f"), call("ca", "c"), external("b"), end()], "start>f f>ca f>b ca>end b>end", CALLED).start(
        "p"
    )
    i.run(commands.CancelInstance(i.instances[1]))
    assert tree(i) == ("p", "b")
    i.complete("b")
    assert i.ended_instances["root"] == "COMPLETED"


def test_cancelling_a_called_instance_cancels_a_caller_in_which_nothing_is_left() -> None:
    inner = subprocess("sp", [start("s3"), call("ca", "c"), end("e3")], "s3>ca ca>e3")
    i = model([inner, end()], "start>sp sp>end", CALLED).start("p")
    i.run(commands.CancelInstance(i.instances[1]))
    assert i.ended_instances == {i.instances[1]: "EXTERNALLY_TERMINATED", "root": "EXTERNALLY_TERMINATED"}


def test_output_mappings_are_skipped_when_the_one_who_cancels_says_so() -> None:
    task = external("a", extensions=input_output({}, {"out": "mapped"}))
    i = model([task, end()], "start>a a>end").start("p")
    delta = i.run(commands.CancelInstance("root", skip_io_mappings=True))
    assert delta.variables_set == []
