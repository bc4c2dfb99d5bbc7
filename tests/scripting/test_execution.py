"""What a script reads and writes by `execution`."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn.scripts import UNDEFINED, ScriptOperation, ScriptOutcome, ThrownError
from app.bpmn.values import Variable
from app.scripting import JavaScript
from tests.scripting.scopes import NOW_MS, Place, changes, outcome, result
from tests.scripting.test_values import LIST, MAP, SPIN

NULL = Variable("Null")
ONE = Variable("Integer", 1)


def test_a_change_is_told_in_its_order_and_seen_by_getters_but_not_by_names(engine: JavaScript) -> None:
    source = (
        "execution.setVariable('n', 6); execution.setVariableLocal('m', 'x'); [n, execution.getVariable('n')].join()"
    )
    found = outcome(engine, source, n=ONE)
    assert found.result == Variable("String", "1,6")
    assert [(done.verb, done.target, done.name, done.value) for done in found.operations] == [
        ("set", "execution", "n", Variable("Integer", 6)),
        ("setLocal", "execution", "m", Variable("String", "x")),
    ]


def test_names_that_a_script_assigns_are_not_stored(engine: JavaScript) -> None:
    assert changes(engine, "n = 9; fresh = 1; var other = n;", n=ONE) == []
    assert result(engine, "n = 9; n", n=ONE) == Variable("Integer", 9)


def test_removing_and_clearing_are_told(engine: JavaScript) -> None:
    source = "execution.removeVariable('n'); execution.setVariable('m', null); execution.setProcessBusinessKey('k'); 0"
    assert changes(engine, source, n=ONE) == [
        ("remove", "n", NULL),
        ("set", "m", NULL),
        ("setBusinessKey", "", Variable("String", "k")),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("list.add(5); 1", '[1,"a",{"x":1},5]'),
        ("list[0] = 9; 1", '[9,"a",{"x":1}]'),
        ("execution.getVariable('list').push(5); 1", '[1,"a",{"x":1},5]'),
    ],
)
def test_a_list_that_is_changed_in_place_is_stored(engine: JavaScript, source: str, text: str) -> None:
    assert [(verb, name, value.value) for verb, name, value in changes(engine, source, list=LIST)] == [
        ("set", "list", text)
    ]


def test_a_list_that_is_only_read_is_not_stored(engine: JavaScript) -> None:
    assert changes(engine, "list.size() + map.size()", list=LIST, map=MAP) == []


def test_an_object_is_stored_as_it_is_at_the_end_and_json_as_it_was(engine: JavaScript) -> None:
    source = """var m = {a: 1}; execution.setVariable('m', m); m.b = 2;
                var j = S('{}'); execution.setVariable('j', j); j.prop('x', 1); 0"""
    assert [value.value for _, _, value in changes(engine, source)] == ['{"a":1,"b":2}', "{}"]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("execution.getVariable('nothere') === null", True),
        ("execution.hasVariable('n') + ',' + execution.hasVariable('nothere')", "true,false"),
        (
            "execution.getProcessInstanceId() + execution.getBusinessKey() + execution.getCurrentActivityId()",
            "p-1order-7check",
        ),
        ("execution.setProcessBusinessKey('k'); execution.getProcessBusinessKey()", "k"),
        ("execution.businessKey === undefined", True),
        ("execution.getVariable('n' + 'o') === null", True),
        ("execution.getVariable('computed ' + 'name')", 7),
        ("execution.getVariableNames().join()", "n,computed name,json"),
        ("execution.getVariables().get('n')", 1),
        ("execution.hasVariableLocal('n') + ',' + execution.getVariableLocal('json')", "true,null"),
        ("execution.getVariableTyped('n').getType().getName()", "integer"),
        ("execution.getProcessInstance().getBusinessKey()", "order-7"),
        ("typeof task", "undefined"),
    ],
)
def test_execution_tells_what_camundas_does(engine: JavaScript, source: str, value: Any) -> None:
    seen = {"n": ONE, "computed name": Variable("Integer", 7), "json": SPIN}
    assert engine.evaluate(source, Place(seen, ["n"]), ["execution"], NOW_MS).result.value == value


def test_only_variables_whose_names_a_script_holds_are_looked_up(engine: JavaScript) -> None:
    place = Place({"n": ONE, "large": Variable("String", "x" * 1000)})
    assert engine.evaluate("n + 1", place, ["execution"], NOW_MS).result == Variable("Integer", 2)
    assert sorted(place.asked) == ["1", "n"]


def test_a_bpmn_error_comes_with_what_was_done_before_it(engine: JavaScript) -> None:
    source = (
        'execution.setVariable("n", 2); throw new org.camunda.bpm.engine.delegate.BpmnError("SOLD_OUT", "none left")'
    )
    told = [ScriptOperation("set", "execution", "n", Variable("Integer", 2))]
    assert outcome(engine, source) == ScriptOutcome(NULL, told, ThrownError("SOLD_OUT", "none left"))


def test_a_bpmn_error_may_come_by_its_type_and_without_a_message(engine: JavaScript) -> None:
    source = 'var E = Java.type("org.camunda.bpm.engine.delegate.BpmnError"); throw new E("C")'
    assert outcome(engine, source).thrown == ThrownError("C", None)


def test_what_is_printed_is_told(engine: JavaScript) -> None:
    assert outcome(engine, "print('a', 1); console.log('b'); 0").printed == ["a 1", "b"]


def test_promises_are_given_their_turn(engine: JavaScript) -> None:
    source = "Promise.resolve().then(() => execution.setVariable('late', 1)); 5"
    assert outcome(engine, source).result == Variable("Integer", 5)
    assert changes(engine, source) == [("set", "late", ONE)]


def test_a_function_gets_its_arguments_and_its_self(engine: JavaScript) -> None:
    token = {"current": {"n": 3}, "history": {"start": 1}}
    assert (
        engine.call("return token.current.n > 2 && this.history.start === 1", {"token": token}, token, NOW_MS) is True
    )
    assert engine.call("token.current.n = 4", {"token": token}, None, NOW_MS) is UNDEFINED
    assert engine.call("return null", {}, None, NOW_MS) is None
    assert engine.call("return {n: [token.current.n]}", {"token": token}, None, NOW_MS) == {"n": [3]}


@pytest.mark.parametrize(
    ("source", "parameters", "problem"),
    [
        ("1 + 1", None, None),
        ("throw 1", None, None),
        ("while (true) {}", None, None),
        ("var y = ;", None, "SyntaxError: unexpected token in expression: ';' (line 1)"),
        ("return 1", None, "SyntaxError: return not in a function (line 1)"),
        ("return 1", ["token"], None),
        ("\nreturn (", ["token"], "SyntaxError: unexpected token in expression: '}' (line 3)"),
    ],
)
def test_a_text_that_is_no_script_is_known_without_running_it(
    engine: JavaScript, source: str, parameters: list[str] | None, problem: str | None
) -> None:
    assert engine.problem(source, parameters) == problem
