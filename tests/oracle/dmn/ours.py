"""Our answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from app.bpmn.expressions import Instant, Long
from app.dmn.context import DecisionContext
from app.dmn.evaluation import evaluate
from app.dmn.feel import is_temporal
from app.dmn.parser import parse
from app.dmn.results import DecisionEvaluation
from app.dmn.types import TypedValue
from app.errors import EngineFailed, ModelRefused
from tests.oracle.dmn.cases import REFUSED, Answer, Case

NOW_MS = 1_775_000_000_000


def answers(case: Case) -> list[Answer]:
    """Parse the file and answer all questions; the parser refuses for all of them at once."""
    try:
        decision = parse(case.xml.encode()).decision(case.key)
    except ModelRefused:
        return [REFUSED] * len(case.questions)
    assert decision is not None
    found: list[Answer] = []
    for question in case.questions:
        try:
            evaluation = evaluate(decision, _variables(question), DecisionContext(NOW_MS))
        except EngineFailed:
            found.append(REFUSED)
        else:
            found.append(REFUSED if _is_unwritable(evaluation) else _rows(evaluation))
    return found


def _rows(evaluation: DecisionEvaluation) -> Answer:
    return [{name or "": _entry(entry) for name, entry in row.items()} for row in evaluation.result.rows]


def _is_unwritable(evaluation: DecisionEvaluation) -> bool:
    """Tell whether a Camunda with `default-serialization-format=application/json` fails to write it into its history:
    a date without the type `date`, a list that begins with null. We write both."""
    values = [one.value.value for each in evaluation.all for one in each.inputs]
    values += [one.value.value for each in evaluation.all for rule in each.rules for one in rule.outputs]
    values += [each.literal.value.value for each in evaluation.all if each.literal]
    return any(map(_is_unwritable_value, values))


def _is_unwritable_value(value: Any) -> bool:
    if isinstance(value, list):
        return value[:1] == [None] or any(map(_is_unwritable_value, value))
    return is_temporal(value)


def _variables(question: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {name: _plain(kind, value) for name, (kind, value) in question.items()}


def _plain(kind: str, value: Any) -> Any:
    if kind == "Json":
        return json.loads(value)
    if kind == "Date":
        return Instant(datetime.fromisoformat(value).timestamp() * 1000)
    return Long(value) if kind == "Long" else value


def _entry(entry: TypedValue) -> list[Any]:
    value = entry.value
    if isinstance(value, Instant):
        value = value.isoformat().replace("Z", "+0000")
    return [entry.type, value]
