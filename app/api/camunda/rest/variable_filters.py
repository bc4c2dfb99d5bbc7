"""Conditions on variables in a list's filters: `name_operator_value,…` as a query parameter, objects in a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from app.api.camunda.rest.coercion import JacksonField, unreadable_parameter
from app.api.camunda.rest.dates import parse_date
from app.api.camunda.rest.errors import invalid_request, not_valid, null_pointer, null_value
from app.bpmn.values import Variable, from_python
from app.queries.conditions import COMPARISONS
from app.queries.variable_conditions import WORDS, VariableCondition

EXAMPLE = {"name": "amount", "operator": "gteq", "value": 100}


class VariableConditions(JacksonField, fields.List[Any]):
    """Conditions on variables, all of which are to be met."""

    comma_separated = True

    def __init__(self, wire_name: str, **options: Any) -> None:
        super().__init__(wire_name, None, fields.Raw(metadata={"example": EXAMPLE}), **options)
        self._kind = "process variable" if wire_name == "processVariables" else "variable"
        self._checks_types = wire_name in ("variables", "variableValues")  # the others leave it to the engine: 500

    def coerce(self, value: Any) -> list[VariableCondition]:
        """Read a list of `{name, operator, value}`."""
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise ValidationError("not a list of conditions")
        return [self._condition(item.get("name"), item.get("operator"), _typed(item.get("value"))) for item in value]

    def from_query(self, name: str, text: str) -> list[VariableCondition]:
        """Read conditions separated by commas; their values are texts or dates. Raises CamundaRefusal."""
        return [self._from_text(name, part) for part in text.split(",")]

    def _from_text(self, name: str, text: str) -> VariableCondition:
        parts = text.split("_")
        if len(parts) != 3:
            reason = "variable query parameter has to have format KEY_OPERATOR_VALUE."
            raise unreadable_parameter(name, text, reason)
        return self._condition(parts[0], parts[1], _typed(parts[2]))

    def _condition(self, name: Any, operator: Any, value: Variable) -> VariableCondition:
        if operator is None:
            raise null_pointer('Cannot invoke "String.equals(Object)" because "op" is null')
        if name is None:
            raise null_value("name is null")
        if operator not in COMPARISONS:
            raise invalid_request(f"Invalid {self._kind} comparator specified: {operator}")
        if self._checks_types and operator in WORDS and value.type in ("Boolean", "Null"):
            raise not_valid(f"Booleans and null cannot be used in '{WORDS[operator]}' condition")
        return VariableCondition(str(name), operator, value)


class VariableValue(JacksonField, fields.Raw):
    """A value that a variable has: any JSON value, as a query parameter a text."""

    def __init__(self, wire_name: str, **options: Any) -> None:
        super().__init__(wire_name, metadata={"example": 100}, **options)

    def coerce(self, value: Any) -> Variable:
        """Keep the value with its type."""
        return from_python(value)


class InstantConditions(JacksonField, fields.List[Any]):
    """Comparisons with instants: `gt_2015-10-06T16:34:42.000+0200,…` as a query parameter."""

    comma_separated = True

    def __init__(self, wire_name: str, **options: Any) -> None:
        super().__init__(wire_name, None, fields.Raw(metadata={"example": {"operator": "gt"}}), **options)
        self._kind = {"dueDates": "due date", "createTimes": "create time"}[wire_name]

    def coerce(self, value: Any) -> list[tuple[str, int]]:
        """Read a list of `{operator, value}`."""
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise ValidationError("not a list of conditions")
        return [self._condition(item.get("operator"), item.get("value")) for item in value]

    def from_query(self, name: str, text: str) -> list[tuple[str, int]]:
        """Read comparisons separated by commas. Raises CamundaRefusal."""
        return [self._from_text(name, part) for part in text.split(",")]

    def _from_text(self, name: str, text: str) -> tuple[str, int]:
        operator, found, value = text.partition("_")
        if not found or not value:
            raise unreadable_parameter(name, text, "condition query parameter has to have format OPERATOR_VALUE.")
        return self._condition(operator, value)

    def _condition(self, operator: Any, value: Any) -> tuple[str, int]:
        if operator not in ("gt", "lt"):
            raise invalid_request(f"Invalid {self._kind} comparator specified: {operator}")
        try:
            return operator, parse_date(value)
        except (TypeError, ValueError, OverflowError):
            reason = f'Cannot convert value "{value}" to java type java.util.Date'
            raise invalid_request(f"Invalid {self._kind} format: {reason}") from None


def _typed(value: Any) -> Variable:
    """Return a value to compare with: a text that is a date is one."""
    if isinstance(value, str):
        try:
            return Variable("Date", parse_date(value))
        except (ValueError, OverflowError):
            pass
    return from_python(value)
