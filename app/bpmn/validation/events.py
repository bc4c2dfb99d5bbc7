"""Intermediate, boundary and end events: each with a definition that can stand there."""

from __future__ import annotations

from app.bpmn.parsing.xml import Element, attribute, child, flag, local_name, text_of
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_definitions, event_kind, is_event_subprocess
from app.bpmn.validation.vocabulary import ACTIVITIES

_ALLOWED = {
    "intermediateCatchEvent": ("timer", "signal", "message", "link", "conditional"),
    "intermediateThrowEvent": ("none", "signal", "compensate", "link", "message", "escalation"),
    "boundaryEvent": ("timer", "error", "signal", "cancel", "compensate", "message", "escalation", "conditional"),
    "endEvent": ("none", "error", "cancel", "terminate", "message", "signal", "compensate", "escalation"),
}
_SAID = {
    "intermediateCatchEvent": "Unsupported intermediate catch event type",
    "intermediateThrowEvent": "Unsupported intermediate throw event type",
    "boundaryEvent": "Unsupported boundary event type",
    "endEvent": "Unsupported end event type",
}
_ESCALATING = frozenset(("subProcess", "transaction", "callActivity", "userTask"))
_VARIABLE_EVENTS = frozenset(("create", "update", "delete"))


def check_events(model: Model, findings: Findings) -> None:
    """Check the kind of every event, where boundary events sit, and conditions."""
    for scope in model.scopes:
        for node in scope.of(*_ALLOWED):
            name, kind = local_name(node), event_kind(node)
            if kind not in _ALLOWED[name]:
                findings.problem(f"{_SAID[name]} ({kind})", node, name if kind == "none" else f"{kind}EventDefinition")
        for node in scope.of("boundaryEvent"):
            _check_boundary(scope, node, findings)
        for node in scope.nodes.values():
            for definition in event_definitions(node):
                if local_name(definition) == "conditionalEventDefinition":
                    _check_conditional(definition, findings)
                elif local_name(definition) == "signalEventDefinition" and flag(definition, "async"):
                    message = "camunda:async has no effect on a thrown signal: it is delivered at once"
                    findings.warning(message, definition, "camunda:async")


def _check_boundary(scope: ScopeView, node: Element, findings: Findings) -> None:
    reference = node.get("attachedToRef")
    if not reference:
        findings.problem("attachedToRef is required on a boundaryEvent", node, "boundaryEvent")
        return
    host = scope.nodes.get(reference)
    if host is None or local_name(host) not in ACTIVITIES or is_event_subprocess(host):
        findings.problem(
            "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope "
            f"as the boundary event (attachedToRef '{reference}')",
            node,
            "boundaryEvent",
        )
    elif event_kind(node) == "escalation" and local_name(host) not in _ESCALATING:
        findings.problem(
            "An escalation boundary event should only be attached to a subprocess, a call activity or an user task",
            node,
            "escalationEventDefinition",
        )


def _check_conditional(definition: Element, findings: Findings) -> None:
    condition = child(definition, "condition")
    if condition is None or text_of(condition) is None:
        message = "Conditional event must contain an expression for evaluation."
        findings.problem(message, definition, "conditionalEventDefinition")
    for event in (attribute(definition, "variableEvents") or "").split(","):
        if event.strip() and event.strip() not in _VARIABLE_EVENTS:
            findings.warning(
                f"Variable event: {event.strip()} is not valid. Possible variable change events are: "
                "[create, update, delete]",
                definition,
                "conditionalEventDefinition",
            )
