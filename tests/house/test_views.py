"""Views translate words: no view writes, builds a query, or does with two verbs what one should do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

API = Path(__file__).parents[2] / "app" / "api"
FILES = sorted(API.rglob("*.py"))
WRITING = {"write", "write_jointly"}
QUERYING = {"where", "select", "in_", "not_in", "is_null", "insert_many", "for_update"}
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
READING = {"backlog", "list", "get", "topics", "for_batch"}
"""What changes nothing, of which a view may need several."""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of methods."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def verbs(tree: ast.AST) -> list[ast.Call]:
    """Return the calls of verbs that may change something: methods of services that are told who calls."""
    return [
        call
        for call in calls(tree)
        if call.args and ast.unparse(call.args[0]) == "identity()" and _name(call) not in READING
    ]


def _name(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def _writes(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    return _name(call) in WRITING and ast.unparse(call.func.value).endswith("database")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(API)))
def test_no_view_begins_a_transaction_or_builds_a_query(path: Path) -> None:
    found = [call for call in calls(ast.parse(path.read_text())) if _name(call) in QUERYING or _writes(call)]
    assert [ast.unparse(call) for call in found] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(API)))
def test_no_view_repeats_a_verb_or_calls_another_after_it(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for loop in (node for node in ast.walk(tree) if isinstance(node, LOOPS)):
        assert [ast.unparse(call) for call in verbs(loop)] == []
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for block in _blocks(function):
            assert len([call for statement in block for call in verbs(statement)]) <= 1, function.name


def _blocks(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """Yield the ways through a function: the branches of an `if` are ways of their own."""
    plain = [statement for statement in function.body if not isinstance(statement, ast.If)]
    yield plain
    for statement in function.body:
        if isinstance(statement, ast.If):
            yield plain + statement.body
            yield plain + statement.orelse


def test_a_view_that_repeats_a_verb_is_found() -> None:
    source = "def view():\n    for id in ids():\n        components.jobs.suspend(identity(), id, True)\n"
    assert [_name(call) for call in verbs(ast.parse(source))] == ["suspend"]
