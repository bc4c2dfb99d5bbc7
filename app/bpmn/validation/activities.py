"""Tasks that need an implementation, calls that need a target, repetition that needs a count."""

from __future__ import annotations

import re

from app.bpmn.expressions import is_expression
from app.bpmn.limits import NAME_LENGTH
from app.bpmn.parsing.xml import Element, attribute, child, child_text, extensions, plain_flag
from app.bpmn.validation.code import service_carriers
from app.bpmn.validation.decisions import asks_decision
from app.bpmn.validation.declarations import is_service_like
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model
from app.bpmn.vocabulary import NodeKind

_BINDINGS = {"version": "calledElementVersion", "versionTag": "calledElementVersionTag"}
_TIME_TO_LIVE = re.compile(r"[0-9]{1,9}|P[0-9]{1,9}D")


def check_activities(model: Model, findings: Findings) -> None:
    """Check what activities need to run."""
    for name, carrier in service_carriers(model):
        if _passes_in_five_minds(name, carrier, model):
            message = "A sendTask of 5Minds passes like a message throw event: nobody is sent its message"
            findings.warning(message, carrier, "sendTask")
        elif not asks_decision(carrier):
            _check_implementation(name, carrier, findings)
    for process in model.processes:
        _check_time_to_live(process, model.limits.require_history_ttl, findings)
    for element in model.elements():
        for name in ("taskPriority", "jobPriority"):
            _check_number(element, name, findings)
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            if kind.is_activity:
                _check_multi_instance(node, kind, findings)
        for node in scope.of("callActivity"):
            _check_call(node, findings)


def _passes_in_five_minds(name: str, carrier: Element, model: Model) -> bool:
    sends = name == "sendTask" and carrier.get("messageRef") is not None
    return model.is_from_five_minds and sends and not is_service_like(carrier)


def _check_implementation(name: str, carrier: Element, findings: Findings) -> None:
    kind = attribute(carrier, "type")
    if kind is not None:
        if kind.lower() in ("mail", "shell"):
            message = f'camunda:type="{kind}" on {name} is not supported: make it an external task'
            findings.problem(message, carrier, f"camunda:type={kind}")
        elif kind.lower() != "external":
            findings.problem(f"Invalid usage of type attribute on {name}: '{kind}'", carrier, "camunda:type")
        elif not attribute(carrier, "topic"):
            message = "External tasks must specify a 'topic' attribute in the camunda namespace"
            findings.problem(message, carrier, "camunda:topic")
        elif len(attribute(carrier, "topic") or "") > NAME_LENGTH:
            findings.problem(f"A topic has {NAME_LENGTH} characters at most", carrier, "camunda:topic")
    elif not name.startswith("message") and not is_service_like(carrier) and not _is_refused_elsewhere(carrier):
        findings.problem(
            "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on "
            f'{name}. Here: camunda:type="external" with camunda:topic.',
            carrier,
            name,
        )


def _is_refused_elsewhere(carrier: Element) -> bool:
    return any(True for _ in extensions(carrier, "connector"))


def _check_number(element: Element, name: str, findings: Findings) -> None:
    value = attribute(element, name)
    if value is not None and not is_expression(value) and not re.fullmatch(r"[+-]?[0-9]{1,10}", value):
        findings.problem(f"Value '{value}' for attribute '{name}' is not a valid number", element, f"camunda:{name}")


def _check_time_to_live(process: Element, required: bool, findings: Findings) -> None:
    value = attribute(process, "historyTimeToLive")
    if value is None or not value.strip():
        if required:
            findings.problem(
                "History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to work: "
                "set camunda:historyTimeToLive on the process.",
                process,
                "camunda:historyTimeToLive",
            )
    elif not _TIME_TO_LIVE.fullmatch(value.strip()):
        findings.problem(f"Cannot parse historyTimeToLive: '{value}'", process, "camunda:historyTimeToLive")


def _check_multi_instance(node: Element, kind: NodeKind, findings: Findings) -> None:
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        return
    cardinality = child(loop, "loopCardinality")
    if cardinality is not None and child_text(loop, "loopCardinality") is None:
        message = "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition "
        findings.problem(message, loop, "multiInstanceLoopCharacteristics")
    collection = attribute(loop, "collection") or child_text(loop, "loopDataInputRef")
    if cardinality is None and not collection:
        message = "Either loopCardinality or loopDataInputRef/activiti:collection must be set"
        findings.problem(message, loop, "multiInstanceLoopCharacteristics")
    element_variable = attribute(loop, "elementVariable")
    if not collection and (element_variable is not None or child(loop, "inputDataItem") is not None):
        message = (
            "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable"
        )
        findings.problem(message, loop, "multiInstanceLoopCharacteristics")
    if not kind.repeats:
        message = "An event subprocess cannot be repeated with multiInstanceLoopCharacteristics"
        findings.problem(message, loop, "multiInstanceLoopCharacteristics")
    if plain_flag(node, "isForCompensation", False):
        message = "A compensation handler runs once: its multiInstanceLoopCharacteristics have no effect, as in Camunda"
        findings.warning(message, loop, "multiInstanceLoopCharacteristics")


def _check_call(node: Element, findings: Findings) -> None:
    called, case = node.get("calledElement"), attribute(node, "caseRef")
    if not called and case is None:
        findings.problem("Missing attribute 'calledElement' or 'caseRef'", node, "callActivity")
    binding = attribute(node, "calledElementBinding")
    if binding in _BINDINGS and not attribute(node, _BINDINGS[binding]):
        message = f"Missing attribute '{_BINDINGS[binding]}' when 'calledElementBinding' has value '{binding}'"
        findings.problem(message, node, "callActivity")
    elif binding not in (None, "latest", "deployment", *_BINDINGS):
        message = f"'{binding}' is no calledElementBinding: latest, deployment, version or versionTag"
        findings.problem(message, node, "callActivity")
    version = attribute(node, "calledElementVersion")
    if version and not is_expression(version) and not version.strip().isdigit():
        findings.problem(f"calledElementVersion '{version}' is no number", node, "callActivity")
