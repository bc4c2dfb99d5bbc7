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
UNSTEADY = {"durationInMillis": "<duration>", "duration": "<duration>", "average": 0, "minimum": 0, "maximum": 0}


@dataclass(frozen=True)
class Said:
    """An answer in words that both servers share."""

    status: int
    body: Any


def said(server: Server, answer: Answer) -> Said:
    """Write the answer in shared words."""
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


def difference(one: Said, two: Said, *, ordered: bool = False) -> str | None:
    """Say in a few words how the second answer differs from the first; None if it does not."""
    if one.status != two.status:
        return f"status {one.status} ≠ {two.status}: {_brief(one.body)} ≠ {_brief(two.body)}"
    if one == two:
        return None
    if isinstance(one.body, list) and isinstance(two.body, list):
        return _lists(one.body, two.body, ordered)
    return f"body: {_first(one.body, two.body)}"


def _lists(one: list[Any], two: list[Any], ordered: bool) -> str | None:
    first, second = sorted(map(_line, one)), sorted(map(_line, two))
    if first == second:
        return "order" if ordered else None
    if len(one) != len(two):
        return f"{len(one)} rows ≠ {len(two)} rows"
    only = [(json.loads(a), json.loads(b)) for a, b in zip(first, second, strict=True) if a != b]
    return f"rows: {_first(*only[0])}"


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _first(one: Any, two: Any, path: str = "") -> str:
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        parts = [
            _first(one.get(key, "absent"), two.get(key, "absent"), f"{path}.{key}" if path else key)
            for key in sorted({*one, *two})
            if one.get(key, "absent") != two.get(key, "absent")
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
