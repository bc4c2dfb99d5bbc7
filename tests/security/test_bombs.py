"""A small file that would keep the server busy for minutes is refused at once."""

from __future__ import annotations

import time

import pytest

from app.bpmn.parser import parse
from app.errors import ModelRefused
from tests.builders import process


def test_an_element_with_very_many_attributes_is_refused_at_once() -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(200_000))
    started = time.perf_counter()
    with pytest.raises(ModelRefused) as refusal:
        parse(process(f'<task id="work" {attributes}/>').encode())
    assert [(p.element_id, p.construct, p.message) for p in refusal.value.problems] == [
        ("work", "size", "An element has more than 500 attributes")
    ]
    assert time.perf_counter() - started < 5
