"""Decision tables: their columns and rules."""

from __future__ import annotations

from typing import cast

from app.bpmn.parsing.xml import Element
from app.dmn.feel import DEFAULT_INPUT_NAME
from app.dmn.graph import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule
from app.dmn.parsing.source import Source
from app.dmn.parsing.xml import attribute, child, children

_POLICIES = ("UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT")
_AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


def read_table(element: Element, source: Source) -> DecisionTable:
    """Read a `decisionTable`; what is wrong with it becomes problems of the file."""
    inputs = tuple(_input(one, source) for one in children(element, "input"))
    outputs = tuple(_output(one) for one in children(element, "output"))
    _check_outputs(element, outputs, source)
    rules = tuple(_rule(one, len(inputs), len(outputs), source) for one in children(element, "rule"))
    policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
    _check_policy(policy, aggregation, element, source)
    return DecisionTable(cast("HitPolicy", policy), cast("Aggregation | None", aggregation), inputs, outputs, rules)


def _input(element: Element, source: Source) -> Input:
    expression = child(element, "inputExpression")
    return Input(
        id=element.get("id", ""),
        label=element.get("label"),
        variable=attribute(element, "inputVariable") or DEFAULT_INPUT_NAME,
        expression=source.expression(expression),
        type_name=None if expression is None else expression.get("typeRef"),
    )


def _output(element: Element) -> Output:
    return Output(element.get("id", ""), element.get("label"), element.get("name"), element.get("typeRef"))


def _rule(element: Element, inputs: int, outputs: int, source: Source) -> Rule:
    conditions = list(children(element, "inputEntry"))
    conclusions = list(children(element, "outputEntry"))
    rule = element.get("id", "")
    for what, columns, entries in (("input", inputs, len(conditions)), ("output", outputs, len(conclusions))):
        if columns != entries:
            message = f"The number of {what}s '{columns}' and {what} entries differ '{entries}' for rule '{rule}'."
            source.refuse(message, element, "rule")
    return Rule(
        rule,
        tuple(source.expression(one, is_condition=True) for one in conditions),
        tuple(source.expression(one) for one in conclusions),
    )


def _check_outputs(element: Element, outputs: tuple[Output, ...], source: Source) -> None:
    if not outputs:
        source.refuse("A decision table needs an output", element, "decisionTable")
    names = [output.name for output in outputs]
    if len(outputs) > 1 and None in names:
        source.refuse("Each output of a decision table with several needs a name", element, "output")
    for name in {name for name in names if name is not None and names.count(name) > 1}:
        source.refuse(f"The output name '{name}' of the decision table is there twice", element, "output")


def _check_policy(policy: str, aggregation: str | None, element: Element, source: Source) -> None:
    known = policy in _POLICIES and (aggregation is None or (policy == "COLLECT" and aggregation in _AGGREGATIONS))
    if not known:
        added = "" if aggregation is None else f" with aggregation '{aggregation}'"
        message = (
            f"The hit policy '{policy}'{added} is not supported: there are UNIQUE, FIRST, ANY, RULE ORDER and COLLECT, "
            "the last with the aggregations SUM, MIN, MAX and COUNT"
        )
        source.refuse(message, element, "hitPolicy")
