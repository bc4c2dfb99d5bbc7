"""Maps of variables: the field that requests carry, and the object that answers carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from app.api.camunda.rest.coercion import JacksonAny, JacksonField, JacksonMap, JacksonSchema, JacksonString
from app.api.camunda.rest.errors import null_pointer
from app.api.camunda.rest.values import variable_from_json, variable_to_json
from app.bpmn.values import Variable

NULL_ENTRY = (
    'Cannot invoke "org.camunda.bpm.engine.rest.dto.VariableValueDto.toTypedValue('
    'org.camunda.bpm.engine.ProcessEngine, com.fasterxml.jackson.databind.ObjectMapper)" '
    'because the return value of "java.util.Map$Entry.getValue()" is null'
)
EXAMPLE = {"amount": {"value": 42, "type": "Integer", "valueInfo": {}}}


class VariableValueSchema(JacksonSchema):
    """One variable. `type` may be left out for values of String, Boolean, Integer, Long, Double and null."""

    value = JacksonAny("value", metadata={"example": 42})
    type = JacksonString("type", metadata={"example": "Integer"})
    valueInfo = JacksonMap("valueInfo", metadata={"example": {"transient": False}})


class LocalVariableSchema(Schema):
    """One variable as it is answered: all three properties are always there."""

    type = fields.String(metadata={"example": "String"})
    value = fields.Raw(allow_none=True, metadata={"example": "red"})
    valueInfo = fields.Dict(metadata={"example": {}})


variable_schema = VariableValueSchema()
_MAP = JacksonMap("map")


class JacksonVariables(JacksonField, fields.Dict):
    """A map of variables, in the shape of JSON still: `variables_from_json` converts it, because a value that cannot be
    converted is refused in the words of the route, and later than a body of the wrong shape."""

    def __init__(self, wire_name: str, default: Any = None, **options: Any) -> None:
        metadata = {"example": EXAMPLE, **options.pop("metadata", {})}
        super().__init__(
            wire_name, default, fields.String(), fields.Nested(variable_schema), metadata=metadata, **options
        )

    def coerce(self, value: Any) -> dict[str, Any]:
        """Read an object of variables; null entries stay. Raises ValidationError."""
        entries = _MAP.coerce(value)
        return {name: None if entry is None else variable_schema.load(entry) for name, entry in entries.items()}


def variables_from_json(entries: Mapping[str, Any] | None) -> dict[str, Variable]:
    """Convert the loaded map of a request; None is an empty one. Raises CamundaRefusal."""
    if not entries:
        return {}
    if any(entry is None for entry in entries.values()):
        raise null_pointer(NULL_ENTRY)
    return {name: variable_from_json(name, entry) for name, entry in entries.items()}


def variables_to_json(variables: Mapping[str, Variable], *, deserialize: bool = False) -> dict[str, Any]:
    """Write a map of variables."""
    return {name: variable_to_json(variable, deserialize=deserialize) for name, variable in variables.items()}
