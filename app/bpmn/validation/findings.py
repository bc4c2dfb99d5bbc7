"""Collect what is wrong with a file, each with its element, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.parsing.xml import Element, is_bpmn, line_of, local_name
from app.bpmn.validation.places import Places
from app.errors import Problem

MAX_FINDINGS = 1_000


def owner_id(element: Element) -> str | None:
    """Return the id of the flow element or declaration that an element belongs to."""
    owner: Element | None = element
    while owner is not None:
        name = local_name(owner) if is_bpmn(owner) else "EventDefinition"
        if owner.get("id") and not name.endswith(("EventDefinition", "Expression", "LoopCharacteristics")):
            return owner.get("id")
        owner = owner.getparent()
    return None


@dataclass(slots=True)
class Findings:
    """The problems (a file with one is refused) and the warnings (something has no effect here)."""

    places: Places = field(default_factory=Places)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _told: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def problem(self, message: str, element: Element, construct: str, *element_ids: str | None) -> None:
        """Record a reason to refuse the file; `element_ids` in place of the element's own."""
        self._add(self.problems, message, element, construct, element_ids)

    def warning(self, message: str, element: Element, construct: str, *element_ids: str | None) -> None:
        """Record something that is not as the model may expect."""
        self._add(self.warnings, message, element, construct, element_ids)

    def _add(
        self, into: list[Problem], message: str, element: Element, construct: str, element_ids: tuple[str | None, ...]
    ) -> None:
        ids = tuple(one for one in element_ids if one) or tuple(one for one in (owner_id(element),) if one)
        if len(into) < MAX_FINDINGS and (message, ids) not in self._told:
            self._told.add((message, ids))
            line, column = line_of(element), self.places.column_of(element)
            into.append(Problem(message, ids[0] if ids else None, ids, construct, line, column))
