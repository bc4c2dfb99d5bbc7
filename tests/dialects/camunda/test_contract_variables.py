"""Section 5 of Camunda's contract: each type as a worker sends it, as it is read again, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import external_task, fetch, flow, one_task, process
from tests.dialects.camunda.rest import Rest, refusal

ACME = {"objectTypeName": "org.acme.Order", "serializationDataFormat": "application/json"}
FILE = {"filename": "ä.txt", "mimeType": "text/plain", "encoding": "UTF-8"}


def sent(value: Any, type: str | None = None, **info: Any) -> dict[str, Any]:
    """Return a variable as a client sends it."""
    return {"value": value, "type": type, "valueInfo": info or None}


def kept(type: str, value: Any, **info: Any) -> dict[str, Any]:
    """Return a variable as it is answered."""
    return {"type": type, "value": value, "valueInfo": info}


KEPT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (sent("x"), kept("String", "x")),
    (sent("ä€𝄞"), kept("String", "ä€𝄞")),
    (sent(5, "String"), kept("String", "5")),
    (sent(True, "string"), kept("String", "true")),
    (sent(None, "String"), kept("String", None)),
    (sent(2**31 - 1), kept("Integer", 2**31 - 1)),
    (sent(2**31), kept("Long", 2**31)),
    (sent("5", "Integer"), kept("Integer", 5)),
    (sent("", "Integer"), kept("Integer", None)),
    (sent(-(2**63), "long"), kept("Long", -(2**63))),
    (sent("32767", "Short"), kept("Short", 32767)),
    (sent(1, "Double"), kept("Double", 1.0)),
    (sent("1.5", "Double"), kept("Double", 1.5)),
    (sent(1e3), kept("Double", 1000.0)),
    (sent("true", "Boolean"), kept("Boolean", True)),
    (sent(None), kept("Null", None)),
    (sent(None, "null"), kept("Null", None)),
    (sent("2024-01-01T01:00:00.123+0200", "Date"), kept("Date", "2023-12-31T23:00:00.123+0000")),
    (sent("aGk=", "Bytes"), kept("Bytes", "aGk=")),
    (sent("broken{", "Json"), kept("Json", "broken{")),
    (sent("<a/>", "xml"), kept("Xml", "<a/>")),
    (sent('{"a": 1 }', "Object", **ACME), kept("Object", '{"a": 1 }', **ACME)),
    (sent("aGk=", "File", **FILE), kept("File", None, **FILE)),
    (sent("aGk=", "file", filename="a", mimetype="x/y"), kept("File", None, filename="a")),
]  # fmt: skip
IDS = [f"{variable['type']} {variable['value']}" for variable, _ in KEPT]


@pytest.mark.parametrize(("variable", "expected"), KEPT, ids=IDS)
def test_a_variable_of_every_type_comes_back_alike(rest: Rest, variable: Any, expected: Any) -> None:
    rest.deploy(one_task())
    id = rest.start()
    [task] = fetch(rest.client)
    body = {"workerId": "worker", "retries": 1, "variables": {"v": variable}}
    rest.post(f"/external-task/{task['id']}/failure", body)
    assert rest.get(f"/process-instance/{id}/variables/v", deserializeValue="false") == expected
    assert fetch(rest.client)[0]["variables"] == {"v": expected}


def unfit(value: str, type: str, java: str) -> Any:
    """Return the refusal of a value that does not fit its type."""
    return refusal(
        400, "InvalidRequestException", f"Cannot convert value '{value}' of type '{type}' to java type {java}"
    )


def unserialized(type: str) -> Any:
    """Return the refusal of a value that is no text."""
    text = f"Must provide 'null' or String value for value of SerializableValue type '{type}'."
    return refusal(400, "InvalidRequestException", text)


def illegal(message: str) -> Any:
    """Return the refusal of a file."""
    return refusal(500, "IllegalArgumentException", message)


NO_NAME = illegal("Cannot create file without filename! Please set a name into ValueInfo with key filename")
NO_CONTENT = illegal("Provided value is not of File, InputStream or byte[] type.")
JAVA = refusal(
    500,
    "ProcessEngineException",
    "ENGINE-17007 Cannot set variable with name v. Java serialization format is prohibited",
    0,
)
REFUSED: list[tuple[Any, Any]] = [
    (sent("x", "Foo"), refusal(400, "RestException", "Unsupported value type 'Foo'")),
    (sent("x", "STRING"), refusal(400, "RestException", "Unsupported value type 'STRING'")),
    (sent("x", "String "), refusal(400, "RestException", "Unsupported value type 'String '")),
    (sent("x", ""), refusal(500, "StringIndexOutOfBoundsException", "begin 0, end 1, length 0")),
    (sent(5.0, "Integer"), unfit("5.0", "Integer", "java.lang.Integer")),
    (sent(2**31, "integer"), unfit("2147483648", "integer", "java.lang.Integer")),
    (sent(2**63, "Long"), unfit("9223372036854775808", "Long", "java.lang.Long")),
    (sent(32768, "Short"), unfit("32768", "Short", "java.lang.Short")),
    (sent("x", "Double"), unfit("x", "Double", "java.lang.Double")),
    (sent(1, "Boolean"), unfit("1", "Boolean", "java.lang.Boolean")),
    (sent("2024-01-01", "Date"), unfit("2024-01-01", "Date", "java.util.Date")),
    (sent("!", "Bytes"), unfit("!", "Bytes", "[B")),
    (sent("x", "Null"), unfit("x", "Null", "javax.lang.model.type.NullType")),
    (sent(1, "Integer", transient="yes"), unfit("1", "Integer", "java.lang.Integer")),
    (sent({}, "Json"), unserialized("Json")),
    (sent(5, "xml"), unserialized("xml")),
    (sent({}, "Object", **ACME), unserialized("Object")),
    (sent("x", "Object"), JAVA),
    (sent("x", "Object", serializationDataFormat="application/x-java-serialized-object"), JAVA),
    (sent("aGk=", "File"), illegal("Cannot create file without valueInfo.")),
    (sent("aGk=", "File", mimeType="text/plain"), NO_NAME),
    (sent(None, "File", filename="a"), NO_CONTENT),
    (sent(5, "File", filename="a"), NO_CONTENT),
    ("x", refusal(400, "InvalidRequestException", "")),
]  # fmt: skip


@pytest.mark.parametrize("route", ["complete", "failure", "bpmnError"])
@pytest.mark.parametrize(("variable", "expected"), REFUSED)
def test_a_variable_that_cannot_be_read_is_refused_before_the_task_is_looked_for(
    rest: Rest, route: str, variable: Any, expected: Any
) -> None:
    body = {"workerId": None, "variables": {"v": variable}}
    assert rest.answer("POST", f"/external-task/x/{route}", body) == expected


def test_a_variable_does_not_become_transient(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start(variables={"v": 1})
    [task] = fetch(rest.client)
    body = {"workerId": "worker", "variables": {"v": sent(2, "Integer", transient=True), "w": sent(3)}}
    text = "ENGINE-17006 Cannot set transient variable with name v to non-transient variable and vice versa."
    for route in ("complete", "failure", "bpmnError"):
        answer = rest.answer("POST", f"/external-task/{task['id']}/{route}", {**body, "errorCode": "E"})
        assert answer == refusal(500, "ProcessEngineException", text, 0)
    assert rest.get(f"/process-instance/{id}/variables") == {"v": kept("Integer", 1)}


CAPTURING = process(
    '<startEvent id="start"/>',
    external_task(
        inner="<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="captured">in</camunda:inputParameter>'
        '<camunda:outputParameter name="out">${captured} ${local}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    ),
    external_task("next", "next"),
    flow("start", "work"),
    flow("work", "next"),
)


def test_an_input_parameter_captures_its_name_and_an_output_sees_local_variables(rest: Rest) -> None:
    rest.deploy(CAPTURING)
    id = rest.start(variables={"captured": "outside"})
    [task] = fetch(rest.client)
    variables = {"captured": sent("changed"), "free": sent(1)}
    body = {"workerId": "worker", "variables": variables, "localVariables": {"local": sent("near")}}
    assert rest.answer("POST", f"/external-task/{task['id']}/complete", body) == (204, None)
    assert rest.get(f"/process-instance/{id}/variables") == {
        "captured": kept("String", "outside"),
        "free": kept("Integer", 1),
        "out": kept("String", "changed near"),
    }


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ("process-instance/{instance}/variables", True),
        ("process-instance/{execution}/variables", True),
        ("execution/{instance}/localVariables", True),
        ("execution/{execution}/localVariables", False),
    ],
)
def test_a_file_is_found_by_instance_and_execution(rest: Rest, owner: str, found: bool) -> None:
    rest.deploy(one_task())
    body = {"variables": {"f": sent("aGk=", "File", **FILE)}}
    id = rest.post("/process-definition/key/process/start", body)["id"]
    path = owner.format(instance=id, execution=fetch(rest.client)[0]["executionId"])
    response = rest.call("GET", f"/{path}/f/data")
    if not found:
        expected = refusal(404, "InvalidRequestException", "execution variable with name f does not exist")
        assert (response.status_code, response.get_json()) == expected
        return
    assert (response.status_code, response.data) == (200, b"hi")
    assert response.headers["Content-Type"].replace(" ", "") == "text/plain;charset=UTF-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A4.txt"
