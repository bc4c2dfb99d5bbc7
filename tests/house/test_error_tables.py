"""Every error of the domain has an answer in every dialect, and the tree is drawn where it is defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import app.errors
from app.api.dialects import DIALECTS
from app.errors import ErrandError


def kinds(kind: type[ErrandError] = ErrandError) -> Iterator[type[ErrandError]]:
    """Yield an error and all that are more special, those of `app.errors` alone."""
    yield kind
    for special in kind.__subclasses__():
        if special.__module__ == app.errors.__name__:
            yield from kinds(special)


@pytest.mark.parametrize("dialect", [dialect.blueprint for dialect in DIALECTS])
def test_every_error_has_an_answer_of_its_own_or_of_its_kind(dialect: Any) -> None:
    unanswered = [
        kind.__name__
        for kind in kinds()
        if kind is not ErrandError
        and not any(base in dialect.error_answers for base in kind.__mro__[: kind.__mro__.index(ErrandError)])
        and not issubclass(kind, app.errors.EngineFailed)  # an engine that failed is 500 everywhere
    ]
    assert unanswered == []


def test_the_tree_shows_every_error() -> None:
    drawn = app.errors.__doc__ or ""
    assert [kind.__name__ for kind in kinds() if kind.__name__ not in drawn] == []
