"""Turn a DMN file into decisions."""

from __future__ import annotations

from app.bpmn.limits import Limits
from app.bpmn.parsing.xml import read_xml
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.places import Places
from app.dmn.graph import DecisionRequirements
from app.dmn.parsing.decisions import DecisionReader
from app.dmn.parsing.document import check_document, check_elements
from app.dmn.parsing.source import Source, file_language
from app.dmn.parsing.xml import children
from app.errors import ModelRefused

_DEFAULT_LIMITS = Limits()


def parse(
    xml: bytes, *, resource: str = "", limits: Limits = _DEFAULT_LIMITS, scripts: bool = False
) -> DecisionRequirements:
    """Return the decisions of a file, with warnings about what has no effect here.

    `resource` is the file's name, kept with the refusal; `scripts` allows JavaScript, which the context of an
    evaluation then runs. Raises ModelRefused with all problems of the file.
    """
    root = read_xml(xml, resource, limits)
    findings = Findings(Places(xml))
    check_document(root, limits, findings)
    if not findings.problems:
        check_elements(root, findings)
        source = Source(findings, file_language(root), scripts)
        decisions = DecisionReader(root, source, limits.require_history_ttl).read()
        for model in children(root, "businessKnowledgeModel"):
            message = "Business knowledge models have no effect: what they define cannot be called"
            findings.warning(message, model, "businessKnowledgeModel", model.get("id"))
    if findings.problems:
        raise ModelRefused(findings.problems, findings.warnings, resource)
    key, name, namespace = (root.get(one, "") for one in ("id", "name", "namespace"))
    return DecisionRequirements(key, name, namespace, decisions, tuple(findings.warnings))
