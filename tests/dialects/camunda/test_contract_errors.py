"""Section 4 of Camunda's contract: who catches a BPMN error, and what is left afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import external_task, flow
from tests.dialects.camunda.error_models import (
    AFTER,
    ALL_OF_THREE,
    HANDLED,
    START,
    TOLD,
    WORK,
    around,
    caught,
    event_subprocess,
    mapped,
    model,
    raised,
    state,
    subprocess,
)
from tests.dialects.camunda.rest import Rest

CATCHING = {
    "the exact code": (model(*WORK, caught(), *HANDLED), {}, ["handled"], {}),
    "no code catches all": (model(*WORK, caught(""), *HANDLED), {"errorCode": "?"}, ["handled"], {}),
    "another code": (model(*WORK, caught(), *HANDLED), {"errorCode": "F"}, [], {}),
    "codes differ by case": (model(*WORK, caught(), *HANDLED), {"errorCode": "e"}, [], {}),
    "a reference to no error is the code": (
        model(*WORK, caught('errorRef="G"'), *HANDLED),
        {"errorCode": "G"},
        ["handled"],
        {},
    ),
    "an error without a code catches all": (
        model(*WORK, caught('errorRef="any"'), *HANDLED, more='<error id="any"/>'),
        {},
        ["handled"],
        {},
    ),
    "an empty code catches nothing": (
        model(*WORK, caught('errorRef="none"'), *HANDLED, more='<error id="none" errorCode=""/>'),
        {},
        [],
        {},
    ),
    "code and message are told": (
        model(*WORK, caught(f'errorRef="error_E" {TOLD}'), *HANDLED),
        {"errorMessage": "why"},
        ["handled"],
        {"code": "E", "message": "why"},
    ),
    "no message is null": (model(*WORK, caught(TOLD), *HANDLED), {}, ["handled"], {"code": "E", "message": None}),
    "variables stay, transient ones do not": (
        model(*WORK, caught(), *HANDLED),
        {"variables": {"a": {"value": 1}, "t": {"value": 1, "valueInfo": {"transient": True}}}},
        ["handled"],
        {"a": 1},
    ),
    "an event subprocess of the process": (
        model(*WORK, event_subprocess("rescue", TOLD)),
        {},
        ["rescue"],
        {"code": "E", "message": None},
    ),
    "an event subprocess for all beats a boundary with the code": (
        model(*AFTER, subprocess(event_subprocess("rescue")), caught(attached_to="outer"), *HANDLED),
        {},
        ["rescue"],
        {},
    ),
    "an event subprocess with the code beats one for all": (
        model(*AFTER, subprocess(event_subprocess("all"), event_subprocess("exact", 'errorRef="error_E"'))),
        {},
        ["exact"],
        {},
    ),
    "a boundary with the code beats one for all": (
        model(
            *AFTER,
            subprocess(),
            caught("", "outer", "all"),
            external_task("rest", "rest"),
            flow("all", "rest"),
            caught(attached_to="outer"),
            *HANDLED,
        ),
        {},
        ["handled"],
        {},
    ),
    "the nearer one for all beats the farther code": (
        model(
            *AFTER,
            subprocess(caught("", id="near"), external_task("inner", "inner"), flow("near", "inner")),
            caught(attached_to="outer"),
            *HANDLED,
        ),
        {},
        ["inner"],
        {},
    ),
    "a subprocess whose error nobody catches is completed": (model(*AFTER, subprocess()), {}, ["after"], {}),
    "a boundary cancels all instances": (
        model(
            START,
            f'<serviceTask id="work" camunda:type="external" camunda:topic="work">{ALL_OF_THREE}</serviceTask>',
            flow("start", "work"),
            caught(),
            *HANDLED,
        ),
        {},
        ["handled"],
        {},
    ),
    "an uncaught error ends one instance of three": (
        model(
            START,
            f'<serviceTask id="work" camunda:type="external" camunda:topic="work">{ALL_OF_THREE}</serviceTask>',
            flow("start", "work"),
        ),
        {},
        ["work", "work"],
        {},
    ),
    "an input parameter captures its name": (
        around(mapped('<camunda:inputParameter name="a">in</camunda:inputParameter>')),
        {"variables": {"a": {"value": "sent"}, "b": {"value": 2}}},
        ["handled"],
        {"b": 2},
    ),
    "output parameters of the cancelled task are set": (
        around(mapped('<camunda:outputParameter name="out">${a}</camunda:outputParameter>')),
        {"variables": {"a": {"value": 1}}},
        ["handled"],
        {"a": 1, "out": 1},
    ),
}


@pytest.mark.parametrize(("xml", "error", "tasks", "variables"), CATCHING.values(), ids=CATCHING)
def test_the_nearest_event_that_catches_goes_on(
    rest: Rest, xml: str, error: Any, tasks: list[str], variables: Any
) -> None:
    assert raised(rest, xml, **error) == (204, None)
    assert state(rest) == (tasks, variables)


IN_AND_OUT = (
    '<extensionElements><camunda:in source="given" target="taken"/><camunda:out source="a" target="from_a"/>'
    '<camunda:out sourceExpression="${taken}!" target="computed"/></extensionElements>'
)
CALL = f'<callActivity id="outer" calledElement="called">{IN_AND_OUT}</callActivity>'
CALLED = {
    "the calling activity catches": (
        model(*WORK, id="called"),
        (caught(TOLD, "outer"), *HANDLED),
        ["handled"],
        {"code": "E", "message": "why"},
    ),
    "nobody catches": (model(*WORK, id="called"), (), ["after"], {}),
    "the called process catches itself": (model(*WORK, event_subprocess("rescue"), id="called"), (), ["rescue"], {}),
}


@pytest.mark.parametrize(("called", "handlers", "tasks", "told"), CALLED.values(), ids=CALLED)
def test_an_error_leaves_a_called_process_with_the_outputs(
    rest: Rest, called: str, handlers: tuple[str, ...], tasks: list[str], told: Any
) -> None:
    variables = {"a": {"value": 1}, "lost": {"value": 2}}
    calling = model(*AFTER, CALL, *handlers)
    answer = raised(rest, called, calling, given={"given": "G"}, errorMessage="why", variables=variables)
    assert answer == (204, None)
    assert state(rest) == (tasks, {"given": "G", "from_a": 1, "computed": "G!", **told})
