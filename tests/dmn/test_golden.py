"""Random decisions and expressions have the results that a Camunda 7.24 gave for them.

Made by `python -m tests.oracle.dmn --url … --keep tests/dmn/data/golden.json.gz`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.oracle.dmn import ours
from tests.oracle.dmn.cases import REFUSED, Answer, Case, from_json

_KEPT = json.loads(gzip.decompress((Path(__file__).parent / "data" / "golden.json.gz").read_bytes()))
CASES = [from_json(one) for one in _KEPT]


def test_enough_is_kept() -> None:
    assert sum(case.key.startswith("R") for case, _ in CASES) == 100
    assert sum(case.key.startswith("E") for case, _ in CASES) == 343


@pytest.mark.parametrize(("case", "theirs"), CASES, ids=[case.key for case, _ in CASES])
def test_a_decision_answers_as_camunda_does(case: Case, theirs: list[Answer]) -> None:
    mine = ours.answers(case)

    if mine == [REFUSED] * len(mine):
        assert REFUSED in theirs
    else:
        assert json.dumps(mine, sort_keys=True) == json.dumps(theirs, sort_keys=True)
