"""Dates in the patterns of forms (`dd/MM/yyyy`), those of Java's SimpleDateFormat as far as they are digits."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.bpmn.expressions.instant import EPOCH

_DIRECTIVES = {"y": "%Y", "yy": "%y", "M": "%m", "d": "%d", "H": "%H", "h": "%I", "m": "%M", "s": "%S", "a": "%p"}
_PARTS = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+")


def date_from_text(text: str, pattern: str) -> int:
    """Return the instant (ms UTC) that a text means. Raises ValueError, also for a pattern that is not understood."""
    return (datetime.strptime(text.strip(), _format(pattern)).replace(tzinfo=UTC) - EPOCH) // _MILLISECOND


def date_to_text(instant_ms: int, pattern: str) -> str:
    """Return an instant as text. Raises ValueError for a pattern that is not understood."""
    moment = EPOCH + instant_ms * _MILLISECOND
    return moment.strftime(_format(pattern)).replace("%Y", f"{moment.year:04}")


_MILLISECOND = (datetime.fromtimestamp(1, UTC) - EPOCH) / 1000


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern that is not understood."""
    _format(pattern)


def _format(pattern: str) -> str:
    return "".join(_directive(part) for part in _PARTS.finditer(pattern))


def _directive(part: re.Match[str]) -> str:
    text, letter = part[0], part[2]
    if letter is None:
        return (part[1] or "'" if text.startswith("'") else text).replace("%", "%%")
    found = _DIRECTIVES.get(text) or (_DIRECTIVES.get(letter) if len(text) <= (4 if letter == "y" else 2) else None)
    if found is None:
        raise ValueError(f"The date pattern's '{text}' is not understood")
    return found
