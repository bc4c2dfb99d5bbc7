"""Two versions of small models, and an instance between them."""

from __future__ import annotations

from typing import Any

from app.bpmn.migration import Instruction
from tests.bpmn import builders as b
from tests.bpmn.migration.instance import MigratingInstance

MESSAGES = ("M", "N")


def version(elements: list[str], flows: str) -> str:
    """Return one version of the process `p`."""
    called = b.process("called", [b.start("cs"), b.user("ct"), b.end("ce")], "cs>ct ct>ce")
    file = b.definitions(b.process("p", elements, flows), called, messages=MESSAGES, errors=("E",), signals=("S",))
    return file.decode()


def one(task: str, *more: str) -> str:
    """Return the version of a process with one task, `a` by its id, and what hangs on it."""
    return version([b.start(), task, *more, b.end()], "start>a a>end")


def between(first: str, second: str, variables: dict[str, Any] | None = None) -> MigratingInstance:
    """Start an instance of the first version."""
    return MigratingInstance(first, second, variables)


def plan(*pairs: str) -> list[Instruction]:
    """Return instructions: `a` maps `a` to itself, `a>b` to `b`, `a!` and `a>b!` update its trigger."""
    found = []
    for pair in pairs:
        source, _, target = pair.rstrip("!").partition(">")
        found.append(Instruction(source, target or source, pair.endswith("!")))
    return found
