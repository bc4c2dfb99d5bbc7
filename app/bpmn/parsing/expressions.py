"""Compile the expressions of a model; what does not compile becomes a problem of the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.expressions import Expression, compile_expression, is_expression
from app.bpmn.parsing.declarations import Declarations
from app.bpmn.parsing.xml import BPMN, Element, line_of
from app.bpmn.surroundings import NO_SURROUNDINGS, Surroundings
from app.errors import ExpressionFailed, Problem

_NOTHING = compile_expression("")


@dataclass(slots=True)
class Source:
    """What every step of the parser needs: the file's declarations and surroundings, and the problems so far."""

    declarations: Declarations
    surroundings: Surroundings = NO_SURROUNDINGS
    reads_token: bool = False
    problems: list[Problem] = field(default_factory=list)

    def compile(self, text: str, element: Element) -> Expression:
        """Compile a text with `${…}` in it; a broken one is recorded as a problem of the element around it."""
        try:
            return compile_expression(text)
        except ExpressionFailed as error:
            self.refuse(f"The expression '{text[:200]}' cannot be used: {error.message}", element, "expression")
            return _NOTHING

    def optional(self, text: str | None, element: Element) -> Expression | None:
        """Compile a text if there is one."""
        return None if text is None or not text.strip() else self.compile(text.strip(), element)

    def variable_or_expression(self, text: str | None, element: Element) -> Expression | None:
        """Compile an expression, or the bare name of a variable."""
        if text is None or not text.strip():
            return None
        text = text.strip()
        return self.compile(text if is_expression(text) else f"${{{text}}}", element)

    def refuse(self, message: str, element: Element, construct: str) -> None:
        """Record a problem of the nearest element with an id."""
        owner: Element | None = element
        while owner is not None and (owner.get("id") is None or not str(owner.tag).startswith(BPMN)):
            owner = owner.getparent()
        element_id = None if owner is None else owner.get("id")
        ids = () if element_id is None else (element_id,)
        self.problems.append(Problem(message, element_id, ids, construct, line_of(element)))
