"""BPMN errors that nobody catches, errors that expressions throw, escalations."""

from __future__ import annotations

import pytest

from app.bpmn import commands
from app.bpmn.commands import Policy
from app.bpmn.delta import ExternalTaskEnded, InstanceEnded, UserTaskEnded
from app.bpmn.values import Variable
from app.errors import EngineFailed, ErrorNotCaught, ExpressionFailed
from tests.bpmn.builders import (
    boundary,
    call,
    definitions,
    end,
    error,
    escalation,
    external,
    input_output,
    multi_instance,
    parallel,
    process,
    start,
    subprocess,
    throw,
    user,
)
from tests.bpmn.driver import Instance, Model


def begin(elements: list[str], flows: str, *others: str, variables: dict[str, object] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    xml = definitions(process("p", [start(), *elements], flows), *others, errors=("E1", "E2"), escalations=("X1", "X2"))
    return Model(xml).start("p", variables)


def two_branches() -> Instance:
    """Start tasks `a` (with a boundary event for E1) and `b` side by side."""
    elements = [parallel("f"), external("a"), boundary("be", "a", error("E1")), external("b"), end(), end("e2")]
    return begin(elements, "start>f f>a f>b a>end b>e2 be>end")


def test_an_incident_names_code_message_and_what_the_model_catches() -> None:
    i = two_branches()
    delta = i.error("a", "E9", message="no stock")
    (incident,) = delta.incidents
    assert (incident.kind, incident.activity_id, incident.instance_id) == ("unhandledBpmnError", "a", "root")
    assert incident.message == (
        "Nothing catches the BPMN error 'E9' (no stock) thrown by 'a'. Codes that the model catches: 'E1'."
    )
    assert delta.error_caught is False
    assert i.active() == ["b"]


def test_the_policy_silent_ends_the_token_without_an_incident() -> None:
    i = two_branches()
    delta = i.error("a", "E9", policy="silent")
    assert (delta.incidents, delta.error_caught) == ([], False)
    assert delta.tasks_ended == [ExternalTaskEnded(delta.tasks_ended[0].id, "error")]
    assert i.active() == ["b"]


def test_the_policy_reject_refuses_and_nothing_happens() -> None:
    i = two_branches()
    with pytest.raises(ErrorNotCaught) as raised:
        i.error("a", "E9", message="no stock", variables={"v": 1}, policy="reject")
    assert (raised.value.code, raised.value.activity_id) == ("E9", "a")
    assert i.active() == ["a", "b"]
    assert i.variables() == {}


def test_the_policy_abort_ends_the_whole_instance_in_error() -> None:
    i = two_branches()
    raising = i.task("a")
    delta = i.error("a", "E9", policy="abort")
    (ended,) = delta.instances_ended
    assert (ended.state, ended.reason) == ("INTERNALLY_TERMINATED", delta.incidents[0].message)
    assert {task.id: task.outcome for task in delta.tasks_ended} == {
        raising: "error",
        **dict.fromkeys([task.id for task in delta.tasks_ended if task.id != raising], "cancelled"),
    }
    assert len(delta.tasks_ended) == 2
    assert delta.state is None


@pytest.mark.parametrize("policy", ["incident", "silent", "reject", "abort"])
def test_the_policy_holds_for_error_end_events_too(policy: Policy) -> None:
    i = begin([external("a"), end("ee", error("E1"))], "start>a a>ee")
    i.policy = policy
    if policy == "reject":
        with pytest.raises(ErrorNotCaught):
            i.complete("a")
        return
    delta = i.complete("a")
    assert len(delta.incidents) == (policy != "silent")
    assert delta.instances_ended[0].state == ("INTERNALLY_TERMINATED" if policy == "abort" else "COMPLETED")


def test_a_caught_error_says_who_caught_it() -> None:
    i = two_branches()
    delta = i.error("a", "E1")
    assert (delta.error_caught, delta.caught_by) == (True, "be")
    assert [task.outcome for task in delta.tasks_ended] == ["error"]


def test_token_variables_are_set_only_when_somebody_catches() -> None:
    extra = {"errorCode": Variable("String", "E1")}
    i = two_branches()
    i.error("a", "E9", token_variables=extra)
    assert i.variables() == {}
    i = two_branches()
    i.error("a", "E1", token_variables=extra)
    assert i.variables() == {"errorCode": "E1"}


def test_an_error_that_leaves_a_called_process_hands_over_its_out_variables_first() -> None:
    mappings = '<camunda:out source="r" target="result"/><camunda:out source="ec" target="code"/>'
    called = process("c", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    catching = error("E1", 'camunda:errorCodeVariable="ec"')
    i = begin(
        [call("ca", "c", mappings=mappings), boundary("be", "ca", catching), external("h"), end()],
        "start>ca ca>end be>h h>end",
        called,
    )
    delta = i.error("a", "E1", {"r": 5, "unmapped": 6})
    assert i.variables() == {"result": 5, "code": None, "ec": "E1"}
    assert delta.instances_ended == [InstanceEnded(i.instances[1], "INTERNALLY_TERMINATED", None)]


def test_an_error_reference_that_is_not_declared_is_itself_the_code() -> None:
    i = begin([external("a"), boundary("be", "a", error("E1")), external("h"), end()], "start>a a>end be>h h>end")
    i.error("a", "E1")
    assert i.active() == ["h"]


def test_an_error_of_one_instance_that_nobody_catches_counts_as_its_completion() -> None:
    loop = multi_instance(cardinality="2", sequential=True)
    i = begin([external("a", inner=loop), external("n"), end()], "start>a a>n n>end")
    i.error("a", "E9")
    assert i.active() == ["a"]
    i.error("a", "E9")
    assert i.active() == ["n"]


def test_the_last_token_of_a_subprocess_completes_it_even_by_an_error() -> None:
    inner = subprocess("sp", [start("s2"), external("a"), end("e2")], "s2>a a>e2")
    i = begin([inner, external("n"), end()], "start>sp sp>n n>end")
    i.error("a", "E9")
    assert i.active() == ["n"]


DEFINED = (
    '<camunda:errorEventDefinition errorRef="E1" expression="${externalTask.getErrorMessage() == \'bad\'}"/>'
    '<camunda:errorEventDefinition errorRef="E2" expression="${state == 2}"/>'
    '<camunda:errorEventDefinition errorRef="E2"/>'
)


def with_defined_errors() -> Instance:
    """Start task `a` that turns its results into E1 or E2; `h1` and `h2` catch them, with the message."""
    named = 'camunda:errorMessageVariable="em"'
    return begin(
        [
            external("a", extensions=DEFINED),
            boundary("b1", "a", error("E1", named)),
            boundary("b2", "a", error("E2", named)),
            *(external(name) for name in ("h1", "h2", "n")),
            end(),
        ],
        "start>a a>n n>end b1>h1 b2>h2 h1>end h2>end",
        variables={"state": 0},
    )


def test_a_completion_may_turn_out_to_be_an_error() -> None:
    i = with_defined_errors()
    delta = i.complete("a", {"state": 2}, local={"gone": 1})
    assert i.active() == ["h2"]
    assert i.task_variables("h2") == {"state": 2, "em": None}
    assert [task.outcome for task in delta.tasks_ended] == ["error"]


def test_a_failure_may_turn_out_to_be_an_error() -> None:
    i = with_defined_errors()
    delta = i.run(commands.FailExternalTask(i.task("a"), error_message="bad", retries=3))
    assert delta.error_caught is True
    assert i.task_variables("h1") == {"state": 0, "em": "bad"}


def test_a_failure_that_matches_nothing_only_sets_its_variables() -> None:
    i = with_defined_errors()
    delta = i.run(
        commands.FailExternalTask(i.task("a"), variables={"v": Variable("Integer", 1)}, error_message="other")
    )
    assert (delta.error_caught, delta.tasks_ended) == (None, [])
    assert i.active() == ["a"]
    assert i.variables() == {"state": 0, "v": 1}


def test_a_broken_expression_fails_a_completion_and_is_false_for_a_failure() -> None:
    broken = '<camunda:errorEventDefinition errorRef="E1" expression="${missing}"/>'
    i = begin([external("a", extensions=broken), end()], "start>a a>end")
    with pytest.raises(ExpressionFailed, match="Unknown property used in expression"):
        i.complete("a")
    assert i.run(commands.FailExternalTask(i.task("a"))).error_caught is None


def escalating(handler: str, *, named: str = "") -> Instance:
    """Start a subprocess that throws X1 after task `a` and goes on to `b`; `handler` leads to `h`."""
    inner = subprocess(
        "sp",
        [start("s2"), external("a"), throw("th", escalation("X1")), external("b"), end("e2")],
        "s2>a a>th th>b b>e2",
    )
    return begin([inner, handler, external("h"), external("n"), end(), end("e3")], "start>sp sp>n n>end be>h h>e3")


def test_a_non_interrupting_escalation_runs_beside_its_thrower() -> None:
    catching = escalation("X1", 'camunda:escalationCodeVariable="code"')
    i = escalating(boundary("be", "sp", catching, interrupting=False))
    i.complete("a")
    assert i.active() == ["b", "h"]
    assert i.variables() == {"code": "X1"}


def test_an_interrupting_escalation_cancels_its_thrower() -> None:
    i = escalating(boundary("be", "sp", escalation(), interrupting=True))
    i.complete("a")
    assert i.active() == ["h"]
    assert "th" not in i.visited()


def test_an_escalation_that_nobody_catches_is_passed_over() -> None:
    i = escalating(boundary("be", "sp", escalation("X2"), interrupting=True))
    i.complete("a")
    assert i.active() == ["b"]


def escalating_user(*, interrupting: bool) -> Instance:
    """Start user task `u` with a boundary event for X1."""
    return begin(
        [user("u"), boundary("be", "u", escalation("X1"), interrupting=interrupting), external("h"), end(), end("e2")],
        "start>u u>end be>h h>e2",
    )


def test_a_person_escalates_and_keeps_the_task() -> None:
    i = escalating_user(interrupting=False)
    i.run(commands.RaiseEscalation(i.task("u"), "X1", variables={"v": Variable("Integer", 1)}))
    assert i.active() == ["h", "u"]
    assert i.variables() == {"v": 1}


def test_a_person_escalates_and_the_task_is_cancelled() -> None:
    i = escalating_user(interrupting=True)
    task = i.task("u")
    delta = i.run(commands.RaiseEscalation(task, "X1"))
    assert i.active() == ["h"]
    assert delta.user_tasks_ended == [UserTaskEnded(task, "deleted")]


def test_an_escalation_of_a_person_must_be_caught() -> None:
    i = escalating_user(interrupting=False)
    with pytest.raises(EngineFailed, match="escalationCode 'X2', but no escalation handler was defined"):
        i.run(commands.RaiseEscalation(i.task("u"), "X2"))


def test_an_unhandled_error_does_not_stumble_over_an_output_mapping() -> None:
    mapping = input_output({}, {"out": "${missing}"})
    i = begin([external("a", extensions=mapping), end()], "start>a a>end")
    delta = i.error("a", "E9")
    assert i.ended
    assert [remark.kind for remark in delta.remarks] == ["output mapping skipped"]
