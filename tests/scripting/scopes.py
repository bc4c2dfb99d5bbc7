"""A place with variables, as a script sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.bpmn.scripts import ScriptOutcome
from app.bpmn.values import Variable
from app.scripting import JavaScript

NOW_MS = 1_773_570_030_000
"""15 March 2026, 10:20:30 UTC."""
EXECUTION = {"id": "e-1", "processInstanceId": "p-1", "businessKey": "order-7", "currentActivityId": "check"}


class Place:
    """Variables of an execution, the first ones its own, and what the engine's objects tell."""

    def __init__(self, variables: Mapping[str, Variable], local: Iterable[str] = ()) -> None:
        self.variables = variables
        self.local = local
        self.asked: list[str] = []

    def find(self, name: str) -> Variable | None:
        self.asked.append(name)
        return self.variables.get(name)

    def names(self) -> Iterable[str]:
        return self.variables

    def local_names(self) -> Iterable[str]:
        return self.local

    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        return {"execution": EXECUTION, "processInstance": {"businessKey": "order-7"}}


def outcome(engine: JavaScript, source: str, **variables: Variable) -> ScriptOutcome:
    """Evaluate a script that sees these variables and `execution`."""
    return engine.evaluate(source, Place(variables), ["execution"], NOW_MS)


def result(engine: JavaScript, source: str, **variables: Variable) -> Variable:
    """Evaluate a script and return its value."""
    return outcome(engine, source, **variables).result


def changes(engine: JavaScript, source: str, **variables: Variable) -> list[tuple[str, str, Variable]]:
    """Evaluate a script and return what it wants done, as (verb, name, value)."""
    return [(done.verb, done.name, done.value) for done in outcome(engine, source, **variables).operations]
