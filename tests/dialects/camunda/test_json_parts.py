"""Parts of a Json variable stay Json, whichever way an expression finds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialects.camunda.rest import Rest, line

DOCUMENT = (
    '{"map": {"a": 1}, "list": ["x", 2, 1.5, {"b": [3]}, ["y"]], "text": "é", "number": 7, "yes": true, "none": null}'
)
FOUND = {
    "${doc}": ("Json", DOCUMENT),
    "${doc.prop('map')}": ("Json", '{"a":1}'),
    "${doc.prop('map').prop('a')}": ("Json", "1"),
    "${doc.prop('text')}": ("Json", '"é"'),
    "${doc.prop('list')}": ("Json", '["x",2,1.5,{"b":[3]},["y"]]'),
    "${doc.prop('list').elements().get(0)}": ("Json", '"x"'),
    "${doc.prop('list').elements().get(2)}": ("Json", "1.5"),
    "${doc.prop('list').elements().get(3)}": ("Json", '{"b":[3]}'),
    "${doc.prop('list').elements().get(4)}": ("Json", '["y"]'),
    "${doc.jsonPath('$.map').element()}": ("Json", '{"a":1}'),
    "${doc.jsonPath('$.list').elementList().get(3)}": ("Json", '{"b":[3]}'),
    "${JSON('{\"k\": 1}')}": ("Json", '{"k":1}'),
    "${S('[1]')}": ("Json", "[1]"),
    "${doc.prop('text').stringValue()}": ("String", "é"),
    "${doc.prop('text').value()}": ("String", "é"),
    "${doc.prop('number').numberValue()}": ("Integer", 7),
    "${doc.prop('number').numberValue() == 7}": ("Boolean", True),
    "${doc.prop('yes').boolValue()}": ("Boolean", True),
    "${doc.jsonPath('$.text').stringValue()}": ("String", "é"),
    "${doc.prop('none').isNull()}": ("Boolean", True),
    "is ${doc.prop('text')}": ("String", "is é"),
}
"""Expressions, and the type and the value of the variable that gets what they find."""


@pytest.mark.parametrize("expression", FOUND)
def test_what_an_expression_finds_in_a_document_is_json(rest: Rest, expression: str) -> None:
    quoted = expression.replace('"', "&quot;")
    rest.deploy(
        line(
            f'<userTask id="task"><extensionElements><camunda:inputOutput><camunda:inputParameter name="found">{quoted}'
            "</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
        )
    )
    rest.post("/process-definition/key/process/start", {"variables": {"doc": {"value": DOCUMENT, "type": "Json"}}})
    [found] = rest.get("/variable-instance", variableName="found", deserializeValues="false")
    assert (found["type"], as_read(found["value"])) == (FOUND[expression][0], as_read(FOUND[expression][1]))


def as_read(value: Any) -> Any:
    """Leave out the spaces of a JSON text, which a stored one keeps."""
    return value.replace(" ", "") if isinstance(value, str) else value


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_the_items_of_a_loop_over_a_document_are_json(rest: Rest, sequential: str) -> None:
    rest.deploy(
        line(
            '<serviceTask id="task" camunda:type="external" camunda:topic="work"><multiInstanceLoopCharacteristics '
            f'isSequential="{sequential}" camunda:collection="${{doc.elements()}}" camunda:elementVariable="item"/>'
            "</serviceTask>"
        )
    )
    document = {"value": '[{"a": 1}, "x"]', "type": "Json"}
    rest.post("/process-definition/key/process/start", {"variables": {"doc": document}})
    topics = [{"topicName": "work", "lockDuration": 1000, "variables": ["item"]}]
    items = []
    while tasks := rest.post("/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": topics}):
        items.append(tasks[0]["variables"]["item"])
        rest.post(f"/external-task/{tasks[0]['id']}/complete", {"workerId": "w"})
    expected = [{"type": "Json", "value": text, "valueInfo": {}} for text in ('{"a":1}', '"x"')]
    assert sorted(items, key=str) == sorted(expected, key=str)
