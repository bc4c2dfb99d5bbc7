"""What a file is read with: the other files of its deployment, and somebody who knows whether a text is a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

ScriptCheck = Callable[[str, Sequence[str] | None], str | None]
"""Says why a text is no script, or with names of parameters no body of a function; None if it is one."""


def every_script(source: str, parameters: Sequence[str] | None = None) -> str | None:
    """Take every text for a script."""
    return None


def no_script(source: str, parameters: Sequence[str] | None = None) -> str | None:
    """Take no text for a script, on a server that runs none."""
    return "this server does not run scripts (ERRAND_SCRIPTS=off)"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files by their names, and the check of scripts."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    script_problem: ScriptCheck = every_script


NO_SURROUNDINGS = Surroundings()
