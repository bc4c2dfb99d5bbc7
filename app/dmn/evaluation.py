"""Evaluate a decision: those that it requires first, then its own table or expression."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any, cast

from app.dmn.context import DecisionContext
from app.dmn.feel import is_temporal
from app.dmn.graph import Decision, DecisionTable, Input, LiteralExpression, Rule
from app.dmn.hit_policies import aggregated, applied
from app.dmn.results import (
    DecisionEvaluation,
    DecisionResult,
    EvaluatedInput,
    EvaluatedOutput,
    Evaluation,
    MatchedRule,
)  # fmt: skip
from app.dmn.scope import DecisionScope, decision_scope, world_of
from app.dmn.types import NULL, TypedValue, converted
from app.errors import EngineFailed

Variables = Mapping[str, Any]
"""Plain values: None, bool, int, Long, float, str, Instant, list, dict."""
_LISTS = ("COLLECT", "RULE ORDER")


def evaluate(decision: Decision, variables: Variables, context: DecisionContext) -> DecisionEvaluation:
    """Evaluate a decision with all that it requires.

    The results of required decisions become variables, and go before those of the caller.
    Raises EngineFailed, StepLimitReached.
    """
    world = world_of(context)
    results: dict[str, Any] = {}
    known = ChainMap(results, cast("dict[str, Any]", variables))
    done: list[Evaluation] = []
    for one in decision.in_order():
        evaluation = _evaluated(one, decision_scope(known, world, context))
        if one is not decision:
            results.update(_as_variables(one, evaluation.result))
        done.append(evaluation)
    _ensure_storable(done[-1].result)
    return DecisionEvaluation(done[-1], tuple(done[:-1]), world.spent)


def _ensure_storable(result: DecisionResult) -> None:
    for row in result.rows:
        for name, entry in row.items():
            if _holds_temporal(entry.value):
                raise EngineFailed(
                    f"The output '{name}' is a date, a time or a duration, which no process variable holds: give it "
                    "the type 'date' (a date and time only), or make a text of it with string(…)"
                )


def _holds_temporal(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_holds_temporal, value))
    if isinstance(value, dict):
        return any(map(_holds_temporal, value.values()))
    return is_temporal(value)


def _as_variables(decision: Decision, result: DecisionResult) -> dict[str, Any]:
    if not result.rows:
        return {}
    logic = decision.logic
    is_list = isinstance(logic, DecisionTable) and logic.hit_policy in _LISTS and logic.aggregation is None
    if len(result.rows) == 1 and not is_list:
        return {name: entry.value for name, entry in result.rows[0].items() if name is not None}
    return {name: result.collected(name) for name in {name: None for row in result.rows for name in row} if name}


def _evaluated(decision: Decision, scope: DecisionScope) -> Evaluation:
    logic = decision.logic
    if isinstance(logic, LiteralExpression):
        return Evaluation(decision, literal=_literal(logic, scope))
    return _table(decision, logic, scope)


def _literal(logic: LiteralExpression, scope: DecisionScope) -> EvaluatedOutput:
    value = None if logic.expression is None else logic.expression.evaluate(scope)
    return EvaluatedOutput(logic.name, converted(value, logic.type_name, scope.context.zone))


def _table(decision: Decision, table: DecisionTable, scope: DecisionScope) -> Evaluation:
    inputs: list[EvaluatedInput] = []
    rules: tuple[Rule, ...] | list[Rule] = table.rules
    for column, clause in enumerate(table.inputs):
        evaluated = EvaluatedInput(clause, _input(clause, scope))
        inputs.append(evaluated)
        rules = _matching(rules, column, _cells_scope(evaluated, scope))
    matched = tuple(MatchedRule(rule, _outputs(table, rule, scope)) for rule in rules)
    counting = applied(table.hit_policy, matched)
    collected = None if table.aggregation is None else aggregated(table.aggregation, counting)
    return Evaluation(decision, tuple(inputs), counting, collected)


def _input(clause: Input, scope: DecisionScope) -> TypedValue:
    if clause.expression is None:
        return NULL
    return converted(clause.expression.evaluate(scope), clause.type_name, scope.context.zone)


def _cells_scope(evaluated: EvaluatedInput, scope: DecisionScope) -> DecisionScope:
    name = evaluated.clause.variable
    if evaluated.clause.expression is None:
        return scope.for_nameless_column(name)
    return scope.for_column(name, evaluated.value.value)


def _matching(rules: tuple[Rule, ...] | list[Rule], column: int, scope: DecisionScope) -> list[Rule]:
    """Return the rules whose cell of one column holds; the next column is asked of these alone."""
    matching = []
    for rule in rules:
        condition = rule.conditions[column]
        if condition is None or condition.passes(scope):
            matching.append(rule)
    return matching


def _outputs(table: DecisionTable, rule: Rule, scope: DecisionScope) -> tuple[EvaluatedOutput, ...]:
    return tuple(
        EvaluatedOutput(
            clause.name, converted(conclusion.evaluate(scope), clause.type_name, scope.context.zone), clause
        )
        for clause, conclusion in zip(table.outputs, rule.conclusions, strict=True)
        if conclusion is not None
    )
