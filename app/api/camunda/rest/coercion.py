"""Fields that read JSON as Jackson does, and query parameters as Camunda does.

An explicit null counts as absent, scalars are coerced ("5" → 5, 5.9 → 5, 1 → true), anything else that does not fit
is refused.
`from_query` reads the same field from a query parameter, where a refusal names the parameter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from app.api.camunda.rest.dates import parse_date
from app.api.camunda.rest.errors import CamundaRefusal, invalid_request
from app.bpmn.values import FIRST_INSTANT, INT32_MAX, INT64_MAX, LAST_INSTANT

TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
QUERY_WORDS = {"true": True, "True": True, "false": False, "False": False}


class JacksonSchema(Schema):
    """A request object. Unknown properties are ignored, order is kept, every field has a default.

    `null_body` is the text of the NullPointerException for the literal body `null`.
    """

    null_body = "The request body is null"

    class Meta:
        unknown = EXCLUDE

    def load(self, data: Any, **options: Any) -> Any:
        """Read an object. Raises ValidationError.

        Marshmallow's own loop costs 35 µs before the first field, for hooks and partial objects that no request here
        has; it is asked only to say what is wrong.
        """
        if options or not isinstance(data, dict):
            return super().load(data, **options)
        try:
            return {name: field.deserialize(data.get(field.data_key)) for name, field in self.fields.items()}
        except ValidationError:
            return super().load(data)


class JacksonField(fields.Field[Any]):
    """Base of all. `default` is the value of an absent or null property."""

    java_type = "java.lang.String"
    comma_separated = False

    def __init__(self, wire_name: str, default: Any = None, *shape: Any, **options: Any) -> None:
        super().__init__(*shape, data_key=wire_name, load_default=default, allow_none=True, **options)

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Read a property; null and absent are the default. Raises ValidationError."""
        if value is None or value is missing:
            return self.load_default() if callable(self.load_default) else self.load_default
        return self.coerce(value)

    def coerce(self, value: Any) -> Any:
        """Read a JSON value that is not null. Raises ValidationError."""
        raise NotImplementedError

    def from_query(self, name: str, text: str) -> Any:
        """Read a query parameter. Raises CamundaRefusal."""
        try:
            return self.coerce(text)
        except ValidationError:
            raise self.unreadable(name, text) from None

    def unreadable(self, name: str, text: str) -> CamundaRefusal:
        """Refuse a query parameter that is no value of this kind."""
        return unreadable_parameter(name, text, f"Cannot convert value {text} to java type {self.java_type}")


def unreadable_parameter(name: str, text: str, reason: str | None = None) -> CamundaRefusal:
    """Refuse a query parameter in Camunda's words."""
    suffix = "" if reason is None else f": {reason}"
    return invalid_request(f"Cannot set query parameter '{name}' to value '{text}'{suffix}")


