"""Fields of requests as JavaScript clients send them: numbers as text, numbers for texts, more than a limit allows."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from marshmallow import fields

from app.storable import is_storable, storable

MAX_TEXT = 4_000
MAX_DURATION_MS = 100 * 365 * 24 * 3_600_000
"""A hundred years: beyond it a duration means for ever, and no calendar holds the instant."""

_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?\s*")


class Text(fields.String):
    """A text that a database can keep, not blank unless `blank`; with `numbers` a number counts as its text.

    `message`: what cannot be kept of it is replaced, not refused.
    """

    default_error_messages = {  # noqa: RUF012
        "invalid": "must be a text",
        "blank": "must not be empty",
        "long": "must not be longer than {most} characters",
        "unstorable": "must not hold a null character or half of a surrogate pair",
    }

    def __init__(
        self, *, blank: bool = False, numbers: bool = False, most: int = MAX_TEXT, message: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self._message = message
        self._blank = blank
        self._numbers = numbers
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if self._numbers and isinstance(value, int | float) and not isinstance(value, bool):
            value = json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not self._blank and not value.strip():
            raise self.make_error("blank")
        if len(value) > self._most:
            raise self.make_error("long", most=self._most)
        if self._message:
            return storable(value)
        if not is_storable(value):
            raise self.make_error("unstorable")
        return value


class Count(fields.Integer):
    """A number of 0 or more, also as text; a fraction is cut off, and the rest kept between `least` and `most`."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "must be a number",
        "negative": "must not be negative",
    }

    def __init__(self, *, least: int = 0, most: int = MAX_DURATION_MS, **options: Any) -> None:
        super().__init__(**options)
        self._least = least
        self._most = most

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        """Take null as a value that is missing, where there is a default."""
        absent = value is None and isinstance(self.load_default, int)
        return self.load_default if absent else super().deserialize(value, attr, data, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        number = _number(value)
        if number is None:
            raise self.make_error("invalid")
        if number < 0:
            raise self.make_error("negative")
        return max(int(min(number, self._most)), self._least)


class Details(fields.Raw):
    """Any JSON value that the server keeps as text: a text as it is, everything else as JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str | None:
        if value is None:
            return None
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return storable(text)


def _number(value: Any) -> float | int | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return None
    return value
