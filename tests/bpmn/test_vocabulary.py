"""The table of BPMN: what it says is complete, and what it leaves to others is there."""

from __future__ import annotations

import pytest

from app.bpmn.execution.behaviours import BEHAVIOURS
from app.bpmn.validation.elements import KNOWN_ELEMENTS
from app.bpmn.vocabulary import EVENT_SUBPROCESS, KINDS_BY_TAG, NODE_KINDS, Behaviour, EventType, Word


def test_every_behaviour_has_a_function() -> None:
    assert set(BEHAVIOURS) == set(Behaviour)


def test_every_behaviour_belongs_to_a_node_kind_but_for_those_that_a_model_asks_for() -> None:
    asked = {Behaviour.EXTERNAL, Behaviour.EXPRESSION, Behaviour.DECISION}
    assert {kind.behaviour for kind in NODE_KINDS} == set(Behaviour) - asked


def test_a_tag_names_one_kind_but_for_the_subprocess_that_an_event_starts() -> None:
    assert tuple(KINDS_BY_TAG.values()) == tuple(kind for kind in NODE_KINDS if kind is not EVENT_SUBPROCESS)


def test_every_event_definition_can_stand_somewhere() -> None:
    assert {event for kind in NODE_KINDS for event in kind.events} == set(EventType)


def test_everything_that_the_table_names_is_an_element_of_bpmn() -> None:
    definitions = {event.definition for event in EventType if event is not EventType.NONE}
    assert KINDS_BY_TAG.keys() | definitions <= KNOWN_ELEMENTS


def test_a_word_is_a_text_with_facts() -> None:
    assert (Behaviour.PARALLEL, Behaviour.PARALLEL.joins, Behaviour.PARALLEL.waits) == ("parallel", True, False)


def test_a_word_with_an_unknown_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="'a' has facts that Sound does not know: \\('loud',\\)"):

        class Sound(Word):
            low: bool

            A = "a", "loud"
