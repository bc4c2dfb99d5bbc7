"""What must hold for any file: it is BPMN, not too large, and every id is there once."""

from __future__ import annotations

import re

from app.bpmn.limits import KEY_LENGTH, Limits
from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.token_models import is_from_five_minds
from app.bpmn.parsing.xml import BPMN, Element, children, is_bpmn, local_name
from app.bpmn.validation.elements import KNOWN_ELEMENTS
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model
from app.bpmn.vocabulary import SUBPROCESS_TAGS, UNSUPPORTED_NODES

_NAME = re.compile(r"[^\W\d][\w.\-·]*")
_IDENTIFIED = ("http://www.omg.org/spec/BPMN/20100524/MODEL", "http://www.omg.org/spec/BPMN/20100524/DI")
_HOLD_FLOW = frozenset(("process", *SUBPROCESS_TAGS, "adHocSubProcess"))


def check_document(root: Element, limits: Limits, findings: Findings) -> None:
    """Refuse what is no BPMN file or beyond the limits; nothing else is looked at then."""
    if root.tag != BPMN + "definitions":
        findings.problem(
            f"The root element is <{local_name(root)}>, not <definitions> of BPMN 2.0 ({BPMN[1:-1]})",
            root,
            "definitions",
        )
        return
    depth = count = 0
    for element, level in _with_depth(root):
        depth, count = max(depth, level), count + 1
        if depth > limits.depth or count > limits.elements:
            findings.problem(
                f"The file has more than {limits.elements} elements or is nested more than {limits.depth} deep",
                element,
                "size",
            )
            return
        if len(element.attrib) > limits.attributes:  # to read them takes lxml the square of their number
            findings.problem(f"An element has more than {limits.attributes} attributes", element, "size")
            return
        if any(len(text or "") > limits.text for text in (element.text, *element.attrib.values())):
            findings.problem(f"A text has more than {limits.text} characters", element, "size")


def _with_depth(root: Element) -> list[tuple[Element, int]]:
    found: list[tuple[Element, int]] = []
    pending = [(root, 1)]
    while pending:
        element, level = pending.pop()
        found.append((element, level))
        pending.extend((inner, level + 1) for inner in element if isinstance(inner.tag, str))
    return found


def check_ids(root: Element, findings: Findings) -> None:
    """Refuse an id that is there twice in the file, and one that is no XML name (but for a process of 5Minds)."""
    seen: set[str] = set()
    spaced = is_from_five_minds(root)
    for element in root.iter("{*}*"):
        identifier = element.get("id")
        if identifier is None or not str(element.tag).startswith(tuple(f"{{{name}}}" for name in _IDENTIFIED)):
            continue
        if identifier in seen:
            findings.problem(
                f"cvc-id.2: There are multiple occurrences of ID value '{identifier}'.", element, "id", identifier
            )
        elif not _NAME.fullmatch(identifier) and not (spaced and element.tag == BPMN + "process"):
            findings.problem(
                f"cvc-datatype-valid.1.2.1: '{identifier}' is not a valid value for 'NCName'.",
                element,
                "id",
                identifier,
            )
        seen.add(identifier)


def check_elements(model: Model, findings: Findings) -> None:
    """Refuse what BPMN does not know, what stands where it cannot, and what has no id."""
    if not model.processes:
        findings.warning("The file has no executable process", model.root, "process")
    for process in model.processes:
        if len(process.get("id", "")) > KEY_LENGTH:
            findings.problem(f"The id of a process has {KEY_LENGTH} characters at most", process, "process")
    for element in model.elements():
        if is_bpmn(element):
            _check_element(element, findings)


def _check_element(element: Element, findings: Findings) -> None:
    name, parent = local_name(element), element.getparent()
    if name not in KNOWN_ELEMENTS:
        findings.problem(f"'{name}' is no element of BPMN 2.0", element, name)
    elif name in UNSUPPORTED_NODES:
        findings.problem(f"{name} is not supported: {UNSUPPORTED_NODES[name]}", element, name)
    elif name == "standardLoopCharacteristics":
        message = "standardLoopCharacteristics has no effect, as in Camunda: the activity runs once"
        findings.warning(message, element, name)
    elif name in ("process", "sequenceFlow") or kind_of(element) is not None:
        if not element.get("id") and name != "sequenceFlow":
            findings.problem(f"The attribute 'id' is required on {name}", element, name)
        if name != "process" and parent is not None and _holds_no_flow(parent):
            findings.problem(f"'{name}' cannot stand inside '{local_name(parent)}'", element, name)


def _holds_no_flow(parent: Element) -> bool:
    return not is_bpmn(parent) or local_name(parent) not in _HOLD_FLOW


def check_repeated_parts(model: Model, findings: Findings) -> None:
    """Refuse a second definition where one counts: several event definitions, several loops."""
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            definitions = [inner for inner in children(node) if local_name(inner).endswith("EventDefinition")]
            if len(definitions) > 1:
                names = ", ".join(local_name(inner) for inner in definitions)
                findings.problem(f"Several event definitions on one event are not supported: {names}", node, names)
            if kind.is_activity and len(list(children(node, "multiInstanceLoopCharacteristics"))) > 1:
                findings.problem(
                    "multiInstanceLoopCharacteristics is there twice", node, "multiInstanceLoopCharacteristics"
                )
