"""The expression language does what EL 2.2 does in Camunda."""

from __future__ import annotations

import timeit
from typing import Any, ClassVar

import pytest

from app.bpmn.expressions import (
    ELHost,
    Instant,
    Long,
    UnknownIdentifier,
    compile_expression,
    is_expression,
    mapping_scope,
    to_boolean,
    to_number,
    to_text,
)
from app.bpmn.values import Variable, from_python
from app.errors import ExpressionFailed

NOW_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class Process(ELHost):
    """A host object as the engine offers it."""

    el_methods: ClassVar = {
        "getVariable": lambda process, name: process.values[name],
        "getId": lambda process: "p1",
    }
    el_properties: ClassVar = {"processBusinessKey": lambda process: "order-7"}

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values


VALUES: dict[str, Any] = {
    "amount": 150,
    "flag": False,
    "x": "a",
    "items": [1, 2, 3],
    "order": {"customer": {"age": 5, "name": "Ann"}, "lines": [{"sku": "A"}]},
    "nothing": None,
    "hello": "Hello",
    "approved": "true",
    "ratio": 1.5,
    "größe": 7,
    "due": Instant(NOW_MS),
    "execution": Process({"x": "a"}),
}
SCOPE = mapping_scope(VALUES, NOW_MS)


def value_of(text: str) -> Any:
    return compile_expression(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount > 100 && !flag}", True),
        ("${x == 'a'}", True),
        ("#{x eq 'a' and not flag}", True),
        ("${amount ge 150 ? 'hi' : 'lo'}", "hi"),
        ("${amount==150?x:hello}", "a"),
        ("${flag ? 1 : x == 'b' ? 2 : 3}", Long(3)),
        ("${true ? x : now()}", "a"),
        ("${order.customer.age + 1}", Long(6)),
        ("${order['customer']['age'] * 2}", Long(10)),
        ("${order.lines[0].sku}", "A"),
        ("${items[1]}", 2),
        ("${items['1']}", 2),
        ("${items[9]}", None),
        ("${nothing.anything.at.all}", None),
        ("${order.missing}", None),
        ("${größe}", 7),
        ("${execution.getVariable('x')}", "a"),
        ("${execution.processBusinessKey}", "order-7"),
        ("${10 / 4}", 2.5),
        ("${10 div 5}", 2.0),
        ("${10 mod 4}", Long(2)),
        ("${-7 % 3}", Long(-1)),
        ("${7 % -3}", Long(1)),
        ("${7.5 % 2}", 1.5),
        ("${-amount}", -150),
        ("${- -amount}", 150),
        ("${1 + 2 * 3}", Long(7)),
        ("${(1 + 2) * 3}", Long(9)),
        ("${10 - 3 - 2}", Long(5)),
        ("${'5' + '3'}", Long(8)),
        ("${'5.5' + 1}", 6.5),
        ("${nothing + 1}", Long(1)),
        ("${'' + 1}", Long(1)),
        ("${1.5e3}", 1500.0),
        ("${.5}", 0.5),
        ("${9223372036854775807}", Long(9223372036854775807)),
        ("${empty nothing}", True),
        ("${empty ''}", True),
        ("${not empty items}", True),
        ("${empty 0}", False),
        ("${nothing == null}", True),
        ("${nothing == 0}", False),
        ("${nothing < 1}", False),
        ("${nothing <= null}", True),
        ("${approved == true}", True),
        ("${'5' == 5}", True),
        ("${5 == 5.0}", True),
        ("${'10' > 9}", True),
        ("${'b' > 'a'}", True),
        ("${amount != 150 || x ne 'b'}", True),
        ("${flag or approved}", True),
        ("${'it\\'s'}", "it's"),
        ('${"a\\"b}"}', 'a"b}'),
        ("pre-${x}-${amount}", "pre-a-150"),
        ("${x}${x}", "aa"),
        ("${ratio} ${flag} ${nothing}|", "1.5 false |"),
        ("\\${x}", "${x}"),
        ("\\#{x} is ${x}", "#{x} is a"),
        ("c:\\temp\\${x}", "c:\\temp${x}"),
        ("PT5M", "PT5M"),
        ("  ${x}\n", "a"),
    ],
)
def test_an_expression_gives_what_camunda_gives(text: str, expected: Any) -> None:
    assert (value_of(text), type(value_of(text))) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${hello.toLowerCase().contains('ell')}", True),
        ("${hello.concat(' World')}", "Hello World"),
        ("${hello.substring(1, 3)}", "el"),
        ("${hello.substring(2)}", "llo"),
        ("${hello.length() + items.size()}", Long(8)),
        ("${hello.indexOf('l')}", 2),
        ("${hello.charAt(0)}", "H"),
        ("${hello.equalsIgnoreCase('HELLO')}", True),
        ("${hello.compareTo('Help') < 0}", True),
        ("${hello.replace('l', 'L')}", "HeLLo"),
        ("${'a|b||'.split('\\\\|')}", ["a", "b"]),
        ("${'a,b'.split(',')[1]}", "b"),
        ("${'abc'.split('')}", ["a", "b", "c"]),
        ("${'1-2-3'.replaceAll('-', '')}", "123"),
        ("${' x '.trim()}", "x"),
        ("${'ab'.repeat(3)}", "ababab"),
        ("${x.equals('a')}", True),
        ("${x.equals(1)}", False),
        ("${items.contains(2)}", True),
        ("${items.contains(true)}", False),
        ("${items.get(0)}", 1),
        ("${items.indexOf(3)}", 2),
        ("${items.subList(1, 3)}", [2, 3]),
        ("${items.isEmpty()}", False),
        ("${order.containsKey('customer')}", True),
        ("${order.customer.keySet()}", ["age", "name"]),
        ("${order.getOrDefault('total', 0)}", Long(0)),
        ("${order.customer.values().size()}", 2),
        ("${order.prop('customer').prop('name').stringValue()}", "Ann"),
        ("${order.prop('lines').elements().get(0).hasProp('sku')}", True),
        ("${order.customer.prop('age').numberValue()}", 5),
        ("${amount.toString()}", "150"),
        ("${ratio.intValue()}", 1),
        ("${amount.doubleValue()}", 150.0),
        ("${flag.booleanValue()}", False),
        ("${nothing.isNull()}", True),
    ],
)
def test_values_offer_the_listed_methods_of_java(text: str, expected: Any) -> None:
    assert (value_of(text), type(value_of(text))) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount}", Variable("Integer", 150)),
        ("${-amount}", Variable("Integer", -150)),
        ("${items.size()}", Variable("Integer", 3)),
        ("${flag ? 1 : amount}", Variable("Integer", 150)),
        ("${amount + 0}", Variable("Long", 150)),
        ("${-(amount + 0)}", Variable("Long", -150)),
        ("${-'5'}", Variable("Long", -5)),
        ("${5}", Variable("Long", 5)),
        ("${amount.longValue()}", Variable("Long", 150)),
        ("${amount / 2}", Variable("Double", 75.0)),
        ("${amount}0", Variable("String", "1500")),
    ],
)
def test_what_an_expression_writes_out_or_calculates_is_a_long(text: str, expected: Variable) -> None:
    assert from_python(value_of(text)) == expected


