"""What an evaluation leaves in the history: a row for the decision that was asked for and each that it required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson

from app.bpmn.values import Variable
from app.database.database import Database
from app.database.statements import insert
from app.dmn.results import DecisionEvaluation, EvaluatedOutput, Evaluation
from app.dmn.types import TypedValue
from app.dmn.variables import recorded
from app.ids import new_id
from app.models import DecisionInstance

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What the history repeats of a decision's definition."""

    id: str
    key: str
    name: str | None
    requirements_id: str | None
    requirements_key: str | None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """An evaluation with the definitions of all decisions of its file, by key."""

    evaluation: DecisionEvaluation
    facts: Mapping[str, DecisionFacts]


def write_decision(database: Database, record: DecisionRecord, at: int, place: Row) -> None:
    """Within a transaction: keep an evaluation; `place` are the columns that all its rows share."""
    insert(database, DecisionInstance, decision_rows(record, at, place))


def decision_rows(record: DecisionRecord, at: int, place: Row) -> list[Row]:
    """Return the rows of an evaluation, the one that was asked for first."""
    root = _row(record.evaluation.root, record.facts, at, None, place)
    required = record.evaluation.required
    return [root, *(_row(one, record.facts, at, root["id"], place) for one in required)]


def _row(evaluation: Evaluation, facts: Mapping[str, DecisionFacts], at: int, root_id: str | None, place: Row) -> Row:
    definition = facts[evaluation.decision.key]
    collected = None if evaluation.collected is None else float(evaluation.collected.value.value)
    return {
        "id": new_id(),
        "decision_definition_id": definition.id,
        "decision_definition_key": definition.key,
        "decision_definition_name": definition.name,
        "requirements_id": definition.requirements_id,
        "requirements_key": definition.requirements_key,
        "evaluated_at": at,
        "inputs": _json(_inputs(evaluation)),
        "outputs": _json(_outputs(evaluation)),
        "collect_result": collected,
        "root_decision_instance_id": root_id,
        **place,
    }


def _inputs(evaluation: Evaluation) -> list[Row]:
    return [
        {**_value(one.value), "clause_id": one.clause.id, "clause_name": one.clause.label} for one in evaluation.inputs
    ]


def _outputs(evaluation: Evaluation) -> list[Row]:
    if evaluation.literal is not None:
        return [_output(evaluation.literal, None, None)]
    return [
        _output(one, matched.rule.id, order)
        for order, matched in enumerate(evaluation.rules, 1)
        for one in matched.outputs
    ]


def _output(output: EvaluatedOutput, rule_id: str | None, rule_order: int | None) -> Row:
    clause = output.clause
    return {
        **_value(output.value),
        "clause_id": None if clause is None else clause.id,
        "clause_name": None if clause is None else clause.label,
        "rule_id": rule_id,
        "rule_order": rule_order,
        "variable_name": output.name,
    }


def _value(value: TypedValue) -> Row:
    variable = recorded(value.value, UTC)
    return {"id": new_id(), "type": variable.type, "value": variable.value, "info": variable.info}


def _json(entries: Sequence[Row]) -> str:
    return orjson.dumps(entries).decode()


def entries_of(text: str) -> list[tuple[Row, Variable]]:
    """Return the inputs or outputs that a row keeps, each with its value."""
    entries = orjson.loads(text)
    return [(entry, Variable(entry["type"], entry["value"], entry["info"])) for entry in entries]
