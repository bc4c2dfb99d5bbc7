"""Decisions, their logic, and what they require."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from app.bpmn.parsing.xml import Element, local_name
from app.dmn.graph import Decision, DecisionTable, LiteralExpression
from app.dmn.parsing.source import Source
from app.dmn.parsing.tables import read_table
from app.dmn.parsing.xml import attribute, child, children

_TIME_TO_LIVE = re.compile(r"[0-9]{1,9}|P[0-9]{1,9}D")
_BOXED = (
    "context", "invocation", "functionDefinition", "relation", "list", "conditional", "filter", "for", "every", "some",
)  # fmt: skip
_MAX_DEPTH = 100


@dataclass(slots=True)
class DecisionReader:
    """Read the decisions of a file; each is put together once, after those that it requires."""

    root: Element
    source: Source
    requires_time_to_live: bool
    _elements: dict[str, Element] = field(default_factory=dict)
    _alone: dict[str, Decision] = field(default_factory=dict)
    _whole: dict[str, Decision] = field(default_factory=dict)

    def read(self) -> tuple[Decision, ...]:
        """Return the decisions that can be evaluated, in the order of the file."""
        for element in children(self.root, "decision"):
            decision = self._read_alone(element)
            if decision is not None:
                self._elements[decision.key] = element
                self._alone[decision.key] = decision
        return tuple(self._put_together(key, ()) for key in self._alone)

    def _read_alone(self, element: Element) -> Decision | None:
        logic = self._logic(element)
        if logic is None:
            return None
        return Decision(
            key=element.get("id", ""),
            name=element.get("name", ""),
            logic=logic,
            version_tag=attribute(element, "versionTag"),
            history_time_to_live=self._time_to_live(element),
        )

    def _time_to_live(self, element: Element) -> str | None:
        stated = (attribute(element, "historyTimeToLive") or "").strip()
        if stated and not _TIME_TO_LIVE.fullmatch(stated):
            self.source.refuse(f"Cannot parse historyTimeToLive: '{stated}'", element, "camunda:historyTimeToLive")
        if not stated and self.requires_time_to_live:
            message = (
                "History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to work: "
                "set camunda:historyTimeToLive on the decision."
            )
            self.source.refuse(message, element, "camunda:historyTimeToLive")
        return stated or None

    def _logic(self, element: Element) -> DecisionTable | LiteralExpression | None:
        table, literal = child(element, "decisionTable"), child(element, "literalExpression")
        if table is not None:
            return read_table(table, self.source)
        if literal is not None:
            return self._literal(element, literal)
        boxed = child(element, *_BOXED)
        if boxed is None:
            message = "The decision has neither a table nor an expression; it cannot be evaluated"
        else:
            message = f"The expression type '{local_name(boxed)}' is not supported; the decision cannot be evaluated"
        self.source.remark(message, element, "decision" if boxed is None else local_name(boxed))
        return None

    def _literal(self, element: Element, literal: Element) -> LiteralExpression:
        variable = child(element, "variable")
        if variable is None or variable.get("name") is None:
            message = "A decision with a literal expression needs a <variable> with a name, which its value gets"
            self.source.refuse(message, element, "variable")
            return LiteralExpression(None, None, None)
        return LiteralExpression(variable.get("name"), variable.get("typeRef"), self.source.expression(literal))

    def _put_together(self, key: str, path: tuple[str, ...]) -> Decision:
        if key in self._whole:
            return self._whole[key]
        decision = self._alone[key]
        required = [
            self._put_together(other, (*path, key))
            for other in self._required_keys(self._elements[key])
            if self._is_fine(other, (*path, key))
        ]
        self._whole[key] = replace(decision, required=tuple(required))
        return self._whole[key]

    def _required_keys(self, element: Element) -> list[str]:
        references = [
            (reference, reference.get("href", ""))
            for requirement in children(element, "informationRequirement")
            for reference in children(requirement, "requiredDecision")
        ]
        for reference, href in references:
            if not href.startswith("#") or href[1:] not in self._alone:
                message = f"The required decision '{href}' is no decision of this file that can be evaluated"
                self.source.refuse(message, reference, "requiredDecision")
        return [href[1:] for _, href in references if href.startswith("#") and href[1:] in self._alone]

    def _is_fine(self, key: str, path: tuple[str, ...]) -> bool:
        if key in path:
            self.source.refuse(f"The decision '{key}' has a loop.", self._elements[key], "requiredDecision")
        elif len(path) >= _MAX_DEPTH:
            message = f"Decisions require one another more than {_MAX_DEPTH} deep"
            self.source.refuse(message, self._elements[key], "requiredDecision")
        return key not in path and len(path) < _MAX_DEPTH
