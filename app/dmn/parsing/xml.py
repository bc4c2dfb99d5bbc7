"""Look at the elements of a DMN file by local name: all versions of DMN that Camunda reads are one here."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.parsing.xml import Element, local_name

DMN_NAMESPACES = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
EXTENSION_NAMESPACES = ("http://camunda.org/schema/1.0/dmn", "http://operaton.org/schema/1.0/dmn")
_PREFIXES = tuple(f"{{{namespace}}}" for namespace in DMN_NAMESPACES)


def is_dmn(element: Element) -> bool:
    """Tell whether an element belongs to DMN itself."""
    return isinstance(element.tag, str) and element.tag.startswith(_PREFIXES)


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the DMN children of those names, of any name without names."""
    for child in element:
        if is_dmn(child) and (not names or local_name(child) in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """Return the first DMN child of one of those names."""
    return next(children(element, *names), None)


def text_in(element: Element | None) -> str | None:
    """Return what stands in the `<text>` of an element, None for nothing but space."""
    inner = None if element is None else child(element, "text")
    text = None if inner is None else "".join(map(str, inner.itertext()))
    return text if text and text.strip() else None


def attribute(element: Element, name: str) -> str | None:
    """Return an extension attribute, whichever accepted namespace it is in."""
    values = (element.get(f"{{{namespace}}}{name}") for namespace in EXTENSION_NAMESPACES)
    return next((value for value in values if value is not None), None)
