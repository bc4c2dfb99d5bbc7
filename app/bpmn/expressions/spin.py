"""What Spin's functions give: JSON as plain values, XML as elements that can be read, never changed or queried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from lxml import etree

from app import json_text
from app.bpmn.expressions.coercion import kind_of, to_text
from app.bpmn.expressions.json_parts import part
from app.bpmn.expressions.limits import MAX_XML_ATTRIBUTES, MAX_XML_NAMESPACES, ensure_length
from app.bpmn.expressions.scope import ELHost
from app.errors import ExpressionFailed

Element = etree._Element


class XmlAttribute(ELHost):
    """One attribute of an element."""

    __slots__ = ("_name", "_value")

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "name": lambda attribute: etree.QName(attribute._name).localname,
        "namespace": lambda attribute: etree.QName(attribute._name).namespace,
        "value": lambda attribute: attribute._value,
        "toString": lambda attribute: attribute._value,
    }


class XmlElement(ELHost):
    """An element; its children are looked for by name in its own namespace, as Spin does."""

    __slots__ = ("_element",)

    def __init__(self, element: Element) -> None:
        self._element = element

    def attribute(self, name: Any) -> XmlAttribute:
        """Return the attribute of that name. Raises ExpressionFailed."""
        wanted = to_text(name)
        value = self._element.get(wanted)
        if value is None:
            raise ExpressionFailed(f"Unable to find attribute '{wanted}'")
        return XmlAttribute(wanted, str(value))

    def attributes(self) -> list[XmlAttribute]:
        """Return all attributes."""
        return [XmlAttribute(str(name), str(value)) for name, value in self._element.attrib.items()]

    def children(self, name: Any = None) -> list[XmlElement]:
        """Return the child elements, or those of a name."""
        if name is None:
            return [XmlElement(child) for child in self._element]
        wanted = etree.QName(etree.QName(self._element).namespace, to_text(name))
        return [XmlElement(child) for child in self._element.iterchildren(wanted)]

    def child(self, name: Any) -> XmlElement:
        """Return the only child element of a name. Raises ExpressionFailed for none or several."""
        found = self.children(name)
        if len(found) != 1:
            raise ExpressionFailed(f"{len(found)} child elements '{to_text(name)}', not one")
        return found[0]

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "name": lambda element: etree.QName(element._element).localname,
        "namespace": lambda element: etree.QName(element._element).namespace,
        "textContent": lambda element: "".join(element._element.itertext()),
        "attr": attribute,
        "attrs": attributes,
        "hasAttr": lambda element, name: element._element.get(to_text(name)) is not None,
        "childElement": child,
        "childElements": children,
        "toString": lambda element: etree.tostring(element._element, encoding="unicode"),
    }


def read_json(value: Any) -> Any:
    """Return the value of a JSON text; what is a map or list already stays. Raises ExpressionFailed."""
    if not isinstance(value, str):
        return value
    ensure_length(len(value))
    try:
        return part(json_text.read(value))
    except ValueError as error:
        raise ExpressionFailed(f"Unable to parse the text as JSON: {error}") from None


def read_xml(value: Any) -> XmlElement:
    """Return the root element of an XML text; no entity is resolved, nothing is loaded. Raises ExpressionFailed."""
    if isinstance(value, XmlElement):
        return value
    if not isinstance(value, str):
        raise ExpressionFailed(f"A {kind_of(value)} is no XML")
    ensure_length(len(value))
    if value.count("xmlns:") > MAX_XML_NAMESPACES:
        raise ExpressionFailed(f"The XML declares more than {MAX_XML_NAMESPACES} namespaces")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(value.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExpressionFailed(f"Unable to parse the text as XML: {error}") from None
    if cast("Any", root.getroottree().docinfo).doctype:
        raise ExpressionFailed("A DOCTYPE is not allowed")
    if any(len(element.attrib) > MAX_XML_ATTRIBUTES for element in root.iter()):
        raise ExpressionFailed(f"An element of the XML has more than {MAX_XML_ATTRIBUTES} attributes")
    return XmlElement(root)


def read_any(value: Any) -> Any:
    """Return a JSON value or an XML element, whichever the text looks like. Raises ExpressionFailed."""
    if isinstance(value, XmlElement) or (isinstance(value, str) and value.lstrip().startswith("<")):
        return read_xml(value)
    return read_json(value)
