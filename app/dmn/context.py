"""What an evaluation may ask of the world outside: the time, how long it may take, scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from app.errors import EngineFailed

RunScript = Callable[[str, str, Mapping[str, Any]], Any]
"""Runs a script (language, text, variables) and returns its plain value."""


def _no_scripts(language: str, text: str, variables: Mapping[str, Any]) -> Any:
    raise EngineFailed(f"DMN-01003 Unable to find script engine for expression language '{language}'.")


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """The outside of one evaluation.

    `zone` is that of dates without one; `max_cost` (cells, items and steps of loops) and `out_of_time` end an
    evaluation that would take too long.
    """

    now_ms: int
    zone: tzinfo = UTC
    max_cost: int = 2_000_000
    out_of_time: Callable[[], bool] = _never
    run_script: RunScript = _no_scripts