class JacksonString(JacksonField, fields.String):
    """Text; numbers and booleans are written out."""

    def coerce(self, value: Any) -> str:
        """Read text."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        raise ValidationError("not a string")


class JacksonNumber(JacksonField, fields.Integer):
    """A whole number within `bound`; fractions are cut off, numeric text is read, empty text is the default."""

    bound = INT64_MAX

    def coerce(self, value: Any) -> Any:
        """Read a whole number."""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValidationError("not a number")
        if isinstance(value, str) and value.strip() in ("", "null"):
            return self.load_default
        try:
            number = math.trunc(value) if not isinstance(value, str) else _whole_number(value)
        except (ValueError, OverflowError):
            raise ValidationError("not a number") from None
        if not -self.bound - 1 <= number <= self.bound:
            raise ValidationError("out of range")
        return number

    def from_query(self, name: str, text: str) -> Any:
        """Read a number as JSON: fractions are cut off, an empty text is none at all. Raises CamundaRefusal."""
        fraction = re.fullmatch(r"(-?\d{1,30})\.\d{1,30}", text)
        if not text:
            raise self.unreadable(name, text)
        return super().from_query(name, fraction[1] if fraction else text)


def _whole_number(text: str) -> int:
    if len(text) > 40 or "_" in text:
        raise ValueError(text)
    return int(text)


class JacksonInteger(JacksonNumber):
    """32 bits."""

    java_type = "java.lang.Integer"
    bound = INT32_MAX


class JacksonLong(JacksonNumber):
    """64 bits."""

    java_type = "java.lang.Long"
    bound = INT64_MAX


class JacksonBoolean(JacksonField, fields.Boolean):
    """true or false, as text too; whole numbers other than 0 are true."""

    java_type = "java.lang.Boolean"

    def coerce(self, value: Any) -> Any:
        """Read a truth value."""
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value != 0
        if isinstance(value, str):
            if value.strip() in ("", "null"):
                return self.load_default
            if value.strip() in (*TRUE, *FALSE):
                return value.strip() in TRUE
        raise ValidationError("not a boolean")

    def from_query(self, name: str, text: str) -> bool:
        """Read `true` or `false`, or a number, of which 0 is false; `True` is what a published Python client sends.

        Raises CamundaRefusal.
        """
        if text in QUERY_WORDS:
            return QUERY_WORDS[text]
        if re.fullmatch(r"-?[0-9]{1,9}", text):
            return int(text) != 0
        raise self.unreadable(name, text)


class JacksonDate(JacksonField, fields.String):
    """A date as milliseconds UTC."""

    java_type = "java.util.Date"

    def coerce(self, value: Any) -> Any:
        """Read a date; a whole number is one in milliseconds already, an empty text is the default."""
        if isinstance(value, int) and not isinstance(value, bool) and FIRST_INSTANT <= value <= LAST_INSTANT:
            return value
        if value == "":
            return self.load_default
        try:
            return parse_date(value)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("not a date") from None

    def from_query(self, name: str, text: str) -> Any:
        """Read a date, whose `+` must have been sent as `%2B`; an empty text is none. Raises CamundaRefusal."""
        if not text:
            return self.load_default
        if text.startswith('"') and text.endswith('"'):
            reason = f"Cannot convert value {text} to java type java.util.Date because of double quotes"
            raise unreadable_parameter(name, text, reason)
        try:
            return parse_date(text)
        except (ValueError, OverflowError):
            reason = f'Cannot convert value "{text}" to java type java.util.Date'
            raise unreadable_parameter(name, text, reason) from None


class JacksonStrings(JacksonField, fields.List[Any]):
    """A list of text; an element may be null. As a query parameter it is separated by commas."""

    comma_separated = True

    def __init__(self, wire_name: str, default: Any = None, **options: Any) -> None:
        super().__init__(wire_name, default, fields.String(), **options)

    def coerce(self, value: Any) -> list[str | None]:
        """Read a list of text."""
        if not isinstance(value, list):
            raise ValidationError("not a list")
        return [None if item is None else _STRING.coerce(item) for item in value]

    def from_query(self, name: str, text: str) -> list[str]:
        """Read a list separated by commas."""
        return text.split(",")


class JacksonChoice(JacksonField, fields.String):
    """One of a few words, case-sensitive."""

    def __init__(self, wire_name: str, choices: tuple[str, ...], **options: Any) -> None:
        self.choices = choices
        metadata = {"enum": list(choices), **options.pop("metadata", {})}
        super().__init__(wire_name, metadata=metadata, **options)

    def coerce(self, value: Any) -> str:
        """Read one of the words."""
        if value not in self.choices:
            raise ValidationError("not a choice")
        return str(value)

    def from_query(self, name: str, text: str) -> str:
        """Read one of the words. Raises CamundaRefusal."""
        if text not in self.choices:
            raise unreadable_parameter(name, text)
        return text


class JacksonObject(JacksonField, fields.Nested):
    """An object of its own schema."""

    def __init__(self, wire_name: str, schema: Schema | Callable[[], Schema], **options: Any) -> None:
        super().__init__(wire_name, None, schema, **options)

    def coerce(self, value: Any) -> Any:
        """Read an object."""
        return self.schema.load(value)


class JacksonObjects(JacksonField, fields.List[Any]):
    """A list of objects of one schema; an element may be null."""

    def __init__(self, wire_name: str, schema: Schema, **options: Any) -> None:
        self.element = schema
        super().__init__(wire_name, None, fields.Nested(schema), **options)

    def coerce(self, value: Any) -> list[Any]:
        """Read a list of objects."""
        if not isinstance(value, list):
            raise ValidationError("not a list")
        return [None if item is None else self.element.load(item) for item in value]


class JacksonMap(JacksonField, fields.Dict):
    """An object of any properties, kept as it is."""

    def coerce(self, value: Any) -> dict[str, Any]:
        """Read an object."""
        if not isinstance(value, dict):
            raise ValidationError("not an object")
        return value


class JacksonAny(JacksonField, fields.Raw):
    """Any JSON value."""

    def coerce(self, value: Any) -> Any:
        """Keep the value."""
        return value


_STRING = JacksonString("element")


def load_query(schema: Schema) -> dict[str, Any]:
    """Read the query parameters that `schema` knows, in the order of the request.

    Of a repeated one all count where it takes several values, as if they stood between commas, else the first. Raises
    CamundaRefusal.
    """
    by_wire_name = {field.data_key: field for field in schema.fields.values()}
    values = {name: field.deserialize(missing) for name, field in schema.fields.items()}
    for name, text in request.args.items():
        field = by_wire_name.get(name)
        if isinstance(field, JacksonField):
            several = ",".join(request.args.getlist(name)) if field.comma_separated else text
            values[str(field.name)] = field.from_query(name, several)
    return values
