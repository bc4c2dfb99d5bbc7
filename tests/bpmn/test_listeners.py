"""Listeners of activities, flows, processes and user tasks: when they are called, what they see, what they throw."""

from __future__ import annotations

import pytest

from app.bpmn import commands
from app.bpmn.scripts import ScriptFailed
from tests.bpmn.builders import boundary, definitions, end, error, external, process, start, user
from tests.bpmn.driver import Instance, Model

LOG = (
    "execution.setVariable('log', (execution.getVariable('log') || '') + "
    "[execution.getEventName(), execution.getCurrentActivityId(), execution.hasVariable('in')].join(':') + ' ')"
)
THROW = "throw new org.camunda.bpm.engine.delegate.BpmnError('E1')"
TASK_LOG = (
    "task.setVariable('log', (task.getVariable('log') || '') + "
    "[task.getEventName(), task.getAssignee(), task.getName()].join(':') + ' ')"
)


def listener(event: str, text: str = LOG, kind: str = "execution") -> str:
    """Return a listener with a script."""
    script = f'<camunda:script scriptFormat="javascript"><![CDATA[{text}]]></camunda:script>'
    return f'<camunda:{kind}Listener event="{event}">{script}</camunda:{kind}Listener>'


def extensions(*parts: str) -> str:
    """Return extension elements."""
    return f"<extensionElements>{''.join(parts)}</extensionElements>"


BOTH = listener("start") + listener("end")
IO = (
    '<camunda:inputOutput><camunda:inputParameter name="in">1</camunda:inputParameter>'
    '<camunda:outputParameter name="out">${log}</camunda:outputParameter></camunda:inputOutput>'
)


def begin(elements: list[str], flows: str, errors: tuple[str, ...] = ("E1",), **variables: object) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows), errors=errors)).start("p", variables)


def test_listeners_are_called_between_the_input_and_the_output_mapping() -> None:
    flow = f'<sequenceFlow id="f" sourceRef="a" targetRef="b">{extensions(listener("take"))}</sequenceFlow>'
    elements = [f'<task id="a">{extensions(IO, BOTH)}</task>', flow, user("b", inner=extensions(BOTH))]
    instance = begin(elements, "start>a")
    assert instance.seen_variables["out"] == "start:a:true end:a:true "
    assert instance.seen_variables["log"] == "start:a:true end:a:true take:a:false start:b:false "


def test_an_expression_is_a_listener_too() -> None:
    heard = '<camunda:executionListener event="end" expression="${execution.setVariable(\'x\', execution.eventName)}"/>'
    assert begin([f'<task id="a">{extensions(heard)}</task>', user("u")], "start>a a>u").seen_variables == {"x": "end"}


def test_a_cancelled_activity_calls_its_end_listeners_once() -> None:
    elements = [external("a", extensions=BOTH), boundary("b", "a", error("E1")), user("u"), end()]
    instance = begin(elements, "start>a a>end b>u")
    instance.run(commands.RaiseBpmnError(next(iter(instance.tasks)), "E1"))
    assert (instance.active(), instance.seen_variables["log"]) == (["u"], "start:a:false end:a:false ")


@pytest.mark.parametrize("event", ["start", "end"])
def test_a_bpmn_error_of_a_listener_is_caught_at_its_activity(event: str) -> None:
    task = f'<task id="a">{extensions(BOTH, listener(event, THROW))}</task>'
    instance = begin([task, boundary("b", "a", error("E1")), user("u"), end()], "start>a a>end b>u")
    assert (instance.active(), instance.seen_variables["log"]) == (["u"], "start:a:false end:a:false ")


def test_a_bpmn_error_of_a_listener_that_nobody_catches_ends_the_token() -> None:
    instance = begin([f'<task id="a">{extensions(listener("start", THROW))}</task>', user("u")], "start>a a>u")
    assert (instance.ended, [i.kind for d in instance.deltas for i in d.incidents]) == (True, ["unhandledBpmnError"])


def test_a_listener_that_fails_is_a_failure() -> None:
    with pytest.raises(ScriptFailed, match="ReferenceError: nothere is not defined"):
        begin([f'<task id="a">{extensions(listener("start", "nothere"))}</task>', end()], "start>a a>end")


def test_a_process_calls_its_listeners_at_its_beginning_and_its_end() -> None:
    model = definitions(process("p", [extensions(BOTH), start(), end()], "start>end"))
    instance = Model(model).start("p")
    assert (instance.ended, instance.seen_variables["log"]) == (True, "start:start:false end::false ")


def task_listeners(*events: str) -> str:
    """Return a user task with task listeners that write what they see."""
    heard = "".join(listener(event, TASK_LOG, "task") for event in events)
    return user("u", 'name="Check" camunda:assignee="joe"', extensions(heard))


def test_a_user_task_calls_its_listeners() -> None:
    instance = begin([task_listeners("create", "assignment", "complete", "delete"), end()], "start>u u>end")
    assert instance.seen_variables["log"] == "create:joe:Check assignment:joe:Check "
    instance.complete("u")
    assert instance.ended


def test_what_a_listener_of_the_creation_changes_is_so_from_the_start() -> None:
    text = "task.setAssignee('ann'); task.setPriority(7); task.addCandidateGroup('sales')"
    instance = begin([user("u", inner=extensions(listener("create", text, "task"))), end()], "start>u u>end")
    created = instance.deltas[0].user_tasks_created[0]
    assert (created.assignee, created.priority, created.candidate_groups) == ("ann", 7, ("sales",))


def test_a_bpmn_error_of_a_task_listener_is_caught_and_the_task_is_gone() -> None:
    task = user("u", inner=extensions(listener("complete", THROW, "task")))
    instance = begin([task, boundary("b", "u", error("E1")), user("v"), end()], "start>u u>end b>v")
    instance.complete("u")
    assert instance.active() == ["v"]


def test_the_initiator_is_who_starts_and_a_variable_of_that_name_wins() -> None:
    model = Model(definitions(process("p", ['<startEvent id="start" camunda:initiator="who"/>', user("u")], "start>u")))
    assert model.start("p").seen_variables == {"who": None}
    assert model.start("p", {"who": "x"}).seen_variables == {"who": "x"}
