"""Two answers side by side: ids by their names, instants and durations by kind, lists without an order of chance."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.oracle.sweep.server import Answer, Server

TIME = re.compile(r"20[0-2]\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ABSENT = "absent"
UNREADABLE = ("Cannot ", "Numeric value", "Unexpected ", "Unrecognized ", "Illegal ", "No content", "Invalid ")
"""How the text begins that Jersey answers where Jackson fails; Camunda's own distribution answers an empty message."""
UNSTEADY = {"durationInMillis": "<duration>", "duration": "<duration>", "average": 0, "minimum": 0, "maximum": 0}


@dataclass(frozen=True)
class Said:
    """An answer in words that both servers share."""

    status: int
    body: Any


def said(server: Server, answer: Answer) -> Said:
    """Write the answer in shared words."""
    if answer.status == 400 and str(answer.body).startswith(UNREADABLE):
        return Said(400, {"type": "InvalidRequestException", "message": "", "code": None})
    return Said(answer.status, _shared(server, answer.body))


def _shared(server: Server, value: Any, key: str = "") -> Any:
    if key in UNSTEADY and value is not None:
        return UNSTEADY[key]
    if isinstance(value, Mapping):
        members = {_text(server, name): _shared(server, each, name) for name, each in value.items()}
        return dict(sorted(members.items()))
    if isinstance(value, list):
        return [_shared(server, each) for each in value]
    return _text(server, value) if isinstance(value, str) else value


def _text(server: Server, text: str) -> str:
    if text in server.names:
        return f"<{server.names[text]}>"
    text = text.replace(server.url, "<url>")
    for id in UUID.findall(text):
        text = text.replace(id, f"<{server.names[id]}>" if id in server.names else "<id>")
    return TIME.sub("<time>", text)


def difference(
    one: Said, two: Said, *, ordered: bool = False, paged: bool = False, known: frozenset[str] = frozenset()
) -> str | None:
    """Say in a few words how the second answer differs from the first; None if it does not.

    `known` are members of rows that are already told to differ; of a page of a list without an order (`paged`) only the
    length can be compared.
    """
    if one.status != two.status:
        return f"status {one.status} ≠ {two.status}: {_brief(one.body)} ≠ {_brief(two.body)}"
    if one == two:
        return None
    if isinstance(one.body, list) and isinstance(two.body, list):
        if paged and len(one.body) == len(two.body):
            return None
        return _lists(one.body, two.body, ordered, known)
    return f"body: {_first(one.body, two.body)}"


def members(one: Said, two: Said) -> frozenset[str]:
    """Return the members in which the rows of two lists differ."""
    if not isinstance(one.body, list) or not isinstance(two.body, list):
        return frozenset()
    return frozenset(name for a, b in _pairs(one.body, two.body) for name in _differing(a, b))


def _lists(one: list[Any], two: list[Any], ordered: bool, known: frozenset[str]) -> str | None:
    if len(one) != len(two):
        return f"{len(one)} rows ≠ {len(two)} rows"
    for a, b in _pairs(one, two):
        if _identity(a) != _identity(b):
            return f"other rows: {_identity(a)} ≠ {_identity(b)}"
        if set(_differing(a, b)) - known:
            return f"rows: {_first(a, b)}"
    same = [_identity(row) for row in one] == [_identity(row) for row in two]
    return "order" if ordered and not same else None


def _pairs(one: list[Any], two: list[Any]) -> list[tuple[Any, Any]]:
    def place(row: Any) -> tuple[str, str]:
        return str(_identity(row)), _line(row)

    return list(zip(sorted(one, key=place), sorted(two, key=place), strict=False))


def _identity(row: Any) -> Any:
    return row.get("id") if isinstance(row, Mapping) else row


def _differing(one: Any, two: Any) -> list[str]:
    if not isinstance(one, Mapping) or not isinstance(two, Mapping):
        return [] if one == two else [""]
    return [name for name in {*one, *two} if one.get(name, ABSENT) != two.get(name, ABSENT)]


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _first(one: Any, two: Any, path: str = "") -> str:
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        parts = [
            _first(one.get(key, ABSENT), two.get(key, ABSENT), f"{path}.{key}" if path else key)
            for key in sorted({*one, *two})
            if one.get(key, ABSENT) != two.get(key, ABSENT)
        ]
        return "; ".join(parts[:4])
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        pairs = ((a, b, number) for number, (a, b) in enumerate(zip(one, two, strict=True)) if a != b)
        return "; ".join(_first(a, b, f"{path}[{number}]") for a, b, number in list(pairs)[:2])
    return f"{path}: {_brief(one)} ≠ {_brief(two)}"


def _brief(value: Any) -> str:
    if isinstance(value, Mapping) and "message" in value:
        return f"{value.get('type')} {str(value['message'])[:160]!r} {value.get('code')}"
    text = _line(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
