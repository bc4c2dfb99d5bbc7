"""What `mapDecisionResult` makes of a result."""

from __future__ import annotations

import pytest

from app.dmn.results import DecisionResult
from app.dmn.types import NULL, TypedValue
from app.errors import EngineFailed

ONE = TypedValue(1, "Integer")
TWO = TypedValue("two", "String")


def test_a_result_list_is_a_list_of_maps() -> None:
    assert DecisionResult(({"a": ONE}, {})).mapped("resultList") == TypedValue([{"a": 1}, {}])
    assert DecisionResult().mapped("resultList") == TypedValue([])


def test_a_single_result_is_a_map() -> None:
    assert DecisionResult(({"a": ONE, "b": TWO},)).mapped("singleResult") == TypedValue({"a": 1, "b": "two"})
    assert DecisionResult().mapped("singleResult") == NULL


def test_a_single_entry_keeps_its_type() -> None:
    assert DecisionResult(({"a": ONE},)).mapped("singleEntry") == ONE
    assert DecisionResult(({},)).mapped("singleEntry") == NULL
    assert DecisionResult().mapped("singleEntry") == NULL


def test_collected_entries_are_a_list() -> None:
    assert DecisionResult(({"a": ONE}, {}, {"a": TWO})).mapped("collectEntries") == TypedValue([1, "two"])
    assert DecisionResult().mapped("collectEntries") == TypedValue([])


@pytest.mark.parametrize(
    ("mapping", "rows"),
    [
        ("singleEntry", ({"a": ONE}, {"a": ONE})),
        ("singleEntry", ({"a": ONE, "b": TWO},)),
        ("singleResult", ({"a": ONE}, {})),
        ("collectEntries", ({"a": ONE}, {"b": ONE})),
        ("collectEntries", ({},)),
    ],
)
def test_a_result_that_does_not_fit_fails(mapping: str, rows: tuple[dict[str | None, TypedValue], ...]) -> None:
    with pytest.raises(EngineFailed, match=r"ENGINE-2200[12] The decision result mapper"):
        DecisionResult(rows).mapped(mapping)  # type: ignore[arg-type]
