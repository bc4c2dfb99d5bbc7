"""How long the history of a process is kept: `camunda:historyTimeToLive`, days or an ISO-8601 period of days."""

from __future__ import annotations

import re

_PERIOD = re.compile(r"P?(\d{1,6})D?")


def days_of(text: str | None) -> int | None:
    """Return the days that a model states, or None if it states none."""
    stated = _PERIOD.fullmatch((text or "").strip())
    return int(stated.group(1)) if stated else None
