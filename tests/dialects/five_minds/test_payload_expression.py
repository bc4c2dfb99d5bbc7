"""The `payload` property of a model: read, never run."""

from __future__ import annotations

import pytest

from app.api.five_minds.payload_expression import payload_of

TOKEN = {"order": {"id": 1, "items": [1, 2]}, "name": "Ada"}


@pytest.mark.parametrize(
    ("expression", "payload"),
    [
        (None, TOKEN),
        ("  ", TOKEN),
        ("token.current", TOKEN),
        ("token.current.order.id", 1),
        ('token["current"].order["items"][1]', 2),
        ("token?.current?.['name'];", "Ada"),
        ("token.current.order.items.length", 2),
        ("token.current.nothing.at.all", None),
        ("token.history.Task_1", None),
        ("identity.userId", "ada"),
        (
            "{ id: token.current.order.id, 'it\\'s': \"x\", n: [-1.5, true, null,], }",
            {"id": 1, "it's": "x", "n": [-1.5, True, None]},
        ),
        ("${order.id}", 1),
        ("Hello ${name}", "Hello Ada"),
    ],
)
def test_an_expression_gives_its_value(expression: str | None, payload: object) -> None:
    assert payload_of(expression, TOKEN, "ada") == payload


@pytest.mark.parametrize(
    "expression",
    [
        "process.exit()",
        "token.current.order.id + 1",
        "require('fs')",
        "token.constructor.constructor('return process')()",
        "{a: 1",
        "{a: 1}}",
        "`x`",
        "${nobody}",
        "(" * 5000,
        "token" + ".current" * 5000,
    ],
)
def test_what_is_not_understood_gives_the_whole_token(expression: str) -> None:
    assert payload_of(expression, TOKEN) == TOKEN
