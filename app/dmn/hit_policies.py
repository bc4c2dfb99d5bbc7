"""What happens when several rules match, and what an aggregation makes of their results.

Source: Camunda 7.24's hit policies, asked: PRIORITY and OUTPUT ORDER are not there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.bpmn.expressions import Long, to_text
from app.dmn.feel import java_text
from app.dmn.graph import Aggregation, HitPolicy
from app.dmn.results import EvaluatedOutput, MatchedRule
from app.dmn.types import TypedValue
from app.errors import EngineFailed

Rules = tuple[MatchedRule, ...]
_LONG = re.compile(r"[+-]?[0-9]{1,19}")
_DOUBLE = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?\s*")
_INT_RANGE, _LONG_RANGE = 2**32, 2**64


def applied(policy: HitPolicy, matched: Rules) -> Rules:
    """Return the rules that count. Raises EngineFailed when the policy does not allow what matched."""
    if policy == "FIRST":
        return matched[:1]
    if policy == "UNIQUE" and len(matched) > 1:
        raise EngineFailed(
            "DMN-03001 Hit policy 'UNIQUE' only allows a single rule to match. "
            f"Actually match rules: '[{_rule_ids(matched)}]'."
        )
    if policy == "ANY" and matched:
        return (_any(matched),)
    return matched


def _any(matched: Rules) -> MatchedRule:
    first = _comparable(matched[0])
    if all(_comparable(rule) == first for rule in matched[1:]):
        return matched[0]
    raise EngineFailed(
        "DMN-03002 Hit policy 'ANY' only allows multiple matching rules with equal output. "
        f"Matching rules: '[{_rule_ids(matched)}]'."
    )


def _comparable(matched: MatchedRule) -> dict[str | None, tuple[type, Any, str | None]]:
    return {one.name: (type(one.value.value), one.value.value, one.value.type) for one in matched.outputs}


def _rule_ids(matched: Rules) -> str:
    return ", ".join(one.rule.id for one in matched)


def aggregated(aggregation: Aggregation, matched: Rules) -> EvaluatedOutput | None:
    """Return the name and value of an aggregation, None when there is nothing to calculate. Raises EngineFailed."""
    filled = [rule.outputs for rule in matched if rule.outputs]
    for outputs in filled:
        if len(outputs) > 1:
            names = ", ".join(str(one.name) for one in outputs)
            raise EngineFailed(
                f"DMN-03003 Unable to execute aggregation '{aggregation}' on compound decision output '{{{names}}}'. "
                "Only one output entry allowed."
            )
    name = filled[0][0].name if filled else None
    if aggregation == "COUNT":
        return EvaluatedOutput(name, TypedValue(len(filled), "Integer"))
    return EvaluatedOutput(name, _calculated(aggregation, [one[0].value for one in filled])) if filled else None


def _calculated(aggregation: Aggregation, values: list[TypedValue]) -> TypedValue:
    for type_name, convert in _CONVERSIONS:
        numbers = [convert(value) for value in values]
        if None not in numbers:
            return TypedValue(_bounded(type_name, _AGGREGATORS[aggregation](numbers)), type_name)
    texts = ", ".join(java_text(value.value) for value in values)
    raise EngineFailed(
        f"DMN-03004 Unable to convert value '[{texts}]' to a support aggregatable type '[Integer, Long, Double]'."
    )


def _bounded(type_name: str, number: Any) -> Any:
    """Wrap a whole number as Java does."""
    if type_name == "Double":
        if not math.isfinite(number):
            raise EngineFailed("Arithmetic overflow: the result is no finite number")
        return number
    size = _INT_RANGE if type_name == "Integer" else _LONG_RANGE
    wrapped = (number + size // 2) % size - size // 2
    return wrapped if type_name == "Integer" else Long(wrapped)


def _as_integer(value: TypedValue) -> int | None:
    plain = value.value
    if value.type == "Integer":
        return int(plain)
    return plain if value.type is None and type(plain) is int else None


def _as_long(value: TypedValue) -> int | None:
    if value.type == "Long":
        return int(value.value)
    text = _untyped_text(value)
    return int(text) if text is not None and _LONG.fullmatch(text) else None


def _as_double(value: TypedValue) -> float | None:
    if value.type == "Double":
        return float(value.value)
    text = _untyped_text(value)
    return float(text.strip().rstrip("dDfF")) if text is not None and _DOUBLE.fullmatch(text) else None


def _untyped_text(value: TypedValue) -> str | None:
    if value.type is not None or not isinstance(value.value, int | float | str) or isinstance(value.value, bool):
        return None
    return to_text(value.value)


_CONVERSIONS: Sequence[tuple[str, Callable[[TypedValue], Any]]] = (
    ("Integer", _as_integer),
    ("Long", _as_long),
    ("Double", _as_double),
)
_AGGREGATORS: Mapping[str, Callable[[list[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max}
