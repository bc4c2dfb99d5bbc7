"""Nothing grows beyond what a reader takes in at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
LONGEST_FILE = 321
LONGEST_FUNCTION = 54
LONGER_ON_PURPOSE = {"make_components", "errors.py"}
"""One names every part and connects them, the other holds the whole tree of errors: lists, read from top to bottom."""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def test_no_file_is_longer_than_a_reader_remembers() -> None:
    sizes = {str(path.relative_to(APP)): path.read_text().count("\n") for path in APP.rglob("*.py")}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE and name not in LONGER_ON_PURPOSE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    sizes = {
        f"{path.relative_to(APP)} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in APP.rglob("*.py")
        for function in functions(path)
        if function.name not in LONGER_ON_PURPOSE
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_everything_public_says_what_it_is() -> None:
    silent = [
        f"{path.relative_to(APP)}:{node.lineno} {node.name}"
        for path in APP.rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
