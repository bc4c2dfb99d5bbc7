"""The JSON of a resource as data: one declaration says what each property is read from, and documents it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields

from app.api.camunda.rest.dates import format_date
from app.identity import ANONYMOUS

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One property: how it is read from a row, and its field in the documentation."""

    read: Read
    field: Any


class Shape:
    """Write rows as JSON objects. Every property is always there; what is not set is null."""

    def __init__(self, name: str, parts: Mapping[str, Part]) -> None:
        self.parts = dict(parts)
        self._readers = [(wire_name, part.read) for wire_name, part in parts.items()]
        self.schema: Schema = Schema.from_dict({n: part.field for n, part in parts.items()}, name=name)()

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the JSON object of one row."""
        return {wire_name: read(row) for wire_name, read in self._readers}


def text(attribute: str) -> Part:
    """Read a text."""
    return Part(attrgetter(attribute), fields.String(allow_none=True))


def number(attribute: str) -> Part:
    """Read a whole number."""
    return Part(attrgetter(attribute), fields.Integer(allow_none=True))


def flag(attribute: str) -> Part:
    """Read a truth value."""
    return Part(attrgetter(attribute), fields.Boolean())


def date(attribute: str) -> Part:
    """Read an instant."""
    read = attrgetter(attribute)
    return Part(
        lambda row: format_date(read(row)),
        fields.String(allow_none=True, metadata={"example": "2015-10-06T16:34:42.000+0000"}),
    )


def always(value: Any) -> Part:
    """Write the same value for every row: what only Camunda's other engines set, or what never differs here."""
    return Part(lambda row: value, fields.Raw(allow_none=True, metadata={"example": value}))


def computed(read: Read, field: Any | None = None) -> Part:
    """Read a property in a way of its own."""
    return Part(read, field or fields.String(allow_none=True))


def user(attribute: str) -> Part:
    """Read who did something: nobody, where everybody is admitted."""
    read = attrgetter(attribute)
    return Part(
        lambda row: None if read(row) == ANONYMOUS.user_id else read(row),
        fields.String(allow_none=True, metadata={"example": "demo"}),
    )


NOTHING = always(None)
"""A property that is always null: case management, diagrams and the like."""
