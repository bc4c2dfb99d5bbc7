"""The words for states and kinds, and the page that draws them."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import orjson

from app.bpmn.states import JobKind, ProcessInstanceState, Stage

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_of_states_says_of_every_word_who_moves_it_on_and_knows_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(str(stage), stage.moved_by) for stages in _in_order_of_the_page() for stage in stages]


def _in_order_of_the_page() -> list[type[Stage]]:
    names = ("ProcessInstance", "Task", "UserTask", "Job", "Subscription", "Incident")
    found = {stages.__name__: stages for stages in Stage.__subclasses__()}
    page = [
        found.pop(name)
        for name in (f"{noun}{what}" for noun in names for what in ("State", "Outcome", "Kind"))
        if name in found
    ]
    assert found == {}
    return page


def test_a_word_is_stored_and_sent_as_its_text() -> None:
    stored = sqlite3.connect(":memory:").execute("SELECT ?, typeof(?1)", (JobKind.TIMER,)).fetchone()
    assert (stored, orjson.dumps({"state": ProcessInstanceState.ACTIVE})) == (("timer", "text"), b'{"state":"ACTIVE"}')
