"""Decision tables: columns, cells, types, hit policies, results."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn.expressions import Instant, Long
from app.dmn.types import TypedValue
from app.errors import EngineFailed
from tests.dmn.builders import evaluated, rows_of, table


def test_the_rules_that_match_give_their_results_in_order() -> None:
    rows = [(["> 5"], ['"never"']), (["[1..9]"], ['"low"']), (["> 3"], ['"high"']), (["-"], ["n * 2"])]
    logic = table(["n"], ["o"], rows, "RULE ORDER")

    assert rows_of(logic, n=4) == [{"o": "low"}, {"o": "high"}, {"o": Long(8)}]


def test_an_empty_cell_of_results_has_no_entry() -> None:
    logic = table(["n"], ["a", "b"], [(["1"], ["", '"x"']), (["2"], ["", ""])])

    assert rows_of(logic, n=1) == [{"b": "x"}]
    assert rows_of(logic, n=2) == [{}]


def test_columns_are_looked_at_only_for_the_rules_that_are_left() -> None:
    logic = table(["n", "s"], ["o"], [(["1", 'substring(?, 9) = ""'], ["1"]), (["2", "-"], ["2"])], "FIRST")

    assert rows_of(logic, n=2, s="a") == [{"o": 2}]
    with pytest.raises(EngineFailed, match=r"failed to evaluate expression 'substring\(\?, 9\)"):
        rows_of(logic, n=1, s="a")


def test_cells_see_the_value_of_their_column_by_its_name() -> None:
    logic = table(["n + 1"], ["o"], [(["cellInput = 4 and ? = 4"], ['"yes"'])])
    named = logic.replace('label="n + 1"', 'camunda:inputVariable="next"').replace("cellInput", "next")

    assert rows_of(logic, n=3) == [{"o": "yes"}]
    assert rows_of(named, n=3) == [{"o": "yes"}]


def test_a_missing_variable_is_null() -> None:
    logic = table(["missing"], ["o"], [(["null"], ['"null"']), (["1"], ['"one"'])])

    assert rows_of(logic) == [{"o": "null"}]


@pytest.mark.parametrize(
    ("type_name", "value", "expected"),
    [
        ("integer", '"5"', TypedValue(5, "Integer")),
        ("Integer", "5", TypedValue(5, "Integer")),
        ("long", "5", TypedValue(Long(5), "Long")),
        ("double", '"5.5"', TypedValue(5.5, "Double")),
        ("string", "5.70", TypedValue("5.7", "String")),
        ("string", '[1, "a"]', TypedValue("[1, a]", "String")),
        ("string", 'date and time("2026-03-15T10:00:00Z")', TypedValue("2026-03-15T10:00Z", "String")),
        ("string", 'duration("P1D")', TypedValue("PT24H", "String")),
        ("boolean", '"TRUE"', TypedValue(True, "Boolean")),
        ("date", '"2026-03-15T10:00:00"', TypedValue(Instant(1_773_568_800_000), "Date")),
        ("date", 'date and time("2026-03-15T11:00:00+01:00")', TypedValue(Instant(1_773_568_800_000), "Date")),
        ("number", '"5"', TypedValue("5")),
        ("integer", "null", TypedValue(None, "Null")),
    ],
)
def test_the_type_of_an_output_converts_its_values(type_name: str, value: str, expected: TypedValue) -> None:
    result = evaluated(table([], [("o", type_name)], [([], [value])])).result

    assert result.single_entry() == expected
    assert type(result.single_entry().value) is type(expected.value)


@pytest.mark.parametrize(
    ("type_name", "value", "told"),
    [
        ("integer", "5.7", "5.7"),
        ("integer", "true", "true"),
        ("integer", '"four"', "four"),
        ("integer", "99999999999", "99999999999"),
        ("long", '"5.7"', "5.7"),
        ("boolean", "1", "1"),
        ("double", "true", "true"),
        ("date", '"2026-03-15"', "2026-03-15"),
    ],
)
def test_a_value_that_does_not_fit_its_type_fails_in_camundas_words(type_name: str, value: str, told: str) -> None:
    with pytest.raises(EngineFailed) as failed:
        evaluated(table([], [("o", type_name)], [([], [value])]))

    assert failed.value.message == f"DMN-01005 Invalid value '{told}' for clause with type '{type_name}'."


def test_an_input_is_converted_too() -> None:
    logic = table([("n", "integer")], ["o"], [(["5"], ['"five"'])])

    assert rows_of(logic, n="5") == [{"o": "five"}]
    with pytest.raises(EngineFailed, match="Invalid value 'five' for clause with type 'integer'"):
        rows_of(logic, n="five")


def test_a_date_is_compared_as_a_date_and_time() -> None:
    cells = ['< date and time("2026-03-16T00:00:00")', 'date(?) = date("2026-03-15")', 'date("2026-03-15")']
    logic = table(["d"], ["o"], [([cell], [str(index)]) for index, cell in enumerate(cells)], "COLLECT")

    assert rows_of(logic, d=Instant(1_773_568_800_000)) == [{"o": 0}, {"o": 1}]


def test_a_date_without_a_time_is_no_result() -> None:
    with pytest.raises(EngineFailed, match="The output 'o' is a date, a time or a duration"):
        rows_of(table([], ["o"], [([], ['date("2026-03-15")'])]))


TWO_MATCH = [(["1"], ["1"]), (["> 0"], ["2"])]


def test_unique_allows_one_match() -> None:
    with pytest.raises(EngineFailed) as failed:
        rows_of(table(["n"], ["o"], TWO_MATCH), n=1)

    assert failed.value.message == (
        "DMN-03001 Hit policy 'UNIQUE' only allows a single rule to match. Actually match rules: '[t_r0, t_r1]'."
    )
    assert rows_of(table(["n"], ["o"], TWO_MATCH), n=2) == [{"o": 2}]
    assert rows_of(table(["n"], ["o"], TWO_MATCH), n=0) == []


def test_first_takes_the_first_match() -> None:
    assert rows_of(table(["n"], ["o"], TWO_MATCH, "FIRST"), n=1) == [{"o": 1}]


def test_any_wants_equal_results() -> None:
    same = [(["1"], ["1.0"]), (["> 0"], ["1"])]

    assert rows_of(table(["n"], ["o"], same, "ANY"), n=1) == [{"o": 1}]
    with pytest.raises(EngineFailed, match="DMN-03002 Hit policy 'ANY' only allows multiple matching rules with equal"):
        rows_of(table(["n"], ["o"], TWO_MATCH, "ANY"), n=1)


@pytest.mark.parametrize(
    ("aggregation", "type_name", "values", "expected"),
    [
        ("SUM", None, ["1", "2"], TypedValue(Long(3), "Long")),
        ("SUM", "integer", ["1", "2"], TypedValue(3, "Integer")),
        ("SUM", None, ["1.5", "2"], TypedValue(3.5, "Double")),
        ("SUM", None, ['"1"', '"2"'], TypedValue(Long(3), "Long")),
        ("SUM", "integer", ["2147483647", "1"], TypedValue(-2147483648, "Integer")),
        ("MIN", "double", ["1", "2"], TypedValue(1.0, "Double")),
        ("MAX", "long", ["1", "2"], TypedValue(Long(2), "Long")),
        ("COUNT", "string", ['"a"', ""], TypedValue(1, "Integer")),
    ],
)
def test_collect_aggregates(aggregation: str, type_name: str | None, values: list[str], expected: TypedValue) -> None:
    output: Any = "o" if type_name is None else ("o", type_name)
    result = evaluated(table([], [output], [([], [value]) for value in values], "COLLECT", aggregation)).result

    assert result.rows == ({"o": expected},)


def test_nothing_to_aggregate_is_no_result() -> None:
    logic = table(["n"], ["o"], [(["1"], ["1"])], "COLLECT", "SUM")

    assert rows_of(logic, n=2) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["null", "1"], r"DMN-03004 Unable to convert value '\[null, 1\]' to a support aggregatable type"),
        (["true", "false"], r"DMN-03004 Unable to convert value '\[true, false\]'"),
    ],
)
def test_what_is_no_number_cannot_be_aggregated(values: list[str], message: str) -> None:
    with pytest.raises(EngineFailed, match=message):
        rows_of(table([], ["o"], [([], [value]) for value in values], "COLLECT", "SUM"))


def test_several_outputs_cannot_be_aggregated() -> None:
    with pytest.raises(EngineFailed, match="DMN-03003 Unable to execute aggregation 'SUM' on compound decision output"):
        rows_of(table([], ["a", "b"], [([], ["1", "2"])], "COLLECT", "SUM"))


def test_history_gets_inputs_rules_and_aggregates() -> None:
    logic = table(
        ["n", ("s", "string")], [("o", "integer")], [(["1", "-"], ["1"]), (["-", "-"], ["2"])], "COLLECT", "SUM"
    )
    evaluation = evaluated(logic, n=1, s="x").root

    assert [(one.clause.id, one.clause.label, one.value) for one in evaluation.inputs] == [
        ("t_i0", "n", TypedValue(Long(1))),
        ("t_i1", "s", TypedValue("x", "String")),
    ]
    assert [rule.rule.id for rule in evaluation.rules] == ["t_r0", "t_r1"]
    assert [one.value for rule in evaluation.rules for one in rule.outputs] == [
        TypedValue(1, "Integer"),
        TypedValue(2, "Integer"),
    ]
    assert evaluation.collected is not None
    assert evaluation.collected.value == TypedValue(3, "Integer")