def test_the_clock_of_the_scope_is_the_only_clock() -> None:
    assert value_of("${now()}") == Instant(NOW_MS)
    assert value_of("${dateTime().plusDays(1).plusMonths(1)}") == NOW_MS + 32 * 86_400_000
    assert value_of("${dateTime().minusHours(2).isBefore(now())}") is True
    assert value_of("${now().getTime() - 1000}") == NOW_MS - 1000
    assert value_of("${due} ${due.after(0)}") == "2026-01-01T00:00:00.000Z true"
    with pytest.raises(UnknownIdentifier):
        compile_expression("${now()}").evaluate(mapping_scope({}))


def test_an_unknown_name_is_reported_in_camundas_words() -> None:
    with pytest.raises(UnknownIdentifier) as caught:
        value_of("${unknown > 1}")
    assert caught.value.message == (
        "Unknown property used in expression: ${unknown > 1}. Cause: Cannot resolve identifier 'unknown'"
    )
    assert caught.value.details == {"identifier": "unknown"}


@pytest.mark.parametrize(
    ("text", "kind", "cause"),
    [
        ("${hello.shout()}", "Unknown method used in", "Cannot find method 'shout' on String"),
        ("${hello.size}", "Unknown property used in", "Cannot find property 'size' on String"),
        ("${'abc' == 5}", "Error while evaluating", "Cannot coerce from String 'abc' to number"),
        ("${true + 1}", "Error while evaluating", "Cannot coerce from Boolean to number"),
        ("${1 / 0}", "Error while evaluating", "Division by zero"),
    ],
)
def test_a_failing_expression_names_itself_and_its_cause(text: str, kind: str, cause: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        value_of(text)
    assert caught.value.message == f"{kind} expression: {text}. Cause: {cause}"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("${x", "syntax error at position 3, encountered 'the end', expected }"),
        ("${}", "syntax error at position 2, encountered '}', expected an expression"),
        ("${a b}", "syntax error at position 4, encountered 'b', expected }"),
        ("${a ? b}", "syntax error at position 7, encountered '}', expected :"),
        ("${a = b}", "lexical error at position 4, encountered invalid character '='"),
        ("${'a\\n'}", "lexical error at position 2, encountered invalid escape sequence \\n, expected \\\\ or \\'"),
        ("${'open}", "lexical error at position 2, encountered invalid character '''"),
        ("${now(1)}", "Function 'now' takes 0 arguments, not 1"),
        ("${9223372036854775808}", "Integer overflow: the result does not fit into 64 bits"),
    ],
)
def test_bad_syntax_is_refused_when_it_is_compiled(text: str, cause: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compile_expression(text)
    assert caught.value.message == f"Error parsing '{text}': {cause}"


def test_texts_say_whether_they_are_literal() -> None:
    assert [compile_expression(text).is_literal for text in ("a", "\\${a}", "${1}", "a${1}")] == [
        True,
        True,
        False,
        False,
    ]
    assert [is_expression(text) for text in (None, "", "$x", "${x}", "a #{x}")] == [False, False, False, True, True]
    assert compile_expression("${x}").text == "${x}"
    assert compile_expression("${x}") is compile_expression(" ${x} ")


def test_coercions_follow_el() -> None:
    texts = [None, True, 2.5, 100.0, 1e10, 1.25e-5, 12345678.9, 7, [1, "a"], {"k": None}]
    assert [to_text(value) for value in texts] == [
        "", "true", "2.5", "100.0", "1.0E10", "1.25E-5", "1.23456789E7", "7", '[1,"a"]', '{"k":null}',
    ]  # fmt: skip
    assert [to_boolean(value) for value in (None, "", "TRUE", "yes", False)] == [False, False, True, False, False]
    assert [to_number(value) for value in (None, "", "7", "-1.5", 3)] == [0, 0, 7, -1.5, 3]
    for wrong in (1, [], {}):
        with pytest.raises(ExpressionFailed):
            to_boolean(wrong)


def test_a_simple_comparison_takes_two_microseconds_at_most() -> None:
    expression = compile_expression("${amount > 100}")
    fastest = min(timeit.repeat(lambda: expression.evaluate(SCOPE), number=2000, repeat=20)) / 2000
    assert fastest < 2e-6


ROWS = {"rows": [{"n": 1, "state": "open"}, {"n": 2, "state": "done"}, {"n": 3, "state": "open"}], "o": {"k": "v"}}


@pytest.mark.parametrize(
    ("path", "ending", "found"),
    [
        ("$.o.k", "stringValue()", "v"),
        ("$['o'][\"k\"]", "element()", "v"),
        ("$.rows[1].n", "numberValue()", 2),
        ("$.rows[-1].n", "numberValue()", 3),
        ("$.rows[*].n", "elementList()", [1, 2, 3]),
        ("$..n", "elementList().size()", 3),
        ("$.rows[?(@.state == 'open')].n", "elementList()", [1, 3]),
        ("$.rows[?(@.n >= 2)].n", "elementList()", [2, 3]),
        ("$.rows[?(@.nothere)]", "elementList()", []),
        ("$.rows", "elementList().size()", 3),
        ("$.o.*", "elementList()", ["v"]),
    ],
)
def test_a_json_path_finds(path: str, ending: str, found: Any) -> None:
    scope = mapping_scope({"json": ROWS, "path": path})
    assert compile_expression(f"${{json.jsonPath(path).{ending}}}").evaluate(scope) == found


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("o.k", "A JsonPath begins with '$' and has 1000 characters at most"),
        ("$.rows[0:2]", "This JsonPath is not known here from character 7 on: $.rows[0:2]"),
        ("$.nothere", "Unable to evaluate JsonPath expression '$.nothere'"),
        ("$.rows[?(@.n == x)]", "'x' is no value in a JsonPath"),
    ],
)
def test_a_json_path_that_finds_nothing_or_is_not_known_fails(path: str, cause: str) -> None:
    scope = mapping_scope({"json": ROWS, "path": path})
    with pytest.raises(ExpressionFailed) as failed:
        compile_expression("${json.jsonPath(path).element()}").evaluate(scope)
    assert failed.value.message.endswith(f"Cause: {cause}")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("${text.matches('a.*')}", True),
        ("${text.matches('b')}", False),
        ("${when.time}", 5),
        ("${currentUser()}", None),
    ],
)
def test_a_text_matches_a_date_has_a_time_and_nobody_acts(expression: str, value: Any) -> None:
    scope = mapping_scope({"text": "abc", "when": Instant(5)})
    assert compile_expression(expression).evaluate(scope) == value


def test_a_regular_expression_that_is_none_fails() -> None:
    with pytest.raises(ExpressionFailed, match=r"matches\(\): '\(' is no regular expression"):
        compile_expression("${text.matches('(')}").evaluate(mapping_scope({"text": "abc"}))
