"""What every step of the parser needs: the findings so far, and the language of expressions."""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.parsing.xml import Element, local_name
from app.bpmn.validation.findings import Findings
from app.dmn.expressions import Expression, compile_cell, is_feel
from app.dmn.parsing.document import nearest_id
from app.dmn.parsing.xml import text_in
from app.errors import ExpressionFailed


@dataclass(slots=True)
class Source:
    """`language` is that of the whole file, None for FEEL; `scripts` tells whether scripts may be used."""

    findings: Findings
    language: str | None
    scripts: bool

    def expression(self, element: Element | None, *, is_condition: bool = False) -> Expression | None:
        """Compile the text of an element; None for an empty one, and for a broken one, which is a problem."""
        text = text_in(element)
        if element is None or text is None:
            return None
        language = element.get("expressionLanguage") or self.language
        try:
            return compile_cell(text, language, is_condition=is_condition, scripts=self.scripts)
        except ExpressionFailed as error:
            construct = local_name(element) if language is None or is_feel(language) else language
            self.refuse(f"The expression '{text.strip()[:200]}' cannot be used: {error.message}", element, construct)
            return None

    def refuse(self, message: str, element: Element, construct: str) -> None:
        """Record a reason to refuse the file, at the nearest element with an id."""
        self.findings.problem(message, element, construct, nearest_id(element))

    def remark(self, message: str, element: Element, construct: str) -> None:
        """Record what has no effect, at the nearest element with an id."""
        self.findings.warning(message, element, construct, nearest_id(element))


def file_language(root: Element) -> str | None:
    """Return the language that a file names for its expressions, None for FEEL."""
    language = root.get("expressionLanguage")
    return None if language is None or is_feel(language) else language
