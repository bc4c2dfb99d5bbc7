"""Evaluate what a model calculates, expressions and scripts, at a place in the tree of executions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from app.bpmn.execution.hosts import to_variable
from app.bpmn.execution.places import KEYWORDS, PlaceScope
from app.bpmn.execution.scripts import run_script
from app.bpmn.expressions import ELHost, Expression, to_text
from app.bpmn.graph import Code
from app.bpmn.scripts import Script
from app.bpmn.values import Variable
from app.errors import EngineFailed, ExpressionFailed
from app.storable import is_storable, reason_against, storable

_BARE_NAME = re.compile(r"[$#]\{\s*([A-Za-z_]\w*)\s*\}")


def evaluate(code: Code, scope: PlaceScope) -> Any:
    """Evaluate code, unless the run has no time left. Raises ExpressionFailed, ScriptThrew, StepLimitReached."""
    if isinstance(code, Script):
        return scope.run.variables.value(run_script(code, scope))
    scope.run.check_time(scope.place)
    return code.evaluate(scope)


@lru_cache(maxsize=4096)
def _bare_name(text: str) -> str | None:
    """Return the name when an expression is nothing but one: such a value keeps its type."""
    match = _BARE_NAME.fullmatch(text.strip())
    return None if match is None else match.group(1)


def evaluate_variable(code: Code, scope: PlaceScope) -> Variable:
    """Evaluate code to a variable; a variable that is passed on as it is keeps its type."""
    if isinstance(code, Script):
        return run_script(code, scope)
    name = _bare_name(code.text)
    found = None if name is None or name in KEYWORDS else scope.variable(name)
    if found is not None and not isinstance(found.value, ELHost):
        return Variable(found.type, found.value, found.info)
    return to_variable(evaluate(code, scope))


def evaluate_condition(code: Code, scope: PlaceScope) -> bool:
    """Evaluate a condition. Raises EngineFailed when it is not a boolean, as Camunda does."""
    value = evaluate(code, scope)
    if value is True or value is False:
        return bool(value)
    what = "script" if isinstance(code, Script) else "expression"
    kind = "null" if value is None else "non-Boolean"
    raise EngineFailed(f"condition {what} returns {kind}: {code.text[:400]}")


def evaluate_text(expression: Expression | None, scope: PlaceScope) -> str | None:
    """Evaluate an expression to a text; None for no expression or a null. Raises ExpressionFailed for a text that no
    database could keep."""
    text = _evaluated_text(expression, scope)
    if text is not None and not is_storable(text):
        assert expression is not None
        raise ExpressionFailed(f"{expression.text[:400]} holds {reason_against(text)}, which cannot be stored.")
    return text


def evaluate_message(expression: Expression | None, scope: PlaceScope) -> str | None:
    """Evaluate an expression to a text for people; what no database could keep of it is replaced."""
    text = _evaluated_text(expression, scope)
    return None if text is None else storable(text)


def _evaluated_text(expression: Expression | None, scope: PlaceScope) -> str | None:
    if expression is None:
        return None
    if expression.is_literal:
        return expression.text
    value = evaluate(expression, scope)
    return None if value is None else to_text(value)
