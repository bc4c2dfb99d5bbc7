"""Intermediate, boundary and end events: each with a definition that can stand there."""

from __future__ import annotations

import re

from app.bpmn.parsing.events import event_type
from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.xml import Element, attribute, child, flag, local_name, text_of
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_definitions
from app.bpmn.vocabulary import BOUNDARY_EVENT, EVENT_TYPES, START_EVENT, EventType, NodeKind

_VARIABLE_EVENTS = frozenset(("create", "update", "delete"))


def check_events(model: Model, findings: Findings) -> None:
    """Check the kind of every event, where boundary events sit, and conditions."""
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            if kind.events and kind is not START_EVENT:
                _check_type(node, kind, findings)
        for node in scope.of(BOUNDARY_EVENT.tag):
            _check_boundary(scope, node, findings)
        for node in scope.nodes.values():
            for definition in event_definitions(node):
                if EVENT_TYPES[local_name(definition)] is EventType.CONDITIONAL:
                    _check_conditional(definition, findings)
                elif EVENT_TYPES[local_name(definition)] is EventType.SIGNAL and flag(definition, "async"):
                    message = "camunda:async has no effect on a thrown signal: it is delivered at once"
                    findings.warning(message, definition, "camunda:async")


def _check_type(node: Element, kind: NodeKind, findings: Findings) -> None:
    event = event_type(node)
    if event not in kind.events:
        words = re.sub("[A-Z]", lambda letter: f" {letter[0].lower()}", kind.tag)
        construct = kind.tag if event is EventType.NONE else event.definition
        findings.problem(f"Unsupported {words} type ({event})", node, construct)


def _check_boundary(scope: ScopeView, node: Element, findings: Findings) -> None:
    reference = node.get("attachedToRef")
    if not reference:
        findings.problem("attachedToRef is required on a boundaryEvent", node, "boundaryEvent")
        return
    host = scope.nodes.get(reference)
    kind = None if host is None else kind_of(host)
    if kind is None or not kind.attached:
        findings.problem(
            "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope "
            f"as the boundary event (attachedToRef '{reference}')",
            node,
            "boundaryEvent",
        )
    elif event_type(node) is EventType.ESCALATION and EventType.ESCALATION not in kind.attached:
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
