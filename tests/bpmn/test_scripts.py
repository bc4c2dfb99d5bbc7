"""Scripts where a model may have them: tasks, parameters, conditions; a file of the deployment; what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn.parser import parse
from app.bpmn.scripts import ScriptFailed
from app.bpmn.surroundings import Surroundings, no_script
from app.errors import EngineFailed, ModelRefused
from tests.bpmn.builders import boundary, definitions, end, error, exclusive, external, process, start, user
from tests.bpmn.driver import SCRIPTS, Instance, Model


def javascript(id: str, text: str, attributes: str = 'camunda:resultVariable="r"') -> str:
    """Return a script task in JavaScript."""
    return (
        f'<scriptTask id="{id}" scriptFormat="javascript" {attributes}><script><![CDATA[{text}]]></script></scriptTask>'
    )


def parameter(kind: str, text: str) -> str:
    """Return the extension elements with one parameter that a script calculates."""
    script = f'<camunda:script scriptFormat="javascript"><![CDATA[{text}]]></camunda:script>'
    inside = f'<camunda:{kind}Parameter name="v">{script}</camunda:{kind}Parameter>'
    return f"<extensionElements><camunda:inputOutput>{inside}</camunda:inputOutput></extensionElements>"


def run(elements: list[str], flows: str, variables: dict[str, Any] | None = None) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows), errors=("E1",))).start("p", variables)


def calculated(text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run one script task and return all variables."""
    return run([javascript("a", text), user("u")], "start>a a>u", variables).seen_variables


def test_the_value_goes_to_the_result_variable() -> None:
    assert calculated("n * 2 + text", {"n": 3, "text": "!"}) == {"n": 3, "text": "!", "r": "6!"}


def test_without_a_result_variable_only_what_is_set_stays() -> None:
    instance = run([javascript("a", "execution.setVariable('x', 1); 2", ""), user("u")], "start>a a>u")
    assert instance.seen_variables == {"x": 1}


def test_a_null_result_leaves_an_earlier_value() -> None:
    assert calculated("null", {"r": 5}) == {"r": 5}


def test_a_list_that_is_changed_in_place_is_stored() -> None:
    assert calculated("list.add(3); 0", {"list": [1, 2]}) == {"list": [1, 2, 3], "r": 0}


def test_a_script_task_tells_where_it_stands_and_reads_the_clock_of_the_run() -> None:
    found = calculated("[execution.getCurrentActivityId(), execution.getProcessInstanceId(), Date.now()].join()")
    assert found["r"] == "a,root,1700000000000"


def test_a_script_that_throws_is_a_failure_that_says_where() -> None:
    with pytest.raises(ScriptFailed) as failed:
        calculated("var x;\nnothere")
    assert failed.value.message == (
        "Unable to evaluate script while executing activity 'a' in the process definition with id 'p': "
        "ReferenceError: nothere is not defined (line 2)"
    )


def test_a_bpmn_error_of_a_script_task_is_caught_with_what_was_set_before() -> None:
    text = "execution.setVariable('x', 1); throw new org.camunda.bpm.engine.delegate.BpmnError('E1', 'why')"
    caught = error("E1", 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="said"')
    instance = run([javascript("a", text), boundary("b", "a", caught), user("u"), end()], "start>a a>end b>u")
    assert (instance.active(), instance.seen_variables) == (["u"], {"x": 1, "code": "E1", "said": "why"})


def test_a_bpmn_error_that_nobody_catches_ends_the_token() -> None:
    text = "throw new org.camunda.bpm.engine.delegate.BpmnError('X')"
    instance = run([javascript("a", text), user("u")], "start>a a>u")
    assert (instance.ended, [i.kind for d in instance.deltas for i in d.incidents]) == (True, ["unhandledBpmnError"])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("input", "[n, 2]", [1, 2]), ("output", "({a: n})", {"a": 1}), ("output", "var nothing;", None)],
)
def test_a_parameter_may_be_a_script(kind: str, text: str, value: Any) -> None:
    task = f'<task id="a">{parameter(kind, text)}</task>'
    instance = run([task, user("u")], "start>a a>u", {"n": 1})
    written = [change.variable for delta in instance.deltas for change in delta.variables_set if change.name == "v"]
    assert len(written) == 1
    assert instance.seen_variables.get("v", value) == value


def test_a_bpmn_error_in_a_parameter_is_a_failure() -> None:
    text = "throw new org.camunda.bpm.engine.delegate.BpmnError('E1')"
    task = f'<task id="a">{parameter("output", text)}</task>'
    with pytest.raises(EngineFailed, match="threw the BPMN error 'E1' where nothing can catch it"):
        run([task, boundary("b", "a", error()), user("u"), end()], "start>a a>end b>u")


