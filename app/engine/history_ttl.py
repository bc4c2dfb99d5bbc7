"""How long the history of a process is kept: `camunda:historyTimeToLive`, days or an ISO-8601 period of days."""

from __future__ import annotations

import re

from app.bpmn.graph import Process
from app.errors import ModelRefused, Problem

_PERIOD = re.compile(r"P?(\d{1,6})D?")


def days_of(text: str | None) -> int | None:
    """Return the days that a model states, or None if it states none."""
    stated = _PERIOD.fullmatch((text or "").strip())
    return int(stated.group(1)) if stated else None


def require_time_to_live(process: Process, resource_name: str) -> None:
    """Raise ModelRefused if the model states no time to live."""
    if days_of(process.history_time_to_live) is None:
        text = f"History Time To Live (TTL) cannot be null. TTL is mandatory for process '{process.key}'."
        problem = Problem(text, element_id=process.key, construct="historyTimeToLive")
        raise ModelRefused([problem], resource=resource_name)
