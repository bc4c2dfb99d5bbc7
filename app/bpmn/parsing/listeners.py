"""The listeners of a model that hold an expression or a script; those that would call Java are refused before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from app.bpmn.graph import Code, Listeners
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.scripts import read_script_element
from app.bpmn.parsing.xml import Element, extensions, local_name

TASK_EVENTS = frozenset(("create", "assignment", "complete", "delete"))
"""The events of task listeners that run here."""


def read_listeners(element: Element, source: Source) -> Listeners | None:
    """Read the execution listeners of a flow node or process, None if there are none."""
    start = read_codes(element, "start", source)
    end = read_codes(element, "end", source)
    return Listeners(start, end) if start or end else None


def read_codes(element: Element, event: str, source: Source) -> tuple[Code, ...]:
    """Read the execution listeners of one event."""
    return tuple(_codes(element, "executionListener", event, source))


def read_task_listeners(element: Element, source: Source) -> Mapping[str, tuple[Code, ...]]:
    """Read the task listeners of a user task, by their events."""
    found = {event: tuple(_codes(element, "taskListener", event, source)) for event in sorted(TASK_EVENTS)}
    return MappingProxyType({event: codes for event, codes in found.items() if codes})


def _codes(element: Element, name: str, event: str, source: Source) -> Iterator[Code]:
    for listener in extensions(element, name):
        if listener.get("event") == event and (code := _code(listener, source)) is not None:
            yield code


def _code(listener: Element, source: Source) -> Code | None:
    for child in listener:
        if isinstance(child.tag, str) and local_name(child) == "script":
            return read_script_element(child, source)
    return source.optional(listener.get("expression"), listener)
