"""What would run code or leave the engine: delegates, connectors, CMMN."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.limits import NAME_LENGTH
from app.bpmn.parsing.extensions import connector_id
from app.bpmn.parsing.xml import Element, attribute, extensions, is_bpmn, local_name
from app.bpmn.validation.decisions import asks_decision
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, event_definitions
from app.bpmn.vocabulary import EVENT_TYPES, EventType

_EXTERNAL = 'make it an external task (camunda:type="external" with camunda:topic) and do the work in a worker'
_DELEGATES = {
    "class": "the Java class '{}' cannot run here",
    "delegateExpression": "the Java delegate '{}' cannot run here",
}
_CODE_ATTRIBUTES = {
    "variableMappingClass": "map variables with camunda:in and camunda:out",
    "variableMappingDelegateExpression": "map variables with camunda:in and camunda:out",
    "formHandlerClass": "describe the form with camunda:formData",
}


def service_carriers(model: Model) -> Iterator[tuple[str, Element]]:
    """Yield what may call a service, with its name: service-like tasks and thrown messages."""
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            if kind.external:
                yield kind.tag, node
            elif kind.throws:
                for definition in event_definitions(node):
                    if EVENT_TYPES[local_name(definition)] is EventType.MESSAGE:
                        yield f"message {kind.tag}", definition


def check_code(model: Model, findings: Findings) -> None:
    """Refuse everything that would run code in the server."""
    for name, carrier in service_carriers(model):
        if not asks_decision(carrier):
            _check_delegate(name, carrier, findings)
    for element in model.elements():
        if is_bpmn(element):
            _check_attributes(element, findings)


def _check_delegate(name: str, carrier: Element, findings: Findings) -> None:
    for kind, message in _DELEGATES.items():
        if value := attribute(carrier, kind):
            findings.problem(
                f"camunda:{kind} on {name}: {message.format(value)}; {_EXTERNAL}", carrier, f"camunda:{kind}"
            )
    for connector in extensions(carrier, "connector"):
        _check_connector(name, connector, findings)


def _check_connector(name: str, connector: Element, findings: Findings) -> None:
    topic = connector_id(connector)
    if not topic or len(topic) > NAME_LENGTH:
        message = f"A connector needs a connectorId of {NAME_LENGTH} characters at most: it is the topic of its task"
        findings.problem(message, connector, "camunda:connector")
    else:
        message = (
            f"camunda:connector on {name} is an external task of the topic '{topic}'"
            ": a worker has to do it (http-connector: errand http-worker)"
        )
        findings.warning(message, connector, "camunda:connector")


def _check_attributes(element: Element, findings: Findings) -> None:
    for name, instead in _CODE_ATTRIBUTES.items():
        if attribute(element, name) is not None:
            findings.problem(f"camunda:{name} would run code: {instead}", element, f"camunda:{name}")
    if local_name(element) == "callActivity" and attribute(element, "caseRef") is not None:
        message = "camunda:caseRef on callActivity: CMMN cases are not supported; call a process with calledElement"
        findings.problem(message, element, "camunda:caseRef")
