"""Variables as JSON, both ways, and what is refused in which words."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.camunda.rest.errors import CamundaRefusal
from app.api.camunda.rest.values import java_text, lenient_base64, variable_from_json, variable_to_json
from app.bpmn.values import Variable

JSON_OBJECT = {"objectTypeName": "org.acme.Order", "serializationDataFormat": "application/json"}


def read(value: Any, type: str | None = None, info: Any = None) -> Variable:
    return variable_from_json("v", {"value": value, "type": type, "valueInfo": info})


def refusal(value: Any, type: str | None = None, info: Any = None) -> tuple[int, str, str, int | None]:
    with pytest.raises(CamundaRefusal) as caught:
        read(value, type, info)
    return caught.value.status, caught.value.type, caught.value.message, caught.value.code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", Variable("String", "a")),
        (True, Variable("Boolean", True)),
        (5, Variable("Integer", 5)),
        (2**31 - 1, Variable("Integer", 2**31 - 1)),
        (2**31, Variable("Long", 2**31)),
        (2**63 - 1, Variable("Long", 2**63 - 1)),
        (0.5, Variable("Double", 0.5)),
        (None, Variable("Null")),
    ],
)
def test_a_value_without_a_type_gets_the_type_of_its_json(value: Any, expected: Variable) -> None:
    assert read(value) == expected


def test_an_integer_beyond_64_bits_is_an_object_as_in_camunda() -> None:
    variable = read(2**63)
    assert (variable.type, variable.value) == ("Object", str(2**63))
    assert variable.info["objectTypeName"] == "java.math.BigInteger"


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        (5, "String", "5"),
        (True, "String", "true"),
        (1e10, "String", "1.0E10"),
        ({"a": [1, None]}, "String", "{a=[1, null]}"),
        ("5", "Integer", 5),
        (" 5 ", "integer", 5),
        ("", "Integer", None),
        (5, "Long", 5),
        ("-32768", "Short", -32768),
        (1, "Double", 1.0),
        ("1.5", "double", 1.5),
        ("TRUE", "Boolean", True),
        ("false", "boolean", False),
        ("2015-10-06T16:34:42.000+0200", "Date", 1444142082000),
        ("aGVsbG8=", "Bytes", b"hello"),
        ('{ "a" : 1 }', "Json", '{ "a" : 1 }'),
        ("no json at all", "json", "no json at all"),
        ("<a/>", "Xml", "<a/>"),
        (None, "Date", None),
    ],
)
def test_a_typed_value_is_converted_by_way_of_its_text(value: Any, type: str, expected: Any) -> None:
    assert read(value, type) == Variable(type.capitalize(), expected)


def test_a_date_of_the_first_centuries_keeps_the_four_digits_of_its_year() -> None:
    date = "0001-02-03T04:05:06.007+0000"
    assert variable_to_json(read(date, "Date"))["value"] == date


@pytest.mark.parametrize(
    ("value", "type", "java_class"),
    [
        ("x", "Integer", "java.lang.Integer"),
        (5.9, "Integer", "java.lang.Integer"),
        (2**31, "Integer", "java.lang.Integer"),
        (True, "Long", "java.lang.Long"),
        ("1_0", "Long", "java.lang.Long"),
        (40000, "Short", "java.lang.Short"),
        ("x", "Double", "java.lang.Double"),
        ("yes", "Boolean", "java.lang.Boolean"),
        (1, "Boolean", "java.lang.Boolean"),
        ("2024-01-01", "Date", "java.util.Date"),
        ("2024-01-01T00:00:00.000Z", "Date", "java.util.Date"),
        ("2024-01-01T00:00:00.000+02:00", "Date", "java.util.Date"),
        ("2024-01-01T00:00:00+0200", "Date", "java.util.Date"),
        ("not base64!", "Bytes", "[B"),
        ("x", "Null", "javax.lang.model.type.NullType"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused_with_the_java_class(
    value: Any, type: str, java_class: str
) -> None:
    text = f"Cannot convert value '{java_text(value)}' of type '{type}' to java type {java_class}"
    assert refusal(value, type) == (400, "InvalidRequestException", text, None)


def test_the_flag_of_a_transient_variable_must_be_a_boolean() -> None:
    assert read(1, "Integer", {"transient": True}) == Variable("Integer", 1, {}, True)
    assert read(1, None, {"transient": True}) == Variable("Integer", 1, {}, True)
    assert read(1, None, {"transient": "true"}) == Variable("Integer", 1)
    assert refusal(1, "Integer", {"transient": "true"})[2] == (
        "Cannot convert value '1' of type 'Integer' to java type java.lang.Integer"
    )


def test_only_the_case_of_a_types_first_letter_is_free() -> None:
    assert refusal("a", "STRING") == (400, "RestException", "Unsupported value type 'STRING'", None)
    assert refusal("a", "JSON") == (400, "RestException", "Unsupported value type 'JSON'", None)
    assert refusal("a", "")[:2] == (500, "StringIndexOutOfBoundsException")


@pytest.mark.parametrize("type", ["Json", "Xml", "Object"])
def test_a_serialized_value_must_be_text(type: str) -> None:
    text = f"Must provide 'null' or String value for value of SerializableValue type '{type}'."
    assert refusal({"a": 1}, type) == (400, "InvalidRequestException", text, None)


def test_an_object_is_kept_verbatim_unless_its_format_is_javas() -> None:
    assert read('{"a":1}', "Object", JSON_OBJECT) == Variable("Object", '{"a":1}', JSON_OBJECT)
    prohibited = "ENGINE-17007 Cannot set variable with name v. Java serialization format is prohibited"
    assert refusal("rO0", "Object") == (500, "ProcessEngineException", prohibited, 0)


def test_a_file_needs_a_name_and_content() -> None:
    info = {"filename": "a.txt", "mimeType": "text/plain", "mimetype": "ignored"}
    assert read("aGVsbG8", "File", info) == Variable("File", b"hello", {"filename": "a.txt", "mimeType": "text/plain"})
    assert refusal("aGVsbG8", "File") == (
        500,
        "IllegalArgumentException",
        "Cannot create file without valueInfo.",
        None,
    )
    assert refusal("aGVsbG8", "File", {})[2] == (
        "Cannot create file without filename! Please set a name into ValueInfo with key filename"
    )
    assert refusal(None, "File", info)[2] == "Provided value is not of File, InputStream or byte[] type."


def test_base64_of_files_is_read_leniently() -> None:
    assert [lenient_base64(text) for text in ("aGVsbG8=", "aGVs bG8", "_-8", "a", "")] == [
        b"hello",
        b"hello",
        b"\xff\xef",
        b"",
        b"",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "info"),
    [
        (Variable("Date", 1444142082000), "2015-10-06T14:34:42.000+0000", {}),
        (Variable("Bytes", b"hello"), "aGVsbG8=", {}),
        (Variable("File", b"hello", {"filename": "a"}), None, {"filename": "a"}),
        (Variable("Json", '{"a": 1}'), '{"a": 1}', {}),
        (Variable("Object", "[1]", JSON_OBJECT), "[1]", JSON_OBJECT),
        (Variable("Double", 1.0), 1.0, {}),
        (Variable("Null"), None, {}),
    ],
)
def test_a_variable_is_written_with_all_three_properties(variable: Variable, value: Any, info: Any) -> None:
    assert variable_to_json(variable) == {"type": variable.type, "value": value, "valueInfo": info}


def test_json_and_objects_are_parsed_on_request() -> None:
    assert variable_to_json(Variable("Json", '{"a": 1}'), deserialize=True)["value"] == {"a": 1}
    assert variable_to_json(Variable("Json", "broken"), deserialize=True)["value"] == "broken"
    assert variable_to_json(Variable("Object", "[1]", JSON_OBJECT), deserialize=True)["value"] == [1]
