"""Tokens and variables: what one kind of worker writes, the other reads."""

from __future__ import annotations

import math

import pytest

from app.bpmn.plain_json import to_json, to_token, to_variables
from app.bpmn.values import Variable
from app.errors import InvalidInput, InvalidVariable

LIST = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
MAP = {"objectTypeName": "java.util.LinkedHashMap", "serializationDataFormat": "application/json"}


def test_the_members_of_an_object_become_variables_of_camundas_types() -> None:
    result = {"a": 1, "b": 2**40, "c": 1.5, "d": True, "e": None, "f": "x", "g": [1], "h": {"i": "ä"}}
    assert to_variables(result) == {
        "a": Variable("Integer", 1),
        "b": Variable("Long", 2**40),
        "c": Variable("Double", 1.5),
        "d": Variable("Boolean", True),
        "e": Variable("Null"),
        "f": Variable("String", "x"),
        "g": Variable("Object", "[1]", LIST),
        "h": Variable("Object", '{"i":"ä"}', MAP),
    }
    assert to_token(to_variables(result)) == result


@pytest.mark.parametrize(
    ("result", "variables"),
    [
        (None, {}),
        ({}, {}),
        ("done", {"result": Variable("String", "done")}),
        (7, {"result": Variable("Integer", 7)}),
        (False, {"result": Variable("Boolean", False)}),
        ([1, 2], {"result": Variable("Object", "[1,2]", LIST)}),
    ],
)
def test_any_other_result_becomes_the_variable_result_and_null_changes_nothing(
    result: object, variables: dict[str, Variable]
) -> None:
    assert to_variables(result) == variables


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (Variable("Date", 1_750_000_000_123), "2025-06-15T15:06:40.123Z"),
        (Variable("Json", '{"a":[1]}'), {"a": [1]}),
        (Variable("Json", "no json"), "no json"),
        (Variable("Object", "rO0AB", {"serializationDataFormat": "application/x-java-serialized-object"}), "rO0AB"),
        (Variable("Bytes", b"\x00\xff"), "AP8="),
        (
            Variable("File", b"...", {"filename": "a.txt", "mimeType": "text/plain"}),
            {"filename": "a.txt", "mimeType": "text/plain"},
        ),
        (Variable("Double", math.inf), "inf"),
        (Variable("Xml", "<a/>"), "<a/>"),
        (Variable("Null"), None),
    ],
)
def test_every_type_of_variable_has_one_plain_json_value(variable: Variable, value: object) -> None:
    assert to_json(variable) == value


@pytest.mark.parametrize("result", [{"": 1}, {" ": 1}, {"a\0": 1}, {"a": "\0"}])
def test_a_name_or_text_that_no_variable_can_hold_is_refused(result: dict[str, object]) -> None:
    with pytest.raises(InvalidVariable):
        to_variables(result)


def test_a_result_nested_too_deeply_is_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidInput, match="nested too deeply"):
        to_variables({"deep": deep})
