"""What a file is refused for, where and in which words; and what has no effect."""

from __future__ import annotations

import pytest

from app.bpmn.limits import Limits
from app.dmn.parser import parse
from app.errors import ModelRefused
from tests.dmn.builders import decision, definitions, literal, table

GOOD = table(["n"], ["o"], [(["1"], ["1"])])


def refusal_of(xml: bytes, limits: Limits | None = None) -> list[tuple[str | None, str | None, str]]:
    with pytest.raises(ModelRefused) as refused:
        parse(xml, resource="x.dmn", limits=limits or Limits())
    assert refused.value.resource == "x.dmn"
    return [(one.element_id, one.construct, one.message) for one in refused.value.problems]


def test_a_doctype_is_refused() -> None:
    xml = b'<!DOCTYPE d [<!ENTITY a "b">]>' + definitions(decision("d", GOOD))

    assert refusal_of(xml) == [(None, "DOCTYPE", "A DOCTYPE is not allowed; remove it from the file.")]


def test_another_file_is_refused() -> None:
    assert refusal_of(b"<html/>")[0][1:] == (
        "definitions",
        "The root element is <html>, not <definitions> of DMN "
        "(https://www.omg.org/spec/DMN/20191111/MODEL/ or an older one)",
    )


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_older_and_newer_versions_of_dmn_are_read(namespace: str) -> None:
    xml = definitions(decision("d", GOOD)).replace(b"https://www.omg.org/spec/DMN/20191111/MODEL/", namespace.encode())

    assert [one.key for one in parse(xml).decisions] == ["d"]


@pytest.mark.parametrize(
    "limits",
    [Limits(bytes=100), Limits(depth=3), Limits(elements=5), Limits(attributes=1), Limits(text=3)],
)
def test_a_file_beyond_the_limits_is_refused(limits: Limits) -> None:
    assert [construct for _, construct, _ in refusal_of(definitions(decision("d", GOOD)), limits)] == ["size"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (' id="file"', "", (None, "definitions", "The attribute 'id' is required on definitions")),
        (' name="D"', "", ("d", "decision", "The attribute 'name' is required on decision")),
        (' id="t_r0"', "", ("d", "rule", "The attribute 'id' is required on rule")),
        (' id="t_o0"', ' id="t_i0"', ("t_i0", "id", "The id 't_i0' is there twice")),
        ("<rule", "<row/><rule", None),
        ("<rule", "<foo/><rule", ("d", "foo", "'foo' is no element of DMN")),
    ],
)
def test_what_has_no_id_or_name_or_place_is_refused(
    before: str, after: str, expected: tuple[str | None, str, str] | None
) -> None:
    xml = definitions(decision("d", GOOD)).replace(before.encode(), after.encode())

    if expected is None:
        parse(xml)
    else:
        assert refusal_of(xml) == [expected]


@pytest.mark.parametrize(
    ("policy", "aggregation"),
    [
        ("PRIORITY", None),
        ("OUTPUT ORDER", None),
        ("first", None),
        ("FIRST", "SUM"),
        ("COLLECT", "AVG"),
        ("UNIQUE", "SUM"),
    ],
)
def test_hit_policies_that_camunda_does_not_know_are_refused(policy: str, aggregation: str | None) -> None:
    problems = refusal_of(definitions(decision("d", table(["n"], ["o"], [(["1"], ["1"])], policy, aggregation))))
    added = f" with aggregation '{aggregation}'" if aggregation else ""

    assert problems[0][:2] == ("d", "hitPolicy")
    assert problems[0][2].startswith(f"The hit policy '{policy}'{added} is not supported: there are UNIQUE, FIRST")


