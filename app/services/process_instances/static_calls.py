"""What a model calls by name, without an expression: known before anything runs."""

from __future__ import annotations

from collections import defaultdict

from app.bpmn.context import CalledElement
from app.bpmn.graph import CallDefinition
from app.engine.process_engine import ProcessEngine
from app.errors import EngineFailed


def static_calls(engine: ProcessEngine, definition_id: str) -> dict[str, list[str]]:
    """Return the definitions that are called, each with the call activities that do.

    Calls by an expression, and of what is not deployed, are left out. Raises DefinitionNotFound.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in engine.definitions.get(definition_id).nodes.values():
        element = None if node.call is None else _element(node.call, definition_id)
        called = None if element is None else _called(engine, element)
        if called is not None:
            found[called].append(node.id)
    return dict(found)


def _called(engine: ProcessEngine, element: CalledElement) -> str | None:
    try:
        return engine.database.read(lambda: engine.definitions.called(element))[0]
    except EngineFailed:
        return None


def _element(call: CallDefinition, definition_id: str) -> CalledElement | None:
    expressions = (call.element, call.version, call.version_tag, call.tenant_id)
    if any(each is not None and not each.is_literal for each in expressions):
        return None
    element, version, version_tag, tenant_id = (None if each is None else each.text for each in expressions)
    if version is not None and not version.isdecimal():
        return None
    return CalledElement(
        element or "",
        call.binding,
        None if version is None else int(version),
        version_tag,
        tenant_id,
        definition_id,
    )
