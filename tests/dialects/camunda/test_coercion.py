"""Requests are read as Jackson reads them."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonChoice,
    JacksonDate,
    JacksonField,
    JacksonInteger,
    JacksonLong,
    JacksonMap,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
)


class ExampleSchema(JacksonSchema):
    count = JacksonInteger("maxTasks", 0)
    flag = JacksonBoolean("usePriority", False)
    name = JacksonString("workerId")


def test_null_is_as_good_as_absent_and_unknown_properties_are_ignored() -> None:
    default = {"count": 0, "flag": False, "name": None}
    assert ExampleSchema().load({}) == default
    assert ExampleSchema().load({"maxTasks": None, "usePriority": None, "workerId": None, "more": [1]}) == default


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (JacksonInteger("x"), "5", 5),
        (JacksonInteger("x"), 5.9, 5),
        (JacksonInteger("x"), -5.9, -5),
        (JacksonInteger("x", 7), "", 7),
        (JacksonLong("x"), 2**40, 2**40),
        (JacksonBoolean("x"), 1, True),
        (JacksonBoolean("x"), 0, False),
        (JacksonBoolean("x"), "true", True),
        (JacksonString("x"), 5, "5"),
        (JacksonString("x"), True, "true"),
        (JacksonStrings("x"), ["a", 1, None], ["a", "1", None]),
        (JacksonDate("x"), "1970-01-01T00:00:00.001+0000", 1),
    ],
)
def test_scalars_are_coerced(field: JacksonField, value: Any, expected: Any) -> None:
    assert field.deserialize(value) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (JacksonInteger("x"), "abc"),
        (JacksonInteger("x"), "5.9"),
        (JacksonInteger("x"), True),
        (JacksonInteger("x"), 2**31),
        (JacksonInteger("x"), []),
        (JacksonLong("x"), 2**63),
        (JacksonBoolean("x"), "yes"),
        (JacksonBoolean("x"), 1.5),
        (JacksonString("x"), {}),
        (JacksonStrings("x"), "abc"),
        (JacksonStrings("x"), [[]]),
        (JacksonMap("x"), []),
        (JacksonDate("x"), "2024-01-01"),
        (JacksonDate("x"), 2**63),
        (JacksonChoice("x", ("asc", "desc")), "ASC"),
    ],
)
def test_what_cannot_be_coerced_is_refused(field: JacksonField, value: Any) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(value)
