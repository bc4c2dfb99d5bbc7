"""Decisions that require others, literal expressions, other languages than FEEL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from app.bpmn.expressions import Instant, Long
from app.dmn.context import DecisionContext
from app.dmn.evaluation import evaluate
from app.dmn.graph import DecisionRequirements
from app.dmn.parser import parse
from app.errors import EngineFailed
from tests.dmn.builders import CONTEXT, NOW_MS, decision, definitions, evaluated, literal, rows_of, table


def result_of(model: DecisionRequirements, key: str, **variables: Any) -> list[Any]:
    found = model.decision(key)
    assert found is not None
    return evaluate(found, variables, CONTEXT).result.result_list()


def test_required_decisions_come_first_and_their_results_are_variables() -> None:
    model = parse(
        definitions(
            decision(
                "dish",
                table(["season", "guests"], ["dish"], [(['"Fall"', "<= 8"], ['"Spareribs"'])]),
                "season",
                "guests",
            ),
            decision("season", table(["temperature"], ["season"], [(["< 20"], ['"Fall"'])], key="s")),
            decision("guests", literal("count(list)", "guests")),
        )
    )
    found = model.decision("dish")
    assert found is not None
    evaluation = evaluate(found, {"temperature": 10, "list": ["a", "b"], "season": "Summer"}, CONTEXT)

    assert evaluation.result.result_list() == [{"dish": "Spareribs"}]
    assert [one.decision.key for one in evaluation.all] == ["dish", "season", "guests"]


def test_a_decision_that_two_others_require_is_evaluated_once() -> None:
    model = parse(
        definitions(
            decision("a", literal("b + c", "a"), "b", "c"),
            decision("b", literal("d + 1", "b"), "d"),
            decision("c", literal("d + 2", "c"), "d"),
            decision("d", literal("1", "d")),
        )
    )
    found = model.decision("a")
    assert found is not None
    evaluation = evaluate(found, {}, CONTEXT)

    assert evaluation.result.single_entry().value == 5
    assert [one.decision.key for one in evaluation.required] == ["d", "b", "c"]


def test_the_results_of_collect_are_lists_even_when_there_is_one() -> None:
    rows = [(["> 0"], ["n"]), (["> 1"], ["n * 2"])]
    collected = decision("collected", table(["n"], ["o"], rows, "COLLECT"))
    model = parse(definitions(decision("root", literal("o"), "collected"), collected))

    assert result_of(model, "root", n=1) == [{"r": [1]}]
    assert result_of(model, "root", n=2) == [{"r": [2, 4]}]
    assert result_of(model, "root", n=0) == [{"r": None}]


def test_juel_is_used_where_it_is_named_with_or_without_braces() -> None:
    assert rows_of(literal("${n + 1}", language="juel"), n=1) == [{"r": Long(2)}]
    assert rows_of(literal("n + 1", language="JUEL"), n=1) == [{"r": Long(2)}]
    with pytest.raises(EngineFailed, match="DMN-01002 Unable to evaluate expression for language 'juel': 'missing'"):
        rows_of(literal("missing", language="juel"))


def test_the_language_of_the_file_holds_for_all_its_expressions() -> None:
    xml = definitions(decision("d", literal("n > 1 ? 'a' : 'b'"))).replace(
        b'name="File"', b'name="File" expressionLanguage="juel"'
    )

    assert result_of(parse(xml), "d", n=2) == [{"r": "a"}]


def test_scripts_run_in_the_engine_of_the_context() -> None:
    asked: list[tuple[str, str, Mapping[str, Any]]] = []

    def run_script(language: str, text: str, variables: Mapping[str, Any]) -> Any:
        asked.append((language, text, dict(variables)))
        return 7

    model = parse(definitions(decision("d", literal("n + 1", language="javascript"))), scripts=True)
    result = evaluate(model.decisions[0], {"n": 1}, DecisionContext(NOW_MS, run_script=run_script)).result

    assert result.result_list() == [{"r": 7}]
    assert asked == [("javascript", "n + 1", {"n": 1})]


def test_a_script_without_an_engine_fails_in_camundas_words() -> None:
    model = parse(definitions(decision("d", literal("1", language="javascript"))), scripts=True)

    with pytest.raises(
        EngineFailed, match="DMN-01003 Unable to find script engine for expression language 'javascript'"
    ):
        evaluate(model.decisions[0], {}, CONTEXT)


def test_the_clock_is_that_of_the_context() -> None:
    assert rows_of(literal("now()", type_name="date")) == [{"r": Instant(NOW_MS)}]
    assert rows_of(literal("string(today())")) == [{"r": "2026-01-01"}]


def test_a_file_knows_its_names_tags_and_times_to_live() -> None:
    attributes = ' camunda:versionTag="v1" camunda:historyTimeToLive="P30D"'
    model = parse(definitions(decision("first", literal("1"), attributes=attributes)))

    assert (model.key, model.name) == ("file", "File")
    assert [(one.key, one.name, one.version_tag, one.history_time_to_live) for one in model.decisions] == [
        ("first", "First", "v1", "P30D")
    ]


def test_the_value_of_a_literal_expression_has_its_type() -> None:
    assert evaluated(literal('"5"', type_name="integer")).result.single_entry().type == "Integer"
