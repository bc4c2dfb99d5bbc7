"""No scope waits twice for one message, signal or escalation code: it would not be told who gets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.expressions import is_expression
from app.bpmn.parsing.events import event_type
from app.bpmn.parsing.xml import BPMN, Element, local_name
from app.bpmn.validation.declarations import local_reference
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_definitions, is_multi_instance
from app.bpmn.vocabulary import EventType

_NAMED = (EventType.MESSAGE, EventType.SIGNAL)


@dataclass(slots=True)
class _Seen:
    """What the scopes wait for: names by kind, escalation codes by scope and by whether a boundary event catches."""

    names: dict[EventType, dict[str, str]]
    codes: dict[str, str | None]
    subscriptions: set[tuple[str, str, str, bool]] = field(default_factory=set)
    escalations: dict[tuple[str, bool], list[str | None]] = field(default_factory=dict)


def check_subscriptions(model: Model, findings: Findings) -> None:
    """Refuse two subscriptions to one message or signal, or to one escalation code, in one scope."""
    names = {
        event: {element.get("id", ""): element.get("name", "") for element in model.root.iter(BPMN + event)}
        for event in _NAMED
    }
    codes = {element.get("id", ""): element.get("escalationCode") for element in model.root.iter(BPMN + "escalation")}
    seen = _Seen(names, codes)
    for scope in model.scopes:
        for node in (node for node, kind in scope.with_kinds() if kind.catches):
            receives = local_name(node) == "receiveTask"
            event = EventType.MESSAGE if receives else event_type(node)
            carrier = node if receives else next(iter(event_definitions(node)), node)
            if event in _NAMED:
                _check_name(seen, scope, node, event, carrier, findings)
            elif event is EventType.ESCALATION:
                _check_escalation(seen, scope, node, carrier, findings)


def _check_name(
    seen: _Seen, scope: ScopeView, node: Element, event: EventType, carrier: Element, findings: Findings
) -> None:
    name = seen.names[event].get(local_reference(carrier.get(f"{event}Ref", "")), "")
    catching = _catching_scope(scope, node)
    key = (catching, event, name, local_name(node) == "startEvent" and scope.is_process)
    if name and key in seen.subscriptions and not is_expression(name):
        message = f"Cannot have more than one {event} event subscription with name '{name}' for scope '{catching}'"
        findings.problem(message, carrier, local_name(carrier))
    seen.subscriptions.add(key)


def _catching_scope(scope: ScopeView, node: Element) -> str:
    name = local_name(node)
    if name == "boundaryEvent":
        host = scope.nodes.get(node.get("attachedToRef", ""))
        repeated = host is not None and is_multi_instance(host)
        return node.get("attachedToRef", "") + ("#multiInstanceBody" if repeated else "")
    if name == "startEvent":
        return scope.id if scope.parent is None or not scope.is_event_subprocess else scope.parent.id
    for flow in scope.incoming(node.get("id", "")):
        source = scope.nodes.get(flow.get("sourceRef", ""))
        if source is not None and local_name(source) == "eventBasedGateway":
            return source.get("id", "")
    return node.get("id", "")


def _check_escalation(seen: _Seen, scope: ScopeView, node: Element, carrier: Element, findings: Findings) -> None:
    at_boundary = local_name(node) == "boundaryEvent"
    what = "escalation boundary event" if at_boundary else "escalation event subprocess"
    caught = seen.escalations.setdefault((_catching_scope(scope, node), at_boundary), [])
    code = seen.codes.get(local_reference(carrier.get("escalationRef", "")))
    message = None
    if caught and (code is None or None in caught):
        message = (
            f"The same scope can not contains an {what} without escalation code and another one. "
            f"An {what} without escalation code catch all escalation events."
        )
    elif code in caught:
        message = f"multiple {what}s with the same escalationCode '{code}' are not supported on same scope"
    if message is not None:
        findings.problem(message, carrier, "escalationEventDefinition")
    caught.append(code)
