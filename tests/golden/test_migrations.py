"""Replay migrations that a real Camunda 7.24 did or refused, on the pure engine.

64 random pairs of models, recorded by `python -m tests.oracle.migration`: the plan that it proposes, what it finds
wrong with another one, how the instance looks before and after, and each step to its end.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bpmn.migration.replay import difference

DATA = Path(__file__).parent / "data" / "migrations.jsonl.gz"
BLOCK = 8


def blocks() -> list[list[dict[str, Any]]]:
    """Return the cases in blocks, so that workers can share them."""
    with gzip.open(DATA, "rt") as lines:
        cases = [json.loads(line) for line in lines]
    return [cases[start : start + BLOCK] for start in range(0, len(cases), BLOCK)]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: f"seeds {block[0]['seed']} and on")
def test_an_instance_migrates_or_not_as_on_camunda(block: list[dict[str, Any]]) -> None:
    differences = {case["seed"]: found for case in block if (found := difference(case))}
    assert differences == {}