def condition(text: str) -> str:
    """Return a flow from `g` to `yes` with a condition in JavaScript."""
    inside = f'<conditionExpression language="JavaScript"><![CDATA[{text}]]></conditionExpression>'
    return f'<sequenceFlow id="f" sourceRef="g" targetRef="yes">{inside}</sequenceFlow>'


@pytest.mark.parametrize(("text", "taken"), [("n > 3", "yes"), ("n > 30", "no"), ("new Boolean(true)", "yes")])
def test_a_condition_may_be_a_script(text: str, taken: str) -> None:
    elements = [exclusive("g"), user("yes"), user("no"), condition(text)]
    assert run(elements, "start>g g>no*", {"n": 5}).active() == [taken]


@pytest.mark.parametrize(("text", "kind"), [("1", "non-Boolean"), ("'true'", "non-Boolean"), ("null", "null")])
def test_a_condition_must_be_a_boolean(text: str, kind: str) -> None:
    with pytest.raises(EngineFailed, match=f"condition script returns {kind}: {text}"):
        run([exclusive("g"), user("yes"), user("no"), condition(text)], "start>g g>no*")


def test_the_expression_of_a_service_task_is_calculated_and_its_null_is_stored() -> None:
    elements = [
        '<serviceTask id="a" camunda:expression="${1 + n}" camunda:resultVariable="r"/>',
        '<sendTask id="b" camunda:expression="${execution.setVariable(\'x\', 7)}" camunda:resultVariable="q"/>',
        user("u"),
    ]
    instance = run(elements, "start>a a>b b>u", {"n": 2, "q": 1})
    assert instance.seen_variables == {"n": 2, "r": 3, "x": 7, "q": None}


def resource_task(name: str) -> bytes:
    """Return a file with a script task that names another file."""
    task = f'<scriptTask id="a" scriptFormat="js" camunda:resultVariable="r" camunda:resource="{name}"/>'
    return definitions(process("p", [start(), task, user("u")], "start>a a>u"))


@pytest.mark.parametrize("name", ["deployment://rate.js", "rate.js", "classpath://scripts/rate.js"])
def test_a_script_may_be_a_file_of_the_deployment(name: str) -> None:
    model = parse(resource_task(name), surroundings=Surroundings({"rate.js": b"n + 1"}))
    assert model.processes[0].nodes["a"].script is not None


def refusals(xml: bytes, surroundings: Surroundings) -> list[str]:
    """Return why a file is refused."""
    with pytest.raises(ModelRefused) as refused:
        parse(xml, surroundings=surroundings)
    return [problem.message for problem in refused.value.problems]


def test_a_file_that_is_not_there_is_refused() -> None:
    message = "There is no file 'deployment://rate.js' in the deployment; Camunda would look for it there, too"
    assert refusals(resource_task("deployment://rate.js"), Surroundings()) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("var y = ;", "The script cannot run: SyntaxError: unexpected token in expression: ';' (line 1)"),
        (
            "new java.io.File('x')",
            "There is no Java in scripts: java.io.File; write it in JavaScript, or make it an external task "
            '(camunda:type="external" with camunda:topic)',
        ),
    ],
)
def test_a_script_that_can_never_run_is_refused(text: str, message: str) -> None:
    xml = definitions(process("p", [start(), javascript("a", text), end()], "start>a a>end"))
    assert refusals(xml, Surroundings(script_problem=SCRIPTS.problem)) == [message]


def test_a_server_without_scripts_refuses_them() -> None:
    xml = definitions(process("p", [start(), javascript("a", "1"), end()], "start>a a>end"))
    message = "The script cannot run: this server does not run scripts (ERRAND_SCRIPTS=off)"
    assert refusals(xml, Surroundings(script_problem=no_script)) == [message]


@pytest.mark.parametrize(
    ("language", "text", "result"), [("freemarker", "Dear ${name}", "Dear Ada"), ("", "1 + 1", "1 + 1")]
)
def test_a_text_that_means_the_same_in_juel_runs(language: str, text: str, result: str) -> None:
    attributes = f'id="a" scriptFormat="{language}" camunda:resultVariable="r"'
    task = f"<scriptTask {attributes}><script>{text}</script></scriptTask>"
    assert run([task, user("u")], "start>a a>u", {"name": "Ada"}).seen_variables["r"] == result


def test_an_external_task_goes_on_after_a_failed_script_was_refused() -> None:
    instance = run([external("a"), javascript("b", "x.y"), end()], "start>a a>b b>end")
    with pytest.raises(ScriptFailed):
        instance.complete("a")
    assert instance.active() == ["a"]
