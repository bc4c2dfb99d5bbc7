"""What is compared: a file with decisions, variables, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Answer = list[dict[str, Any]] | str
"""Rows of name → [type, value], or `refused` (at deployment or evaluation)."""
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Case:
    """A file, the key of the decision to ask for, and the variables of each question as (type, value)."""

    xml: str
    key: str
    questions: tuple[dict[str, tuple[str, Any]], ...]


def as_json(case: Case, answers: list[Answer]) -> dict[str, Any]:
    """Return a case with its answers as it is kept."""
    return {"xml": case.xml, "key": case.key, "questions": case.questions, "answers": answers}


def from_json(kept: dict[str, Any]) -> tuple[Case, list[Answer]]:
    """Return a kept case with its answers."""
    questions = tuple({name: (kind, value) for name, (kind, value) in one.items()} for one in kept["questions"])
    return Case(kept["xml"], kept["key"], questions), kept["answers"]
