"""One flow node of the file, with all its parts, as far as it can be told without its neighbours."""

from __future__ import annotations

from typing import Any

from app.bpmn.graph import Behaviour, EventDefinition
from app.bpmn.parsing.activities import read_call, read_multi_instance, read_script, read_user
from app.bpmn.parsing.events import event_element, read_event, receive_event
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.extensions import (
    is_async,
    read_error_definitions,
    read_external,
    read_input_output,
    read_properties,
    read_retry_cycle,
)
from app.bpmn.parsing.xml import Element, attribute, child_text, flag, line_of, local_name, plain_flag

BEHAVIOURS: dict[str, Behaviour] = {
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
    "task": "pass",
    "manualTask": "pass",
    "serviceTask": "pass",
    "sendTask": "pass",
    "businessRuleTask": "pass",
    "scriptTask": "script",
    "userTask": "user",
    "receiveTask": "receive",
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "event_gateway",
    "subProcess": "subprocess",
    "transaction": "transaction",
    "callActivity": "call",
}
_EVENT_TAGS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_EXTERNAL_TAGS = ("serviceTask", "sendTask", "businessRuleTask")
_TYPES = {
    ("startEvent", "none"): "startEvent",
    ("startEvent", "message"): "messageStartEvent",
    ("startEvent", "timer"): "startTimerEvent",
    ("startEvent", "signal"): "signalStartEvent",
    ("startEvent", "error"): "errorStartEvent",
    ("startEvent", "escalation"): "escalationStartEvent",
    ("startEvent", "conditional"): "conditionalStartEvent",
    ("startEvent", "compensate"): "compensationStartEvent",
    ("endEvent", "none"): "noneEndEvent",
    ("endEvent", "message"): "messageEndEvent",
    ("endEvent", "signal"): "signalEndEvent",
    ("endEvent", "error"): "errorEndEvent",
    ("endEvent", "escalation"): "escalationEndEvent",
    ("endEvent", "compensate"): "compensationEndEvent",
    ("endEvent", "cancel"): "cancelEndEvent",
    ("endEvent", "terminate"): "terminateEndEvent",
    ("boundaryEvent", "message"): "boundaryMessage",
    ("boundaryEvent", "timer"): "boundaryTimer",
    ("boundaryEvent", "signal"): "boundarySignal",
    ("boundaryEvent", "error"): "boundaryError",
    ("boundaryEvent", "escalation"): "boundaryEscalation",
    ("boundaryEvent", "conditional"): "boundaryConditional",
    ("boundaryEvent", "compensate"): "compensationBoundaryCatch",
    ("boundaryEvent", "cancel"): "cancelBoundaryCatch",
    ("intermediateCatchEvent", "message"): "intermediateMessageCatch",
    ("intermediateCatchEvent", "timer"): "intermediateTimer",
    ("intermediateCatchEvent", "signal"): "intermediateSignalCatch",
    ("intermediateCatchEvent", "conditional"): "intermediateConditional",
    ("intermediateCatchEvent", "link"): "intermediateLinkCatch",
    ("intermediateThrowEvent", "none"): "intermediateNoneThrowEvent",
    ("intermediateThrowEvent", "message"): "intermediateMessageThrowEvent",
    ("intermediateThrowEvent", "signal"): "intermediateSignalThrow",
    ("intermediateThrowEvent", "escalation"): "intermediateEscalationThrowEvent",
    ("intermediateThrowEvent", "compensate"): "intermediateCompensationThrowEvent",
}


def activity_type(tag: str, event: EventDefinition) -> str:
    """Return the activity type that Camunda's history shows."""
    return _TYPES.get((tag, event.type), tag)


def read_node(element: Element, scope_id: str, source: Source) -> dict[str, Any]:
    """Return the fields of a `Node`, but for what its neighbours decide (flows, boundary events, handlers)."""
    tag = local_name(element)
    event = _event(element, tag, source)
    carrier = event_element(element) if event.external is not None else element
    external = event.external or (read_external(element, source) if tag in _EXTERNAL_TAGS else None)
    fields: dict[str, Any] = {
        "id": element.get("id", ""),
        "tag": tag,
        "type": activity_type(tag, event),
        "behaviour": _behaviour(element, tag, external is not None),
        "scope_id": scope_id,
        "name": element.get("name"),
        "documentation": child_text(element, "documentation"),
        "default_flow": element.get("default"),
        "event": event,
        "external": external,
        "interrupting": _interrupting(element, tag),
        "attached_to": element.get("attachedToRef") if tag == "boundaryEvent" else None,
        "io": read_input_output(element, source),
        "properties": read_properties(element, event_element(element)),
        "line": line_of(element),
    }
    if external is not None and carrier is not None:
        fields["error_definitions"] = read_error_definitions(element, source) or read_error_definitions(carrier, source)
    return fields | _continuation(element, source) | _activity(element, tag, source)


def _event(element: Element, tag: str, source: Source) -> EventDefinition:
    if tag == "receiveTask":
        return receive_event(element, source)
    return read_event(element, source) if tag in _EVENT_TAGS else EventDefinition("none")


def _behaviour(element: Element, tag: str, external: bool) -> Behaviour:
    if external:
        return "external"
    if tag == "subProcess" and plain_flag(element, "triggeredByEvent", False):
        return "event_subprocess"
    return BEHAVIOURS[tag]


def _interrupting(element: Element, tag: str) -> bool:
    return plain_flag(element, "cancelActivity" if tag == "boundaryEvent" else "isInterrupting", True)


def _continuation(element: Element, source: Source) -> dict[str, Any]:
    return {
        "async_before": is_async(element, "asyncBefore"),
        "async_after": is_async(element, "asyncAfter"),
        "exclusive": flag(element, "exclusive", True),
        "retry_cycle": source.optional(read_retry_cycle(element), element),
        "job_priority": source.optional(attribute(element, "jobPriority"), element),
    }


def _activity(element: Element, tag: str, source: Source) -> dict[str, Any]:
    compensates = plain_flag(element, "isForCompensation", False)
    fields: dict[str, Any] = {
        "multi_instance": None if compensates else read_multi_instance(element, source),
        "is_for_compensation": compensates,
    }
    if tag == "scriptTask":
        fields |= {"script": read_script(element, source), "result_variable": attribute(element, "resultVariable")}
    elif tag == "userTask":
        fields["user"] = read_user(element, source)
    elif tag == "callActivity":
        fields["call"] = read_call(element, source)
    return fields
