"""One flow node of the file, with all its parts, as far as it can be told without its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bpmn.graph import NONE_EVENT, EventDefinition, ExternalDefinition, InputOutput
from app.bpmn.parsing.activities import read_call, read_decision, read_multi_instance, read_script, read_user
from app.bpmn.parsing.events import event_element, read_event, receive_event
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.extensions import (
    is_async,
    read_error_definitions,
    read_external,
    read_input_output,
    read_properties,
    read_retry_cycle,
    with_connector,
)
from app.bpmn.parsing.forms import read_form
from app.bpmn.parsing.listeners import read_listeners
from app.bpmn.parsing.xml import Element, attribute, child_text, flag, line_of, plain_flag
from app.bpmn.vocabulary import BOUNDARY_EVENT, Behaviour, NodeKind


def read_node(element: Element, kind: NodeKind, scope_id: str, source: Source) -> dict[str, Any]:
    """Return the fields of a `Node`, but for what its neighbours decide (flows, boundary events, handlers)."""
    event = _event(element, kind, source)
    carrier = event_element(element) if event.external is not None else element
    decision = read_decision(element, source) if kind.decides else None
    is_service = kind.external and decision is None
    external = event.external or (read_external(element, source) if is_service else None)
    at_boundary = kind is BOUNDARY_EVENT
    expression = attribute(element, "expression") if is_service and external is None else None
    fields: dict[str, Any] = {
        "id": element.get("id", ""),
        "tag": kind.tag,
        "type": kind.type_with(event.type),
        "behaviour": _behaviour(kind, external, expression),
        "scope_id": scope_id,
        "name": element.get("name"),
        "documentation": child_text(element, "documentation"),
        "default_flow": element.get("default"),
        "event": event,
        "external": external,
        "decision": decision,
        "interrupting": plain_flag(element, "cancelActivity" if at_boundary else "isInterrupting", True),
        "attached_to": element.get("attachedToRef") if at_boundary else None,
        "io": _mappings(element, carrier if external is not None else None, source),
        "listeners": read_listeners(element, source),
        "initiator": attribute(element, "initiator"),
        "form": read_form(element) if kind.tag in ("startEvent", "userTask") else None,
        "properties": read_properties(element, event_element(element)),
        "line": line_of(element),
    }
    if expression is not None:
        fields["script"] = source.compile(expression, element)
        fields["result_variable"] = attribute(element, "resultVariable") or attribute(element, "resultVariableName")
    if decision is not None:
        fields |= {"behaviour": Behaviour.DECISION, "result_variable": attribute(element, "resultVariable")}
    if external is not None and carrier is not None:
        fields["error_definitions"] = read_error_definitions(element, source) or read_error_definitions(carrier, source)
    return fields | _continuation(element, source) | _activity(element, kind, source)


def _mappings(element: Element, carrier: Element | None, source: Source) -> InputOutput | None:
    own = read_input_output(element, source)
    return own if carrier is None else with_connector(own, carrier, source)


def _behaviour(kind: NodeKind, external: ExternalDefinition | None, expression: str | None) -> Behaviour:
    if external is not None:
        return Behaviour.EXTERNAL
    return kind.behaviour if expression is None else Behaviour.EXPRESSION


def _event(element: Element, kind: NodeKind, source: Source) -> EventDefinition:
    if kind.behaviour is Behaviour.RECEIVE:
        return receive_event(element, source)
    return read_event(element, source) if kind.events else NONE_EVENT


def _continuation(element: Element, source: Source) -> dict[str, Any]:
    return {
        "async_before": is_async(element, "asyncBefore"),
        "async_after": is_async(element, "asyncAfter"),
        "exclusive": flag(element, "exclusive", True),
        "retry_cycle": source.optional(read_retry_cycle(element), element),
        "job_priority": source.optional(attribute(element, "jobPriority"), element),
    }


def _activity(element: Element, kind: NodeKind, source: Source) -> dict[str, Any]:
    compensates = plain_flag(element, "isForCompensation", False)
    fields: dict[str, Any] = {
        "multi_instance": None if compensates else read_multi_instance(element, source),
        "is_for_compensation": compensates,
    }
    read_own = _OWN_FIELDS.get(kind.behaviour)
    return fields if read_own is None else fields | read_own(element, source)


def _script(element: Element, source: Source) -> dict[str, Any]:
    return {"script": read_script(element, source), "result_variable": attribute(element, "resultVariable")}


_OWN_FIELDS: dict[Behaviour, Callable[[Element, Source], dict[str, Any]]] = {
    Behaviour.SCRIPT: _script,
    Behaviour.USER: lambda element, source: {"user": read_user(element, source)},
    Behaviour.CALL: lambda element, source: {"call": read_call(element, source)},
}
"""What only nodes of that behaviour have."""
