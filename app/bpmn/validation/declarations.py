"""Messages, signals, errors and escalations: declared well, and found by those who refer to them."""

from __future__ import annotations

from app.bpmn.limits import NAME_LENGTH
from app.bpmn.parsing.xml import BPMN, Element, attribute, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, event_definitions
from app.bpmn.vocabulary import EVENT_TYPES, Behaviour, EventType, NodeKind

_IMPLEMENTATIONS = ("type", "class", "delegateExpression", "expression")


def check_declarations(model: Model, findings: Findings) -> None:
    """Check the root elements that events refer to."""
    signals: set[str] = set()
    for signal in model.root.iter(BPMN + "signal"):
        name = signal.get("name")
        if not name:
            findings.problem(f"signal with id '{signal.get('id')}' has no name", signal, "signal")
        elif name in signals:
            findings.problem(f"duplicate signal name '{name}'.", signal, "signal")
        signals.add(name or "")
    for name in ("message", "signal", "error", "escalation"):
        for element in model.root.iter(BPMN + name):
            if not element.get("id"):
                findings.problem(f"{name} must have an id", element, name)
            if len(element.get("name", "")) > NAME_LENGTH:
                findings.problem(f"The name of a {name} has {NAME_LENGTH} characters at most", element, name)


def check_references(model: Model, findings: Findings) -> None:
    """Check `messageRef`, `signalRef` and `escalationRef`; an unknown `errorRef` is itself the code."""
    declared = _Declared(model)
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            for definition in event_definitions(node):
                declared.check(definition, kind, findings)
            if kind.behaviour is Behaviour.RECEIVE and node.get("messageRef") is not None:
                declared.check_message(node, findings)


class _Declared:
    def __init__(self, model: Model) -> None:
        def by_id(name: str) -> dict[str, Element]:
            return {element.get("id", ""): element for element in model.root.iter(BPMN + name)}

        self._messages, self._signals = by_id("message"), by_id("signal")
        self._escalations, self._errors = by_id("escalation"), by_id("error")

    def check(self, definition: Element, kind: NodeKind, findings: Findings) -> None:
        """Check what one event definition of a node refers to."""
        match EVENT_TYPES[local_name(definition)]:
            case EventType.MESSAGE if not kind.throws:
                self.check_message(definition, findings)
            case EventType.SIGNAL:
                self._check_signal(definition, findings)
            case EventType.ESCALATION:
                self._check_escalation(definition, findings, kind.throws)
            case EventType.ERROR if kind.throws:
                self._check_thrown_error(definition, findings)

    def check_message(self, definition: Element, findings: Findings) -> None:
        """Check that a message is declared and has a name."""
        reference = definition.get("messageRef")
        if reference is None:
            findings.problem("attribute 'messageRef' is required", definition, local_name(definition))
            return
        message = self._messages.get(local_reference(reference))
        if message is None:
            findings.problem(
                f"Invalid 'messageRef': no message with id '{reference}' found.", definition, local_name(definition)
            )
        elif not (message.get("name") or "").strip():
            findings.problem(
                "Cannot have a message event subscription with an empty or missing name",
                definition,
                local_name(definition),
            )

    def _check_signal(self, definition: Element, findings: Findings) -> None:
        reference = definition.get("signalRef")
        if reference is None:
            findings.problem(
                "signalEventDefinition does not have required property 'signalRef'", definition, "signalEventDefinition"
            )
        elif local_reference(reference) not in self._signals:
            findings.problem(f"Could not find signal with id '{reference}'", definition, "signalEventDefinition")

    def _check_escalation(self, definition: Element, findings: Findings, throws: bool) -> None:
        reference = definition.get("escalationRef")
        if reference is None:
            if throws:
                message = "escalationEventDefinition does not have required attribute 'escalationRef'"
                findings.problem(message, definition, "escalationEventDefinition")
            return
        escalation = self._escalations.get(local_reference(reference))
        if escalation is None:
            findings.problem(
                f"could not find escalation with id '{reference}'", definition, "escalationEventDefinition"
            )
        elif throws and not escalation.get("escalationCode"):
            message = "throwing escalation event must have an 'escalationCode'"
            findings.problem(message, definition, "escalationEventDefinition")

    def _check_thrown_error(self, definition: Element, findings: Findings) -> None:
        reference = definition.get("errorRef")
        if not reference:
            message = "'errorRef' attribute is mandatory on error end event"
            findings.problem(message, definition, "errorEventDefinition")
            return
        error = self._errors.get(local_reference(reference))
        if error is not None and not error.get("errorCode"):
            findings.problem(
                "'errorCode' is mandatory on errors referenced by throwing error event definitions, "
                f"but the error '{error.get('id')}' does not define one.",
                definition,
                "errorEventDefinition",
            )


def local_reference(reference: str) -> str:
    """Return a reference without the prefix of its namespace."""
    return reference.rsplit(":", 1)[-1]


def is_service_like(carrier: Element) -> bool:
    """Tell whether an element says how a service is to be called."""
    return any(attribute(carrier, name) is not None for name in _IMPLEMENTATIONS)
