"""What the expressions of a decision see, in each of the languages."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any, cast

from app.bpmn.expressions import ExpressionScope, mapping_scope
from app.dmn.context import DecisionContext
from app.dmn.feel import InnerScope, RootScope, Scope, World, to_feel


class DecisionScope:
    """The variables of one decision: plain for JUEL and scripts, converted for FEEL when they are asked for."""

    __slots__ = ("context", "feel", "variables")

    def __init__(self, variables: Mapping[str, Any], feel: Scope, context: DecisionContext) -> None:
        self.variables = variables
        self.feel = feel
        self.context = context

    def for_column(self, name: str, value: Any) -> DecisionScope:
        """Return the scope of a column's cells, where the column's value has a name."""
        feel = InnerScope(self.feel, {name: to_feel(value, self.context.zone)}, input_name=name)
        return DecisionScope(ChainMap({name: value}, cast("dict[str, Any]", self.variables)), feel, self.context)

    def for_nameless_column(self, name: str) -> DecisionScope:
        """Return the scope of the cells of a column without an expression: a variable of that name is its value."""
        return DecisionScope(self.variables, InnerScope(self.feel, {}, input_name=name), self.context)

    @property
    def juel(self) -> ExpressionScope:
        """The scope of JUEL."""
        return mapping_scope(self.variables, self.context.now_ms)


def decision_scope(variables: Mapping[str, Any], world: World, context: DecisionContext) -> DecisionScope:
    """Return the scope of a decision."""
    return DecisionScope(variables, RootScope(variables, world), context)


def world_of(context: DecisionContext) -> World:
    """Return what FEEL sees of a context, with a fresh account of costs."""
    return World(context.now_ms, context.zone, context.max_cost, context.out_of_time)