def test_all_bad_cells_are_told_at_once() -> None:
    rows = [(["> > 3"], ["1"]), (["> 3 and < 9"], ["1 +"]), (["1"], ["sort(l, 1)"])]
    problems = refusal_of(definitions(decision("d", table(["n"], ["o"], rows))))

    assert [(element, message.split(" cannot")[0]) for element, _, message in problems] == [
        ("t_r0", "The expression '> > 3'"),
        ("t_r1", "The expression '> 3 and < 9'"),
        ("t_r1", "The expression '1 +'"),
        ("t_r2", "The expression 'sort(l, 1)'"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("foo(1)", "the function 'foo' is not supported"),
        ("substring(1, 2, 3, 4)", "the function 'substring' does not take 4 arguments"),
        ("substring(text: 1)", "the function 'substring' has no parameters text"),
        ("sort([1], function(x, y) x < y)", "function definitions are not supported"),
        ("uuid()", "the function 'uuid' is not supported"),
        ("a.b.c(1)", "the function 'a.b.c' is not supported"),
        ("1 +", "unexpected end"),
        ("1 == 2", "syntax error at position 4, found '= 2'"),
        ("[1, 2", "unexpected end"),
    ],
)
def test_what_feel_does_not_know_here_is_refused_by_name(text: str, reason: str) -> None:
    message = f"The expression '{text}' cannot be used: {reason}"

    assert refusal_of(definitions(decision("d", literal(text))))[0][2] == message


@pytest.mark.parametrize("language", ["javascript", "groovy", "python"])
def test_other_languages_are_refused_by_name(language: str) -> None:
    problem = (
        "d",
        language,
        "The expression '1' cannot be used: the expression language "
        f"'{language}' is not supported in decisions; FEEL and JUEL are",
    )

    assert refusal_of(definitions(decision("d", literal("1", language=language)))) == [problem]


def test_tables_whose_rows_do_not_fit_their_columns_are_refused() -> None:
    problems = refusal_of(definitions(decision("d", table(["n"], ["o"], [(["1", "2"], [])]))))

    assert [message for _, _, message in problems] == [
        "The number of inputs '1' and input entries differ '2' for rule 't_r0'.",
        "The number of outputs '1' and output entries differ '0' for rule 't_r0'.",
    ]


def test_outputs_need_names_of_their_own() -> None:
    assert refusal_of(definitions(decision("d", table([], ["a", "a"], []))))[0][2] == (
        "The output name 'a' of the decision table is there twice"
    )
    unnamed = definitions(decision("d", table([], ["a", "b"], []))).replace(b' name="b"', b"")
    assert refusal_of(unnamed)[0][2] == "Each output of a decision table with several needs a name"


@pytest.mark.parametrize("required", ["d", "other"])
def test_decisions_that_require_each_other_are_refused(required: str) -> None:
    other = decision("other", literal("1"), "d")
    problems = refusal_of(definitions(decision("d", literal("1"), required), other))

    assert ("has a loop" in problems[0][2], problems[0][1]) == (True, "requiredDecision")


def test_a_required_decision_must_be_there() -> None:
    assert refusal_of(definitions(decision("d", literal("1"), "gone")))[0][2] == (
        "The required decision '#gone' is no decision of this file that can be evaluated"
    )


def test_decisions_without_logic_and_knowledge_models_are_remarked() -> None:
    context = '<decision id="boxed" name="Boxed"><context/></decision>'
    empty = '<decision id="empty" name="Empty"/><businessKnowledgeModel id="bkm" name="b"/>'
    model = parse(definitions(decision("d", GOOD), context, empty))

    assert [one.key for one in model.decisions] == ["d"]
    assert [(one.element_id, one.message) for one in model.warnings] == [
        ("boxed", "The expression type 'context' is not supported; the decision cannot be evaluated"),
        ("empty", "The decision has neither a table nor an expression; it cannot be evaluated"),
        ("bkm", "Business knowledge models have no effect: what they define cannot be called"),
    ]


def test_a_time_to_live_that_is_none_is_refused() -> None:
    attributes = ' camunda:historyTimeToLive="PFOO"'

    assert refusal_of(definitions(decision("d", literal("1"), attributes=attributes))) == [
        ("d", "camunda:historyTimeToLive", "Cannot parse historyTimeToLive: 'PFOO'")
    ]
