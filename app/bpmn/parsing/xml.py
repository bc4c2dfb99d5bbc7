"""Read a BPMN file safely, and look at its elements by local name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from lxml import etree

from app.bpmn.limits import Limits
from app.errors import ModelRefused, Problem

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
EXTENSION_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://cibseven.org/schema/1.0/bpmn",
)
_EXTENSION_PREFIXES = tuple(f"{{{namespace}}}" for namespace in EXTENSION_NAMESPACES)

Element = etree._Element


def read_xml(xml: bytes, resource: str, limits: Limits) -> Element:
    """Return the root element. Raises ModelRefused: too large, not well-formed, or with a DOCTYPE.

    No entity is resolved, nothing is loaded from anywhere; a DOCTYPE is refused before any element is looked at.
    """
    if len(xml) > limits.bytes:
        raise _refused(f"The file has {len(xml)} bytes; at most {limits.bytes} are allowed.", "size", resource)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (0, 0))
        raise _refused(f"The file is not well-formed XML: {error}", "xml", resource, line or 0, column or 0) from None
    if cast("Any", root.getroottree().docinfo).doctype:
        raise _refused("A DOCTYPE is not allowed; remove it from the file.", "DOCTYPE", resource)
    return root


def _refused(message: str, construct: str, resource: str, line: int = 0, column: int = 0) -> ModelRefused:
    return ModelRefused([Problem(message, construct=construct, line=line, column=column)], resource=resource)


def local_name(element: Element) -> str:
    """Return the tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: Element) -> int:
    """Return the line of the file where an element begins."""
    return cast("Any", element).sourceline or 0


def is_bpmn(element: Element) -> bool:
    """Tell whether an element belongs to BPMN itself (extension elements do not)."""
    return isinstance(element.tag, str) and element.tag.startswith(BPMN)


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the BPMN children of those names, of any name without names."""
    for child in element:
        if is_bpmn(child) and (not names or local_name(child) in names):
            yield child


def child(element: Element, name: str) -> Element | None:
    """Return the first BPMN child of that name."""
    return element.find(BPMN + name)


def child_text(element: Element, name: str) -> str | None:
    """Return the trimmed text of the first BPMN child of that name; None when it is missing or empty."""
    found = child(element, name)
    return None if found is None else text_of(found)


def text_of(element: Element) -> str | None:
    """Return the trimmed text of an element, CDATA included; None when there is none."""
    return (element.text or "").strip() or None


def attribute(element: Element, name: str) -> str | None:
    """Return an extension attribute, whichever accepted namespace it is in."""
    for prefix in _EXTENSION_PREFIXES:
        if (value := element.get(prefix + name)) is not None:
            return value
    return None


def flag(element: Element, name: str, default: bool = False) -> bool:
    """Return an extension attribute as a boolean."""
    value = attribute(element, name)
    return default if value is None else value.strip().lower() == "true"


def plain_flag(element: Element, name: str, default: bool) -> bool:
    """Return a BPMN attribute as a boolean."""
    value = element.get(name)
    return default if value is None else value.strip().lower() == "true"


def extensions(element: Element, *names: str) -> Iterator[Element]:
    """Yield the extension elements of those names, in the accepted namespaces."""
    for container in children(element, "extensionElements"):
        for extension in container:
            tag = extension.tag
            if isinstance(tag, str) and tag.startswith(_EXTENSION_PREFIXES) and local_name(extension) in names:
                yield extension
