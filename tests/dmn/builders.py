"""Files with decisions, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from app.dmn.context import DecisionContext
from app.dmn.evaluation import evaluate
from app.dmn.graph import Decision
from app.dmn.parser import parse
from app.dmn.results import DecisionEvaluation

NOW_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
CONTEXT = DecisionContext(NOW_MS)
_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="file" name="File" namespace="test">'
)
Row = tuple[Sequence[str], Sequence[str]]
"""Cells of conditions and of results."""


def definitions(*decisions: str) -> bytes:
    """Return a file with decisions."""
    return (_HEAD + "".join(decisions) + "</definitions>").encode()


def decision(key: str, logic: str, *required: str, attributes: str = "") -> str:
    """Return a decision that requires others."""
    requirements = "".join(
        f'<informationRequirement id="{key}_{other}"><requiredDecision href="#{other}"/></informationRequirement>'
        for other in required
    )
    variable, found, rest = logic.partition("<literalExpression")
    inside = f"{variable}{requirements}{found}{rest}" if found else requirements + logic
    return f'<decision id="{key}" name="{key.title()}"{attributes}>{inside}</decision>'


def literal(text: str, name: str = "r", type_name: str | None = None, language: str | None = None) -> str:
    """Return a literal expression with its variable."""
    return (
        f'<variable name="{name}"{_optional("typeRef", type_name)}/>'
        f"<literalExpression{_optional('expressionLanguage', language)}><text>{escape(text)}</text></literalExpression>"
    )


def table(
    inputs: Sequence[str | tuple[str, str]],
    outputs: Sequence[str | tuple[str, str]],
    rows: Sequence[Row],
    policy: str = "UNIQUE",
    aggregation: str | None = None,
    key: str = "t",
) -> str:
    """Return a decision table; a column is its expression (or name), or that with its type."""
    columns = "".join(_input(f"{key}_i{index}", one) for index, one in enumerate(inputs))
    results = "".join(_output(f"{key}_o{index}", one) for index, one in enumerate(outputs))
    rules = "".join(_rule(f"{key}_r{index}", row) for index, row in enumerate(rows))
    attributes = f'hitPolicy="{policy}"{_optional("aggregation", aggregation)}'
    return f"<decisionTable {attributes}>{columns}{results}{rules}</decisionTable>"


def _input(id: str, column: str | tuple[str, str]) -> str:
    text, type_name = (column, None) if isinstance(column, str) else column
    expression = f"<inputExpression{_optional('typeRef', type_name)}><text>{escape(text)}</text></inputExpression>"
    return f'<input id="{id}" label="{escape(text)}">{expression}</input>'


def _output(id: str, column: str | tuple[str, str]) -> str:
    name, type_name = (column, None) if isinstance(column, str) else column
    return f'<output id="{id}" label="{name}" name="{name}"{_optional("typeRef", type_name)}/>'


def _rule(id: str, row: Row) -> str:
    conditions, conclusions = row
    cells = "".join(f"<inputEntry><text>{escape(one)}</text></inputEntry>" for one in conditions)
    results = "".join(f"<outputEntry><text>{escape(one)}</text></outputEntry>" for one in conclusions)
    return f'<rule id="{id}">{cells}{results}</rule>'


def _optional(name: str, value: str | None) -> str:
    return "" if value is None else f' {name}="{value}"'


def parsed(logic: str) -> Decision:
    """Return the only decision of a file."""
    return parse(definitions(decision("d", logic))).decisions[0]


def evaluated(logic: str, context: DecisionContext = CONTEXT, **variables: Any) -> DecisionEvaluation:
    """Evaluate the only decision of a file."""
    return evaluate(parsed(logic), variables, context)


def rows_of(logic: str, **variables: Any) -> list[Mapping[str | None, Any]]:
    """Return the result list of the only decision of a file."""
    return list(evaluated(logic, **variables).result.result_list())
