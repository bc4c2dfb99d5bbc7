"""All checks, in the order in which their findings are told."""

from __future__ import annotations

from app.bpmn.limits import Limits
from app.bpmn.parsing.xml import Element
from app.bpmn.surroundings import NO_SURROUNDINGS, Surroundings
from app.bpmn.validation.activities import check_activities
from app.bpmn.validation.code import check_code
from app.bpmn.validation.compensation import check_compensation
from app.bpmn.validation.decisions import check_decisions
from app.bpmn.validation.declarations import check_declarations, check_references
from app.bpmn.validation.document import check_document, check_elements, check_ids, check_repeated_parts
from app.bpmn.validation.events import check_events
from app.bpmn.validation.expressions import check_expressions
from app.bpmn.validation.extensions import check_extensions
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.flows import check_flows
from app.bpmn.validation.forms import check_forms
from app.bpmn.validation.listeners import check_listeners
from app.bpmn.validation.model import build_model
from app.bpmn.validation.places import Places
from app.bpmn.validation.scripts import check_scripts
from app.bpmn.validation.starts import check_starts
from app.bpmn.validation.subscriptions import check_subscriptions
from app.bpmn.validation.timers import check_timers

_CHECKS = (
    check_elements,
    check_repeated_parts,
    check_declarations,
    check_references,
    check_subscriptions,
    check_starts,
    check_events,
    check_timers,
    check_flows,
    check_compensation,
    check_activities,
    check_decisions,
    check_code,
    check_scripts,
    check_listeners,
    check_extensions,
    check_forms,
    check_expressions,
)
_DEFAULT_LIMITS = Limits()


def validate(
    root: Element,
    limits: Limits = _DEFAULT_LIMITS,
    xml: bytes = b"",
    surroundings: Surroundings = NO_SURROUNDINGS,
) -> Findings:
    """Return all problems and warnings of a file; one without problems can be read and run.

    `xml` is the text that the root was read from; columns are told from it.
    """
    findings = Findings(Places(xml))
    check_document(root, limits, findings)
    if findings.problems:
        return findings
    check_ids(root, findings)
    model = build_model(root, limits, surroundings)
    for check in _CHECKS:
        check(model, findings)
    return findings
