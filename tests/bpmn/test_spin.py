"""Spin's functions read JSON and XML that a worker sent as text."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn import commands
from app.bpmn.expressions import compile_expression, mapping_scope
from app.bpmn.values import Variable
from app.errors import ExpressionFailed
from tests.bpmn.builders import definitions, end, external, input_output, process, start
from tests.bpmn.driver import Model

VALUES = {
    "json": '{"foo": "bar", "n": [1, 2]}',
    "parsed": {"foo": "bar"},
    "xml": "<?xml version='1.0' encoding='ISO-8859-1'?><o:order xmlns:o='urn:o' nr='7'>ä<o:line>1</o:line>"
    "<o:line>2</o:line><o:city>Köln</o:city></o:order>",
}


def value_of(text: str) -> Any:
    return compile_expression(text).evaluate(mapping_scope(VALUES))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('${S(json).prop("foo").stringValue() == "bar"}', True),
        ("${JSON(json).n[1]}", 2),
        ("${S(parsed).foo}", "bar"),
        ("${JSON('7') + 1}", 8),
        ("${XML(xml).attr('nr').value() == '7'}", True),
        ("${S(xml).attr('nr').name()}", "nr"),
        ("${S(xml).hasAttr('none')}", False),
        ("${XML(xml).attrs().size()}", 1),
        ("${S(xml).name()}", "order"),
        ("${S(xml).namespace()}", "urn:o"),
        ("${S(xml).childElement('city').textContent()}", "Köln"),
        ("${S(xml).childElements('line').size()}", 2),
        ("${S(xml).childElements().size()}", 3),
        ("${XML('<a b=\"1\"/>').toString()}", '<a b="1"/>'),
        ("${S(S('<a/>')).name()}", "a"),
    ],
)
def test_spin_reads_json_and_xml(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("${JSON('{')}", "Unable to parse the text as JSON"),
        ("${XML('<a>')}", "Unable to parse the text as XML"),
        ("${XML(parsed)}", "A Map is no XML"),
        ("${XML('<!DOCTYPE a><a/>')}", "A DOCTYPE is not allowed"),
        ("${S(xml).attr('none')}", "Unable to find attribute 'none'"),
        ("${S(xml).childElement('line')}", "2 child elements 'line', not one"),
    ],
)
def test_what_spin_cannot_read_is_an_error_of_the_expression(text: str, cause: str) -> None:
    with pytest.raises(ExpressionFailed, match=cause):
        value_of(text)


def test_a_file_keeps_its_type_through_get_variable_typed() -> None:
    mapping = input_output({"copy": "${execution.getVariableTyped('file')}"})
    elements = [start(), external("a"), external("b", extensions=mapping), end()]
    i = Model(definitions(process("p", elements, "start>a a>b b>end"))).start("p")
    file = Variable("File", b"ABC", {"filename": "a.txt"})
    i.run(commands.CompleteExternalTask(i.task("a"), {"file": file}))
    assert [found["copy"] for found in i.stored.values() if "copy" in found] == [file]
