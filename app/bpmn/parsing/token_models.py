"""Which models are read as 5Minds', and what their engine does not look at.

A model whose conditions or scripts are JavaScript over `token` is read so; what else only an editor of 5Minds writes is
accepted from its files.
"""

from __future__ import annotations

import re

from app.bpmn.expressions import is_expression
from app.bpmn.parsing.xml import BPMN, Element, attribute, child, child_text, local_name, text_of

_TOKEN = re.compile(r"\b(?:token|this)\s*(?:\.|\[)")
_STATEMENT = re.compile(r"\breturn\b|\bthrow\b|\bconsole\s*\.|\b(?:const|let|var)\s+\w+\s*=")
_EXPORTERS = ("bpmn studio", "5minds studio", "processcube")


def is_from_five_minds(root: Element) -> bool:
    """Tell whether an editor of 5Minds has written a file, or its models read a token."""
    exporter = (root.get("exporter") or "").lower()
    return exporter.startswith(_EXPORTERS) or reads_token(root)


def reads_token(root: Element) -> bool:
    """Tell whether conditions, scripts or topics of a file are JavaScript over `token`."""
    return any(_is_over_token(element) for element in root.iter(BPMN + "*"))


def _is_over_token(element: Element) -> bool:
    name = local_name(element)
    if name == "conditionExpression":
        text = text_of(element) or ""
        return element.get("language") is None and not is_expression(text) and bool(_TOKEN.search(text))
    if name == "scriptTask":
        text = child_text(element, "script") or ""
        over = bool(_TOKEN.search(text) or _STATEMENT.search(text))
        return not element.get("scriptFormat") and not is_expression(text) and over
    return name in ("serviceTask", "sendTask") and "token." in (attribute(element, "topic") or "")


def simplify(root: Element) -> None:
    """Take out of a file of 5Minds what its engine does not look at: empty conditions, those of default flows and of
    flows without an alternative. An error without a code is known by its name."""
    flows = list(root.iter(BPMN + "sequenceFlow"))
    defaults = {element.get("default") for element in root.iter(BPMN + "*")} - {None}
    sources = [flow.get("sourceRef") for flow in flows]
    for flow in flows:
        condition = child(flow, "conditionExpression")
        if condition is None:
            continue
        alone = sources.count(flow.get("sourceRef")) == 1
        if alone or flow.get("id") in defaults or text_of(condition) is None:
            flow.remove(condition)
    for error in root.iter(BPMN + "error"):
        if not error.get("errorCode"):
            error.set("errorCode", error.get("name") or error.get("id") or "")
    for end in root.iter(BPMN + "endEvent"):
        definition = child(end, "errorEventDefinition")
        if definition is not None and not definition.get("errorRef"):
            definition.set("errorRef", end.get("name") or "Error")
