"""Bodies of operations on many things: a word that is dropped there would widen what the operation hits."""

from __future__ import annotations

from typing import Any

from app.api.camunda.rest.coercion import JacksonSchema
from app.api.camunda.rest.errors import invalid_request


class OperationSchema(JacksonSchema):
    """The body of an operation, or filters within it: properties that are not known are refused by name."""

    def load(self, data: Any, **options: Any) -> Any:
        """Read an object; null asks for nothing, whatever its name. Raises ValidationError, CamundaRefusal."""
        if isinstance(data, dict):
            known = {str(field.data_key) for field in self.fields.values()}
            for name, value in data.items():
                if value is not None and name not in known:
                    words = ", ".join(sorted(known))
                    raise invalid_request(f"Unknown property '{name[:100]}'. Known are: {words}")
        return super().load(data, **options)


class SelectionSchema(OperationSchema):
    """Filters within the body of an operation. An empty list, which a list of rows takes for no filter, is refused."""

    def load(self, data: Any, **options: Any) -> Any:
        """Read an object. Raises ValidationError, CamundaRefusal."""
        for name, value in data.items() if isinstance(data, dict) else ():
            if value == [] and name != "sorting":
                raise invalid_request(f"The filter '{name[:100]}' is an empty list, which would select everything.")
        return super().load(data, **options)
