"""58 conversations with a real Camunda 7.24, replayed: the same statuses, headers and bodies."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.golden.transcripts import Case, Replay, recorded_cases

CASES = {case["case"]: case for case in recorded_cases()}
WAITS = {"C096": {10: 2100}, "C111": {4: 200}, "C147": {4: 200}}
"""Where the recording let time pass: case → number of the entry → milliseconds before it."""

DEVIATIONS: dict[str, str] = {}
"""Case → part of the only difference, and why we answer otherwise on purpose."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_recorded_conversation_is_answered_as_camunda_answered(app: Flask, case: Case) -> None:
    problems = Replay(app, case, WAITS.get(case["case"], {})).run()

    expected = DEVIATIONS.get(case["case"])
    if expected is None:
        assert problems == []
    else:
        assert len(problems) == 1
        assert expected in problems[0]
