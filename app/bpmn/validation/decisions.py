"""Business rule tasks that ask a decision: which one, by which binding, and what becomes of the result."""

from __future__ import annotations

from app.bpmn.bindings import BINDINGS
from app.bpmn.decisions import MAPPINGS
from app.bpmn.expressions import is_expression
from app.bpmn.parsing.xml import Element, attribute, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model
from app.bpmn.vocabulary import KINDS_BY_TAG

_NEEDED = {"version": "decisionRefVersion", "versionTag": "decisionRefVersionTag"}


def asks_decision(element: Element) -> bool:
    """Tell whether an element is a business rule task that asks a decision: nothing else that it names counts then."""
    kind = KINDS_BY_TAG.get(local_name(element))
    return kind is not None and kind.decides and attribute(element, "decisionRef") is not None


def check_decisions(model: Model, findings: Findings) -> None:
    """Check what a business rule task says of its decision."""
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            if attribute(node, "decisionRef") is None:
                continue
            if kind.decides:
                _check_call(node, findings)
            else:
                message = f"camunda:decisionRef has no effect on {kind.tag}: only a businessRuleTask asks a decision"
                findings.warning(message, node, "camunda:decisionRef")


def _check_call(node: Element, findings: Findings) -> None:
    binding, version = attribute(node, "decisionRefBinding"), attribute(node, "decisionRefVersion")
    if binding in _NEEDED and not attribute(node, _NEEDED[binding]):
        message = f"Missing attribute '{_NEEDED[binding]}' when 'decisionRefBinding' has value '{binding}'"
        findings.problem(message, node, "camunda:decisionRefBinding")
    elif binding is not None and binding not in BINDINGS:
        message = f"'{binding}' is no decisionRefBinding (latest, deployment, version or versionTag); latest is used"
        findings.warning(message, node, "camunda:decisionRefBinding")
    if version and not is_expression(version) and not version.strip().isdigit():
        findings.problem(f"decisionRefVersion '{version}' is no number", node, "camunda:decisionRefVersion")
    mapping = attribute(node, "mapDecisionResult")
    if mapping is not None and mapping not in MAPPINGS:
        message = (
            f"No decision result mapper found for name '{mapping}'. "
            "Supported mappers are 'singleEntry', 'singleResult', 'collectEntries' and 'resultList'."
        )
        findings.problem(message, node, "camunda:mapDecisionResult")
