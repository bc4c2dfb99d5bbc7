"""Which row of the vocabulary an element is."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.parsing.xml import Element, children, local_name, plain_flag
from app.bpmn.vocabulary import EVENT_SUBPROCESS, KINDS_BY_TAG, SUBPROCESS, NodeKind


def kind_of(element: Element) -> NodeKind | None:
    """Return the kind of a flow node, None for any other element."""
    kind = KINDS_BY_TAG.get(local_name(element))
    if kind is SUBPROCESS and plain_flag(element, "triggeredByEvent", False):
        return EVENT_SUBPROCESS
    return kind


def nodes_in(scope: Element) -> Iterator[tuple[Element, NodeKind]]:
    """Yield the flow nodes of a process or subprocess with their kinds, in document order."""
    for element in children(scope):
        kind = kind_of(element)
        if kind is not None:
            yield element, kind
