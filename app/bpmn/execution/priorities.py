"""Priorities of tasks and jobs, as their models calculate them."""

from __future__ import annotations

from app.bpmn.execution.places import PlaceScope
from app.bpmn.expressions import Expression, to_number
from app.errors import EngineFailed, ExpressionFailed


def evaluate_priority(expression: Expression | None, scope: PlaceScope) -> int:
    """Return the priority of an external task or a job; 0 if it cannot be calculated: the process goes on.

    Raises EngineFailed for a number with a fraction. Source: Camunda's DefaultPriorityProvider.
    """
    if expression is None:
        return 0
    try:
        return whole_priority(expression, scope)
    except ExpressionFailed:
        return 0


def whole_priority(expression: Expression, scope: PlaceScope) -> int:
    """Return a priority. Raises EngineFailed."""
    value = to_number(expression.evaluate(scope))
    if value != int(value):
        raise EngineFailed(f"Priority value must be either Short, Integer, or Long: {expression.text}")
    return int(value)
