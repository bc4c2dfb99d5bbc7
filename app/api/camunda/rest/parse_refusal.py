"""A model that cannot be deployed: Camunda's `ParseException` with its details."""

from __future__ import annotations

from typing import Any

from app.errors import ModelRefused, Problem

CYRILLIC_ELEMENT_IDS = "\u0435lementIds"
"""Camunda's own key begins with a Cyrillic letter; clients read it so."""


def parse_message(refused: ModelRefused) -> str:
    """Return the text that names every problem with its place."""
    return f"ENGINE-09005 Could not parse BPMN process. Errors: {_places(refused)}"


def transform_message(refused: ModelRefused) -> str:
    """Return the text for a file of decisions: Camunda's first sentence, and then what is wrong."""
    return f"ENGINE-22004 Unable to transform DMN resource '{refused.resource}'. Errors: {_places(refused)}"


def _places(refused: ModelRefused) -> str:
    return "".join(
        f"\n* {problem.message} | resource {refused.resource} | line {problem.line} | column {problem.column}"
        for problem in refused.problems
    )


def parse_details(refused: ModelRefused) -> dict[str, Any]:
    """Return the problems by resource, errors and warnings."""
    return {
        refused.resource or "": {
            "errors": [_problem(problem) for problem in refused.problems],
            "warnings": [_problem(problem) for problem in refused.warnings],
        }
    }


def _problem(problem: Problem) -> dict[str, Any]:
    ids = list(problem.element_ids) or ([problem.element_id] if problem.element_id else [])
    return {
        "message": problem.message,
        "line": problem.line,
        "column": problem.column,
        "mainElementId": problem.element_id,
        CYRILLIC_ELEMENT_IDS: ids,
    }
