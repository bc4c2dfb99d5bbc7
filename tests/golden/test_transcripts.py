"""58 conversations with a real Camunda 7.24, replayed: the same statuses, headers and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app import create_app
from app.database.database import Database
from config import Settings
from tests.golden.transcripts import Case, Replay, recorded_cases

CASES = {case["case"]: case for case in recorded_cases()}
WAITS: Mapping[str, Mapping[int, int]] = {"C096": {10: 2100}, "C111": {4: 200}, "C147": {4: 200}}
"""Where the recording let time pass: case → number of the entry → milliseconds before it."""

DEVIATIONS = {
    "C015": (2, "/external-task/fetchAndLock", "without an order the oldest come first, not those of the first topic"),
    "C159": (1, "unhandledBpmnError", "an uncaught BPMN error is not silent: it leaves an incident"),
}
"""Case → how many answers differ on purpose, what each of them shows, and why."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_recorded_conversation_is_answered_as_camunda_answered(
    settings: Settings, database: Database, case: Case
) -> None:
    app = create_app(replace(settings, anonymous=True), database=database)
    count, shown, _reason = DEVIATIONS.get(case["case"], (0, "", ""))

    problems = Replay(app, case, WAITS.get(case["case"], {})).run()
    app.extensions["errand"].long_polling.stop()

    assert len(problems) == count, problems
    assert all(shown in problem for problem in problems), problems
