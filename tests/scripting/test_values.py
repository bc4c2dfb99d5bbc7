"""The types of values on both sides of a script, as a real Camunda 7.24 has them where nothing else is said."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from app.bpmn.scripts import ScriptFailed
from app.bpmn.values import Variable
from app.scripting import JavaScript
from tests.scripting.scopes import NOW_MS, result

JSON = {"serializationDataFormat": "application/json"}
LIST = Variable("Object", '[1,"a",{"x":1}]', {"objectTypeName": "java.util.ArrayList", **JSON})
MAP = Variable("Object", '{"name":"n","inner":{"a":1}}', {"objectTypeName": "java.util.LinkedHashMap", **JSON})
SPIN = Variable("Json", '{"a":1,"list":[1,2],"o":{"k":"v"}}')
WHEN = Variable("Date", NOW_MS)
BIG = Variable("Long", 12_345_678_901)


@pytest.mark.parametrize(
    ("source", "type", "value"),
    [
        ("1 + 2", "Integer", 3),
        ("5.0", "Integer", 5),
        ("-0", "Integer", 0),
        ("2.5", "Double", 2.5),
        ("12345678901", "Double", 12345678901.0),
        ("2147483647 + 1", "Double", 2147483648.0),
        ("1 / 0", "Double", math.inf),
        ("'text'", "String", "text"),
        ("`t ${1 + 1}`", "String", "t 2"),
        ("true", "Boolean", True),
        ("null", "Null", None),
        ("var x = 5;", "Null", None),
        ("let q = 5; q", "Integer", 5),
        ("if (3 > 2) {'gt'} else {'le'}", "String", "gt"),
        ("new Date(5)", "Date", 5),
        ("new Date()", "Date", NOW_MS),
        ("new Date().toISOString()", "String", "2026-03-15T10:20:30.000Z"),
        ("S('{\"a\": [1]}')", "Json", '{"a":[1]}'),
        ("10n", "Long", 10),
        ("// nothing but a remark", "Null", None),
    ],
)
def test_the_value_of_the_last_statement_is_the_result(engine: JavaScript, source: str, type: str, value: Any) -> None:
    assert result(engine, source) == Variable(type, value)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("({a: 1, b: undefined, c: function () {}})", '{"a":1,"b":null,"c":{}}'),
        ("({when: new Date(7), list: [1.0, 2.5]})", '{"when":7,"list":[1,2.5]}'),
        ("new Map([[1, 2]])", '{"1":2}'),
        ("/abc/g", "{}"),
        ("Promise.resolve(5)", "{}"),
        ("JSON.parse('{\"__proto__\": 1}')", '{"__proto__":1}'),
    ],
)
def test_an_object_is_stored_as_json(engine: JavaScript, source: str, text: str) -> None:
    assert result(engine, source) == Variable("Object", text, {"objectTypeName": "java.util.LinkedHashMap", **JSON})


def test_an_array_is_stored_as_a_list(engine: JavaScript) -> None:
    expected = Variable("Object", "[1,[2],null]", {"objectTypeName": "java.util.ArrayList", **JSON})
    assert result(engine, "[1, [2], NaN]") == expected


@pytest.mark.parametrize(
    ("source", "type", "value"),
    [
        ("n", "Long", 12_345_678_901),
        ("n + 1", "Double", 12345678902.0),
        ("typeof n", "String", "number"),
        ("[n].length", "Integer", 1),
    ],
)
def test_a_long_stays_one_until_it_is_calculated_with(engine: JavaScript, source: str, type: str, value: Any) -> None:
    assert result(engine, source, n=BIG) == Variable(type, value)


@pytest.mark.parametrize(
    ("source", "type", "value"),
    [
        ("when", "Date", NOW_MS),
        ("when.getTime()", "Long", NOW_MS),
        ("when.getFullYear()", "Integer", 2026),
        ("when.toString() + ' | ' + when", "String", f"Sun Mar 15 10:20:30 UTC 2026 | {NOW_MS}"),
        ("when instanceof Date", "Boolean", True),
        ("JSON.stringify(when)", "String", '"2026-03-15T10:20:30.000Z"'),
    ],
)
def test_a_date_is_one_of_both_languages(engine: JavaScript, source: str, type: str, value: Any) -> None:
    assert result(engine, source, when=WHEN) == Variable(type, value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("list[0] + list.get(0) + list.length + list.size()", 8),
        ("'' + list", "[1, a, {x=1}]"),
        ("list.map(x => typeof x).join()", "number,string,object"),
        ("list.filter(x => x === 'a').length", 1),
        ("list.contains('a')", True),
        ("list.indexOf('a')", 1),
        ("Array.isArray(list) && [...list].length", 3),
        ("map.name + map.get('name') + map['name']", "nnn"),
        ("map.inner.a + map.get('inner').get('a')", 2),
        ("map.get('missing') === null && map.missing === undefined", True),
        ("map.keySet().size() + map.size()", 4),
        ("map.containsKey('inner')", True),
        ("'' + map", "{name=n, inner={a=1}}"),
        ("JSON.stringify(map)", '{"name":"n","inner":{"a":1}}'),
        ("Object.keys(map).join()", "name,inner"),
        ("json.a === undefined && JSON.parse(json).a", 1),
        ("json.prop('a').value() + json.prop('a').numberValue()", 2),
        ("json.prop('o').prop('k').stringValue()", "v"),
        ("json.prop('list').elements().get(1).numberValue()", 2),
        ("json.hasProp('a') && json.prop('list').isArray()", True),
        ("json.fieldNames().join()", "a,list,o"),
        ("json.jsonPath('$.list[1]').numberValue()", 2),
        ("json.jsonPath('$.o.k').stringValue()", "v"),
        ("json.jsonPath('$..k').elementList().size()", 1),
        ("bytes.length + ',' + bytes[1]", "3,-1"),
        ("Math.abs(typeof nothere === 'undefined' ? -4 : 0)", 4),
    ],
)
def test_java_and_spin_are_as_models_use_them(engine: JavaScript, source: str, value: Any) -> None:
    seen = {"list": LIST, "map": MAP, "json": SPIN, "bytes": Variable("Bytes", b"\x01\xff\x03")}
    assert result(engine, source, **seen).value == value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("var m = new java.util.HashMap(); m.put('a', 1); m", '{"a":1}'),
        ("var m = new java.util.LinkedHashMap({b: 2}); m.put('a', 1); m", '{"b":2,"a":1}'),
        ("var L = Java.type('java.util.ArrayList'); var l = new L(); l.add('x'); l.addAll([1]); l", '["x",1]'),
    ],
)
def test_the_collections_of_java_that_models_make_are_there(engine: JavaScript, source: str, text: str) -> None:
    assert result(engine, source).value == text


def test_a_date_and_an_id_of_java_are_there(engine: JavaScript) -> None:
    assert result(engine, "new java.util.Date()") == Variable("Date", NOW_MS)
    assert result(engine, "java.lang.System.currentTimeMillis()") == Variable("Long", NOW_MS)
    assert len(str(result(engine, "java.util.UUID.randomUUID().toString()").value)) == 36


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.rows[*].n", [1, 2, 3]),
        ("$.rows[?(@.state == 'open')].n", [1, 3]),
        ("$.rows[?(@.n > 1)].n", [2, 3]),
        ("$.rows[-1].n", 3),
        ("$['rows'][0]['n']", 1),
        ("$..n", [1, 2, 3]),
        ("$.*", [[{"n": 1, "state": "open"}, {"n": 2, "state": "done"}, {"n": 3, "state": "open"}]]),
    ],
)
def test_a_json_path_finds(engine: JavaScript, path: str, found: Any) -> None:
    rows = Variable("Json", '{"rows":[{"n":1,"state":"open"},{"n":2,"state":"done"},{"n":3,"state":"open"}]}')
    source = "JSON.stringify(JSON.parse(String(json.jsonPath(path).element())))"
    text = result(engine, source, json=rows, path=Variable("String", path)).value
    assert text == _compact(found)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize(
    "variable",
    [
        Variable("File", b"content", {"filename": "a.txt"}),
        Variable("Bytes", b"\x00\xff"),
        Variable("Xml", "<a/>"),
        Variable("Object", "rO0AB", {"serializationDataFormat": "application/x-java-serialized-object"}),
        SPIN,
        WHEN,
        BIG,
    ],
)
def test_a_value_that_is_passed_on_stays_what_it_is(engine: JavaScript, variable: Variable) -> None:
    assert result(engine, "given", given=variable) == variable


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("throw new Error('boom')", "Error: boom", 1),
        ("throw 'x'", "x", None),
        ("\n\nnothere", "ReferenceError: nothere is not defined", 3),
        ("1\nvar y = ;", "SyntaxError: unexpected token in expression: ';'", 2),
        ("return 5", "SyntaxError: return not in a function", 1),
        ("'abc'.contains('a')", "TypeError: not a function", 1),
        ("new java.io.File('x')", "TypeError: cannot read property 'File' of undefined", 1),
        ("Java.type('java.io.File')", "There is no Java in scripts: java.io.File", 1),
        ("var a = {}; a.a = a; a", "The value is nested in itself, or deeper than 200 levels.", None),
        ("Symbol('x')", "A symbol cannot be stored in a variable.", None),
        ("execution", "An object of the engine cannot be stored in a variable.", None),
    ],
)
def test_what_fails_says_where_and_why(engine: JavaScript, source: str, message: str, line: int | None) -> None:
    with pytest.raises(ScriptFailed) as failed:
        result(engine, source)
    assert (failed.value.message, failed.value.line) == (message, line)
