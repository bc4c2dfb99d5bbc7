"""What must hold for any file: it is DMN, not too large, everything has its id and its name."""

from __future__ import annotations

from app.bpmn.limits import KEY_LENGTH, Limits
from app.bpmn.parsing.xml import Element, local_name
from app.bpmn.validation.findings import Findings
from app.dmn.parsing.xml import DMN_NAMESPACES, children, is_dmn

_NAMED = ("definitions", "decision")
_IDENTIFIED = ("definitions", "decision", "input", "output", "rule")
_ELEMENTS = frozenset(
    (
        "definitions", "import", "description", "extensionElements", "question", "allowedAnswers", "variable",
        "decision", "informationRequirement", "requiredDecision", "requiredInput", "knowledgeRequirement",
        "requiredKnowledge", "authorityRequirement", "requiredAuthority", "supportedObjective",
        "impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess", "usingTask",
        "businessKnowledgeModel", "encapsulatedLogic", "inputData", "knowledgeSource", "type", "owner",
        "decisionTable", "input", "inputExpression", "inputValues", "output", "outputValues", "defaultOutputEntry",
        "rule", "inputEntry", "outputEntry", "annotation", "annotationEntry", "text", "literalExpression",
        "importedValues", "importedElement", "itemDefinition", "itemComponent", "typeRef", "allowedValues",
        "functionItem", "parameters", "typeConstraint", "businessContextElement", "organizationUnit",
        "performanceIndicator", "impactingDecision", "decisionMade", "decisionOwned", "group", "textAnnotation",
        "association", "sourceRef", "targetRef", "elementCollection", "drgElement", "artifact", "decisionService",
        "outputDecision", "encapsulatedDecision", "inputDecision", "context", "contextEntry", "invocation",
        "binding", "parameter", "functionDefinition", "formalParameter", "relation", "column", "row", "list",
        "conditional", "if", "then", "else", "filter", "match", "in", "for", "return", "every", "some", "satisfies",
        "expression", "informationItem", "drgElementReference",
    )
)  # fmt: skip


def check_document(root: Element, limits: Limits, findings: Findings) -> None:
    """Refuse what is no DMN file or beyond the limits; nothing else is looked at then."""
    if not is_dmn(root) or local_name(root) != "definitions":
        findings.problem(
            f"The root element is <{local_name(root)}>, not <definitions> of DMN ({DMN_NAMESPACES[0]} or an older one)",
            root,
            "definitions",
        )
        return
    count = 0
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        count += 1
        if problem := _too_large(element, depth, count, limits):
            findings.problem(problem, element, "size")
            return
        pending.extend((inner, depth + 1) for inner in element if isinstance(inner.tag, str))


def _too_large(element: Element, depth: int, count: int, limits: Limits) -> str | None:
    if depth > limits.depth or count > limits.elements:
        return f"The file has more than {limits.elements} elements or is nested more than {limits.depth} deep"
    if len(element.attrib) > limits.attributes:
        return f"An element has more than {limits.attributes} attributes"
    if any(len(text or "") > limits.text for text in (element.text, *element.attrib.values())):
        return f"A text has more than {limits.text} characters"
    return None


def check_elements(root: Element, findings: Findings) -> None:
    """Refuse what DMN does not know, what has no id or name that needs one, and an id that is there twice."""
    seen: set[str] = set()
    for element in root.iter("{*}*"):
        if not is_dmn(element):
            continue
        name, identifier = local_name(element), element.get("id")
        if name not in _ELEMENTS:
            findings.problem(f"'{name}' is no element of DMN", element, name, *_owner(element))
        if identifier in seen:
            findings.problem(f"The id '{identifier}' is there twice", element, "id", identifier)
        if identifier is None and name in _IDENTIFIED:
            _missing("id", name, element, findings)
        if element.get("name") is None and name in _NAMED:
            _missing("name", name, element, findings)
        seen |= {identifier} if identifier else set()
    for decision in children(root, "decision"):
        if len(decision.get("id", "")) > KEY_LENGTH:
            findings.problem(f"The id of a decision has {KEY_LENGTH} characters at most", decision, "decision")


def _missing(attribute: str, name: str, element: Element, findings: Findings) -> None:
    findings.problem(f"The attribute '{attribute}' is required on {name}", element, name, *_owner(element))


def _owner(element: Element) -> tuple[str, ...]:
    identifier = nearest_id(element)
    return () if identifier is None else (identifier,)


def nearest_id(element: Element) -> str | None:
    """Return the id of an element or of the nearest one around it that has one."""
    owner: Element | None = element
    while owner is not None and owner.get("id") is None:
        owner = owner.getparent()
    return None if owner is None else owner.get("id")
