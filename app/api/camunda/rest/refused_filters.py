"""Filters that Camunda knows and Errand cannot keep: refused by name, because a filter that is dropped selects all."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.api.camunda.rest.coercion import JacksonField
from app.api.camunda.rest.errors import CamundaRefusal

EXPRESSIONS = (
    "Expressions are forbidden in adhoc queries. This behavior can be toggled in the process engine configuration"
)


class RefusedFilter(JacksonField, fields.Raw):
    """A filter that is refused whatever its value; null is no value."""

    def __init__(self, wire_name: str, message: str) -> None:
        super().__init__(wire_name, metadata={"description": f"Refused: {message}"})
        self._message = message

    def coerce(self, value: Any) -> Any:
        """Refuse. Raises CamundaRefusal."""
        raise CamundaRefusal(400, "BadUserRequestException", self._message, 0)
